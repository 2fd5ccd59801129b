//! How long to wait before a question is asked again.
//!
//! Numbers from a seed, so that many clients that failed together do not come back together, and a test knows when.

use crate::base::Duration;

/// Most times that one server is asked the same question.
pub const ATTEMPTS_MAX: u32 = 3;
/// The longest pause after the first attempt. After each further one it is twice as long.
pub const PAUSE_FIRST_MAX: Duration = Duration::from_ms(500);
/// The longest pause of all, but for what a server asks for.
pub const PAUSE_MAX: Duration = Duration::from_ms(10_000);

/// The pause after so many attempts, at least one of them: anything from nothing up to the longest, by `roll`, which is any
/// number with the same chance (full jitter).
pub fn pause(attempts: u32, roll: u64) -> Duration {
    let doubled = attempts.saturating_sub(1).min(u64::BITS / 2);
    let longest = (PAUSE_FIRST_MAX.as_ms() << doubled).min(PAUSE_MAX.as_ms());
    let part = (u128::from(longest + 1) * u128::from(roll)) >> u64::BITS;
    Duration::from_ms(u64::try_from(part).expect("it is at most the longest"))
}

/// The number of a turn, every number with the same chance (SplitMix64).
pub fn roll(seed: u64, turn: u64) -> u64 {
    let mut z = seed.wrapping_add(turn.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_anything_up_to_a_length_that_doubles() {
        let ends = |attempts| [pause(attempts, 0), pause(attempts, u64::MAX)].map(Duration::as_ms);
        assert_eq!(ends(1), [0, 500]);
        assert_eq!(ends(2), [0, 1_000]);
        assert_eq!(ends(5), [0, 8_000]);
        assert_eq!(ends(6), [0, 10_000]);
        assert_eq!(ends(u32::MAX), [0, 10_000]);
        assert_eq!(pause(1, u64::MAX / 2).as_ms(), 250);
    }

    #[test]
    fn rolls_of_a_seed_are_spread_and_the_same_every_time() {
        let early = |seed| (0..1_000).filter(move |turn| pause(1, roll(seed, *turn)).as_ms() < 250);
        for seed in [0, 1, u64::MAX] {
            assert!((450..550).contains(&early(seed).count()), "{seed}");
        }
        assert_eq!(roll(7, 3), roll(7, 3));
        assert_ne!(roll(7, 3), roll(8, 3));
    }
}
