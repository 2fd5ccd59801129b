//! Burn rates, shares and times as they are printed.

use jiff::Timestamp;

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

/// A share in percent. What is not all and not nothing is never rounded to it.
pub(super) fn percent_text(share: f64) -> String {
    let percent = share * 100.0;
    match percent {
        all if all >= 100.0 => "100 %".to_string(),
        most if most > 99.9 => "99.9 %".to_string(),
        0.0 => "0 %".to_string(),
        little if little > 0.0 && little < 0.1 => "<0.1 %".to_string(),
        little if little < 0.0 && little > -0.1 => ">-0.1 %".to_string(),
        much if much.abs() >= 1_000.0 => format!("{much:.0} %"),
        some => format!("{some:.1} %"),
    }
}

/// A time in UTC, to the minute.
pub(super) fn moment(at_ms: i64) -> String {
    match Timestamp::from_millisecond(at_ms) {
        Ok(at) => at.strftime("%Y-%m-%d %H:%M UTC").to_string(),
        Err(_) => format!("{at_ms} ms"),
    }
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
    fn a_share_is_not_rounded_to_all_or_nothing() {
        for (share, expected) in [
            (1.0, "100 %"),
            (0.99999, "99.9 %"),
            (0.123, "12.3 %"),
            (0.0001, "<0.1 %"),
            (0.0, "0 %"),
            (-0.0001, ">-0.1 %"),
            (-1.5, "-150.0 %"),
            (-99.0, "-9900 %"),
        ] {
            assert_eq!(percent_text(share), expected);
        }
    }

    #[test]
    fn times_are_told_in_utc_to_the_minute() {
        assert_eq!(moment(1_770_000_000_000), "2026-02-02 02:40 UTC");
    }
}
