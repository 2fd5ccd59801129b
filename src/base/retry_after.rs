//! How long somebody else wants us to wait.

use jiff::fmt::rfc2822::DateTimeParser;

use super::Duration;

/// The longest pause that anybody can ask for: long enough for every reason, short enough for every clock.
pub const RETRY_AFTER_MAX: Duration = Duration::days(1);

/// The pause that a server asks for: `Retry-After` in seconds, or as a moment of the clock whose `Date` stands beside it (RFC
/// 9110, 10.2.3). Nothing where it is neither, and at most [`RETRY_AFTER_MAX`].
pub fn retry_after(value: &str, date: Option<&str>) -> Option<Duration> {
    let value = value.trim();
    let seconds = match value.bytes().all(|byte| byte.is_ascii_digit()) {
        true if value.is_empty() => return None,
        // Only too many digits fail.
        true => value.parse().unwrap_or(u64::MAX),
        false => {
            let until = http_date(value)?.saturating_sub(http_date(date?)?);
            u64::try_from(until).unwrap_or(0)
        }
    };
    let asked = Duration::from_ms(seconds.saturating_mul(1_000));
    Some(asked.min(RETRY_AFTER_MAX))
}

/// The moment that a header such as `Date` names, in Unix seconds.
pub fn http_date(text: &str) -> Option<i64> {
    let parsed = DateTimeParser::new().parse_timestamp(text.trim());
    parsed.ok().map(jiff::Timestamp::as_second)
}

#[cfg(test)]
mod tests {
    use super::*;

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
