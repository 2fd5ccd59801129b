//! Durations as Prometheus writes them, in whole milliseconds.
//!
//! Reads the grammar of Prometheus (`1h30m`, units `y w d h m s ms` in falling order, each once) and
//! prints only units whose length never surprises (`d h m s ms`), so that everything printed is valid
//! in every rule file. What people type for daemon settings is not read here.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

const MS: u64 = 1;
const SECOND: u64 = 1_000 * MS;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
const WEEK: u64 = 7 * DAY;
const YEAR: u64 = 365 * DAY;

/// Units in the order in which Prometheus demands them.
const UNITS: [(&str, u64); 7] = [
    ("y", YEAR),
    ("w", WEEK),
    ("d", DAY),
    ("h", HOUR),
    ("m", MINUTE),
    ("s", SECOND),
    ("ms", MS),
];

/// The longest duration that is read, in years: far above any period, far below overflow.
pub const DURATION_MAX_YEARS: u64 = 100;

/// A positive span of time in whole milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Duration {
    ms: u64,
}

/// Why a text is no duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DurationError {
    /// Not a sequence of numbers and units in falling order.
    Malformed,
    /// Zero, where only a positive duration makes sense.
    Zero,
    /// Longer than [`DURATION_MAX_YEARS`].
    TooLong,
}

impl fmt::Display for DurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DurationError::Malformed => f.write_str(
                "a duration is written as in Prometheus, such as `5m`, `1h30m` or `30d`",
            ),
            DurationError::Zero => f.write_str("the duration must be longer than zero"),
            DurationError::TooLong => {
                write!(f, "the duration is longer than {DURATION_MAX_YEARS} years")
            }
        }
    }
}

impl Duration {
    /// A duration of `ms` milliseconds.
    pub const fn from_ms(ms: u64) -> Duration {
        Duration { ms }
    }

    /// A duration of `minutes` minutes.
    pub const fn minutes(minutes: u64) -> Duration {
        Duration {
            ms: minutes * MINUTE,
        }
    }

    /// A duration of `hours` hours.
    pub const fn hours(hours: u64) -> Duration {
        Duration { ms: hours * HOUR }
    }

    /// A duration of `days` days of 24 hours.
    pub const fn days(days: u64) -> Duration {
        Duration { ms: days * DAY }
    }

    /// Its length in milliseconds.
    pub const fn as_ms(self) -> u64 {
        self.ms
    }

    /// Its length in seconds, rounded down.
    pub const fn as_secs(self) -> u64 {
        self.ms / SECOND
    }
}

impl FromStr for Duration {
    type Err = DurationError;

    fn from_str(text: &str) -> Result<Duration, DurationError> {
        let mut rest = text;
        let mut units = UNITS.iter();
        let mut total: u64 = 0;
        if rest.is_empty() {
            return Err(DurationError::Malformed);
        }
        while !rest.is_empty() {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let letters = rest[digits..]
                .bytes()
                .take_while(u8::is_ascii_lowercase)
                .count();
            if digits == 0 || letters == 0 {
                return Err(DurationError::Malformed);
            }
            let unit = &rest[digits..digits + letters];
            let (_, unit_ms) = units
                .find(|(name, _)| *name == unit)
                .ok_or(DurationError::Malformed)?;
            let count: u64 = rest[..digits].parse().map_err(|_| DurationError::TooLong)?;
            total = count
                .checked_mul(*unit_ms)
                .and_then(|ms| total.checked_add(ms))
                .ok_or(DurationError::TooLong)?;
            rest = &rest[digits + letters..];
        }
        match total {
            0 => Err(DurationError::Zero),
            ms if ms > DURATION_MAX_YEARS * YEAR => Err(DurationError::TooLong),
            ms => Ok(Duration { ms }),
        }
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ms == 0 {
            return f.write_str("0s");
        }
        let mut rest = self.ms;
        for (name, unit) in &UNITS[2..] {
            if rest == 0 {
                break;
            }
            let count = rest / unit;
            if count > 0 {
                write_count(f, count)?;
                f.write_str(name)?;
                rest %= unit;
            }
        }
        Ok(())
    }
}

/// Writes a number without the machinery of `write!`: a compiled SLO has a thousand durations in its rules.
fn write_count(f: &mut fmt::Formatter<'_>, mut count: u64) -> fmt::Result {
    let mut digits = [0_u8; u64::MAX.ilog10() as usize + 1];
    let mut from = digits.len();
    loop {
        from -= 1;
        digits[from] = b'0' + (count % 10) as u8;
        count /= 10;
        if count == 0 {
            break;
        }
    }
    f.write_str(str::from_utf8(&digits[from..]).expect("digits are ASCII"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, DurationError>) {
        let printed = text.parse::<Duration>().map(|d| d.to_string());
        assert_eq!(printed, expected.map(str::to_string), "{text}");
    }

    #[test]
    fn durations_are_read_as_prometheus_reads_them() {
        check("5m", Ok("5m"));
        check("1h30m", Ok("1h30m"));
        check("30d", Ok("30d"));
        check("4w", Ok("28d"));
        check("1y", Ok("365d"));
        check("90m", Ok("1h30m"));
        check("250ms", Ok("250ms"));
        check("1s500ms", Ok("1s500ms"));
    }

    #[test]
    fn what_prometheus_refuses_is_refused() {
        for text in [
            "", "5", "m", "30m1h", "5m5m", "1.5h", "1h 30m", "5min", "1M", "-5m", "1H", "1h30",
        ] {
            check(text, Err(DurationError::Malformed));
        }
        check("0s", Err(DurationError::Zero));
        check("0d0h", Err(DurationError::Zero));
    }

    #[test]
    fn the_longest_duration_has_an_edge() {
        check("100y", Ok("36500d"));
        check("100y1ms", Err(DurationError::TooLong));
        check("99999999999999999999999d", Err(DurationError::TooLong));
        check("9999999999999999999d", Err(DurationError::TooLong));
    }
}
