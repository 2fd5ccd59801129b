//! Times and numbers as they are shown. Times are UTC.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::base::spoken;

/// The latest time that can be shown, in Unix milliseconds: the end of the year 9998.
pub const MOMENT_MAX_MS: i64 = 253_370_764_799_999;

/// `2026-11-21 11:08`.
pub fn minute(at_ms: i64) -> String {
    civil(at_ms, "%Y-%m-%d %H:%M")
}

/// `2026-11-21 11:08:30`.
pub fn second(at_ms: i64) -> String {
    civil(at_ms, "%Y-%m-%d %H:%M:%S")
}

/// `2026-11-21`.
pub fn day(at_ms: i64) -> String {
    civil(at_ms, "%Y-%m-%d")
}

/// `2026-11-21T11:08:00Z` (RFC 3339).
pub fn rfc3339(at_ms: i64) -> String {
    civil(at_ms, "%Y-%m-%dT%H:%M:%SZ")
}

fn civil(at_ms: i64, format: &str) -> String {
    let at_ms = at_ms.clamp(0, MOMENT_MAX_MS);
    let moment = Timestamp::from_millisecond(at_ms).expect("it was clamped to what can be shown");
    let zoned = moment.to_zoned(TimeZone::UTC);
    zoned.strftime(format).to_string()
}

/// `1 h 20 min`.
pub fn long(length_ms: i64) -> String {
    spoken(u64::try_from(length_ms).unwrap_or(0))
}

/// `12.3 %` of a share. What is not all and not nothing is never rounded to it.
pub fn percent(share: f64) -> String {
    let percent = share * 100.0;
    match percent {
        unknown if !unknown.is_finite() => "unknown".to_string(),
        100.0 => "100 %".to_string(),
        0.0 => "0 %".to_string(),
        most if most < 100.0 && most > 99.9 => "99.9 %".to_string(),
        more if more > 100.0 && more < 100.1 => "100.1 %".to_string(),
        little if little > 0.0 && little < 0.1 => "<0.1 %".to_string(),
        little if little < 0.0 && little > -0.1 => ">-0.1 %".to_string(),
        some => format!("{} %", plain(some)),
    }
}

/// One digit after the point while that says something, and never `-0`.
pub fn plain(number: f64) -> String {
    let digits = if number.abs() < 1_000.0 { 1 } else { 0 };
    let text = format!("{number:.digits$}");
    match text
        .trim_start_matches('-')
        .chars()
        .all(|c| "0.".contains(c))
    {
        true => text.trim_start_matches('-').to_string(),
        false => text,
    }
}

/// `12,345`: a count to its nearest whole number.
pub fn whole(number: f64) -> String {
    let digits = format!("{:.0}", number.max(0.0));
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_utc() {
        assert_eq!(minute(1_795_219_200_000), "2026-11-21 00:00");
        assert_eq!(second(1_795_219_261_500), "2026-11-21 00:01:01");
        assert_eq!(rfc3339(1_795_219_261_500), "2026-11-21T00:01:01Z");
        assert_eq!(day(0), "1970-01-01");
        assert_eq!(day(i64::MAX), "9998-12-31");
    }

    #[test]
    fn numbers_have_the_digits_that_say_something() {
        assert_eq!(percent(0.123_46), "12.3 %");
        for (share, expected) in [
            (1.0, "100 %"),
            (0.999_99, "99.9 %"),
            (1.000_01, "100.1 %"),
            (0.000_01, "<0.1 %"),
            (0.0, "0 %"),
            (-0.000_01, ">-0.1 %"),
            (-35.25, "-3525 %"),
            (f64::NAN, "unknown"),
        ] {
            assert_eq!(percent(share), expected);
        }
        assert_eq!(whole(1_234_567.4), "1,234,567");
        assert_eq!(whole(-0.4), "0");
    }
}
