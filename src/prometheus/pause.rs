//! How long to wait before a question is asked again.
//!
//! Numbers from a seed, so that many clients that failed together do not come back together, and a test knows when.

use jiff::fmt::rfc2822::DateTimeParser;

use crate::base::Duration;

/// Most times that one server is asked the same question.
pub const ATTEMPTS_MAX: u32 = 3;
/// The longest pause after the first attempt. After each further one it is twice as long.
pub const PAUSE_FIRST_MAX: Duration = Duration::from_ms(500);
/// The longest pause of all, but for what a server asks for.
pub const PAUSE_MAX: Duration = Duration::from_ms(10_000);
/// The longest pause that a server can ask for: longer than any run, short enough for every clock.
pub const RETRY_AFTER_MAX: Duration = Duration::days(1);

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

/// The pause that a server asks for: `Retry-After` in seconds, or as a moment of the clock whose `Date` stands beside it (RFC
/// 9110, 10.2.3). Nothing where it is neither, and at most [`RETRY_AFTER_MAX`].
pub fn retry_after(value: &str, date: Option<&str>) -> Option<Duration> {
    let value = value.trim();
    let seconds = match value.bytes().all(|byte| byte.is_ascii_digit()) {
        true if value.is_empty() => return None,
        // Only too many digits fail.
        true => value.parse().unwrap_or(u64::MAX),
        false => {
            let moment = |text: &str| {
                let parsed = DateTimeParser::new().parse_timestamp(text.trim());
                parsed.ok().map(jiff::Timestamp::as_second)
            };
            let until = moment(value)?.saturating_sub(moment(date?)?);
            u64::try_from(until).unwrap_or(0)
        }
    };
    let asked = Duration::from_ms(seconds.saturating_mul(1_000));
    Some(asked.min(RETRY_AFTER_MAX))
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

    #[test]
    fn a_server_says_in_seconds_or_by_its_own_clock_when_to_come_back() {
        let check = |value, date, expected_s: Option<u64>| {
            let expected = expected_s.map(|seconds| Duration::from_ms(seconds * 1_000));
            assert_eq!(retry_after(value, date), expected, "{value} {date:?}");
        };
        let date = Some("Sun, 06 Nov 1994 08:49:37 GMT");
        check("7", None, Some(7));
        check(" 0 ", date, Some(0));
        check("Sun, 06 Nov 1994 08:50:07 GMT", date, Some(30));
        check("Sun, 06 Nov 1994 08:00:00 GMT", date, Some(0));
        check("Sun, 06 Nov 1994 08:50:07 GMT", None, None);
        check("Sun, 06 Nov 1994 08:50:07 GMT", Some("today"), None);
        for value in ["", "-1", "1.5", "soon", "1 s"] {
            check(value, date, None);
        }
        let day = RETRY_AFTER_MAX.as_secs();
        check("86399", None, Some(day - 1));
        check("86400", None, Some(day));
        check("86401", None, Some(day));
        check("99999999999999999999999999", None, Some(day));
        check("Thu, 31 Dec 9998 23:59:59 GMT", date, Some(day));
    }
}
