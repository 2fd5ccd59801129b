//! How long a lane waits after an attempt that failed.

use crate::base::Duration;

/// The longest pause after the first failure. After each further one it is twice as long.
pub const PAUSE_FIRST_MAX: Duration = Duration::from_ms(2_000);
/// The longest pause of all, but for what a receiver asks for: how long after its recovery a receiver is told at the latest.
pub const PAUSE_MAX: Duration = Duration::from_ms(60_000);
/// The shortest: nobody is asked again at once.
pub const PAUSE_MIN: Duration = Duration::from_ms(250);
/// The longest pause that a receiver can ask for. By then somebody else was told.
pub const ASKED_MAX: Duration = Duration::hours(1);

/// The pause after so many failures in a row, at least one of them: anything from the shortest up to the longest, by `roll`,
/// which is any number with the same chance (full jitter), and at least what the receiver asks for.
pub fn pause(failures: u32, asked: Option<Duration>, roll: u64) -> Duration {
    let doubled = failures.saturating_sub(1).min(u64::BITS / 2);
    let longest = (PAUSE_FIRST_MAX.as_ms() << doubled).min(PAUSE_MAX.as_ms());
    let room = longest - PAUSE_MIN.as_ms() + 1;
    let part = (u128::from(room) * u128::from(roll)) >> u64::BITS;
    let own = PAUSE_MIN.as_ms() + u64::try_from(part).expect("it is less than the longest");
    // A receiver that names a time gets some more: many are told the same, and would come back together.
    let asked = asked.map_or(0, |asked| asked.min(ASKED_MAX).as_ms() + own / 4);
    Duration::from_ms(own.max(asked))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_anything_up_to_a_length_that_doubles() {
        let ends = |failures| {
            [pause(failures, None, 0), pause(failures, None, u64::MAX)].map(Duration::as_ms)
        };
        assert_eq!(ends(1), [250, 2_000]);
        assert_eq!(ends(2), [250, 4_000]);
        assert_eq!(ends(5), [250, 32_000]);
        assert_eq!(ends(6), [250, 60_000]);
        assert_eq!(ends(u32::MAX), [250, 60_000]);
    }

    #[test]
    fn what_a_receiver_asks_for_is_waited_up_to_an_edge() {
        let asked = |ms| pause(1, Some(Duration::from_ms(ms)), 0).as_ms();
        assert_eq!(asked(7_000), 7_062);
        assert_eq!(asked(1), 250);
        let edge = ASKED_MAX.as_ms();
        assert_eq!(asked(edge), edge + 62);
        assert_eq!(asked(edge + 1), edge + 62);
        assert_eq!(asked(99_999_000), edge + 62);
    }
}
