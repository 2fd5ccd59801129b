//! A moment on the command line: so long ago, or a date or time.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::base::Duration;
use crate::base::duration::DurationError;
use crate::show::when::MOMENT_MAX_MS;

/// When.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    /// So long before another one.
    Back(Duration),
    /// A time, in Unix milliseconds.
    At(i64),
}

/// Why a text is no moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MomentError {
    /// Not of any form.
    Malformed,
    /// A duration, and not one that is read.
    Duration(DurationError),
    /// Before 1970, or after the year 9998.
    OutOfRange,
}

impl Moment {
    /// In Unix milliseconds, with `now_ms` for what it is before.
    pub fn at_ms(self, now_ms: i64) -> i64 {
        match self {
            Moment::Back(length) => now_ms - i64::try_from(length.as_ms()).unwrap_or(i64::MAX / 2),
            Moment::At(at_ms) => at_ms,
        }
    }
}

impl FromStr for Moment {
    type Err = MomentError;

    fn from_str(text: &str) -> Result<Moment, MomentError> {
        let time = text.parse::<Timestamp>().ok().or_else(|| {
            let date = text.parse::<Date>().ok().filter(|_| !text.contains('T'))?;
            Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp())
        });
        if let Some(time) = time {
            let at_ms = time.as_millisecond();
            return match (0..=MOMENT_MAX_MS).contains(&at_ms) {
                true => Ok(Moment::At(at_ms)),
                false => Err(MomentError::OutOfRange),
            };
        }
        match text.parse::<Duration>() {
            Ok(length) => Ok(Moment::Back(length)),
            Err(DurationError::Malformed) => Err(MomentError::Malformed),
            Err(error) => Err(MomentError::Duration(error)),
        }
    }
}

impl fmt::Display for MomentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MomentError::Malformed => f.write_str(
                "how long ago is expected, such as `30d`, or a time, such as `2026-11-03` or `2026-11-03T14:00:00Z`",
            ),
            MomentError::Duration(error) => error.fmt(f),
            MomentError::OutOfRange => f.write_str("the time is not between the years 1970 and 9998"),
        }
    }
}

impl std::error::Error for MomentError {}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: i64 = 1_795_219_200_000;

    fn check(text: &str, expected: Result<i64, MomentError>) {
        let found = text.parse::<Moment>().map(|moment| moment.at_ms(NOW_MS));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_moment_is_so_long_ago_or_a_time() {
        check("30d", Ok(NOW_MS - 30 * 86_400_000));
        check("2026-11-21", Ok(NOW_MS));
        check("2026-11-20T23:30:00Z", Ok(NOW_MS - 1_800_000));
        check("2026-11-21T01:00:00+01:00", Ok(NOW_MS));
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "",
            "yesterday",
            "30",
            "2026-13-01",
            "2026-11-21T10:00",
            "21.11.2026",
        ] {
            check(text, Err(MomentError::Malformed));
        }
        check("0s", Err(MomentError::Duration(DurationError::Zero)));
        check("1969-12-31", Err(MomentError::OutOfRange));
        check("9999-01-02", Err(MomentError::OutOfRange));
    }
}
