//! Burn rates and times as they are printed beside what `show` prints.

use crate::show::when::minute;

/// A burn rate: two digits that matter, and none after a hundred.
pub(super) fn burn_text(rate: Option<f64>) -> String {
    match rate {
        None => "-".to_string(),
        Some(0.0) => "0".to_string(),
        Some(rate) if rate < 0.01 => "<0.01".to_string(),
        Some(rate) if rate < 1.0 => format!("{rate:.2}"),
        Some(rate) if rate < 100.0 => format!("{rate:.1}"),
        Some(rate) => format!("{rate:.0}"),
    }
}

/// A time, to the minute.
pub(super) fn moment(at_ms: i64) -> String {
    format!("{} UTC", minute(at_ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_short_and_never_nought_unless_they_are() {
        for (rate, expected) in [
            (None, "-"),
            (Some(0.0), "0"),
            (Some(0.004), "<0.01"),
            (Some(0.256), "0.26"),
            (Some(14.44), "14.4"),
            (Some(1_000.4), "1000"),
        ] {
            assert_eq!(burn_text(rate), expected);
        }
    }

    #[test]
    fn times_are_told_in_utc_to_the_minute() {
        assert_eq!(moment(1_770_000_000_000), "2026-02-02 02:40 UTC");
    }
}
