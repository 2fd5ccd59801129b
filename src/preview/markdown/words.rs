//! Numbers, times and counts as the comment says them.

use jiff::Timestamp;

use crate::base::Duration;
use crate::replay::Span;

/// `1 page`, `2 pages`.
pub fn count(number: usize, what: &str) -> String {
    match number {
        1 => format!("1 {what}"),
        _ => format!("{number} {what}s"),
    }
}

/// `2026-11-02 03:15` in UTC.
pub fn time(at_ms: i64) -> String {
    match Timestamp::from_millisecond(at_ms) {
        Ok(at) => at.strftime("%Y-%m-%d %H:%M").to_string(),
        Err(_) => "?".to_string(),
    }
}

/// How long a simulated time is, as `30d`.
pub fn length(span: Span) -> String {
    let ms = u64::try_from(span.to_ms - span.from_ms).unwrap_or(0);
    Duration::from_ms(ms).to_string()
}

/// `99.931 %`: at most so many digits after the point, without zeros at the end.
pub fn percent(share: f64, digits: usize) -> String {
    let text = format!("{:.digits$}", share * 100.0);
    let text = match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.'),
        false => &text,
    };
    match text {
        "-0" => "0 %".to_string(),
        text => format!("{} %", text.replace('-', "−")),
    }
}

/// `61x`, as a burn rate is said.
pub fn burn(rate: f64) -> String {
    match rate < 10.0 {
        true => format!("{rate:.1}x"),
        false => format!("{rate:.0}x"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_said_in_percent() {
        for (share, digits, expected) in [
            (0.999_31, 3, "99.931 %"),
            (0.5, 3, "50 %"),
            (-0.38, 0, "−38 %"),
            (-0.000_01, 1, "0 %"),
            (1.0, 0, "100 %"),
        ] {
            assert_eq!(percent(share, digits), expected);
        }
    }

    #[test]
    fn times_are_in_utc() {
        assert_eq!(time(1_762_053_300_000), "2025-11-02 03:15");
    }
}
