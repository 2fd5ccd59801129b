//! Numbers and durations: where they end, and what they are worth.
//!
//! Takes exactly what Prometheus takes: hexadecimal and octal integers, underscores between digits,
//! exponents, and durations of falling units, each once.

/// What begins with a digit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scan {
    /// A number of so many bytes.
    Number(usize),
    /// A duration of so many bytes; its units may still be wrong.
    Duration(usize),
    /// Neither; so many bytes show it.
    Neither(usize),
}

/// Units of durations, in falling order, in milliseconds.
const UNITS: [(&str, u64); 7] = [
    ("y", 365 * 86_400_000),
    ("w", 7 * 86_400_000),
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1_000),
    ("ms", 1),
];

/// The longest duration that Prometheus reads, in milliseconds: 2^63 - 1 nanoseconds.
pub(super) const DURATION_MS_MAX: u64 = i64::MAX as u64 / 1_000_000;

/// The longest duration written as a number, in seconds: 2^63 nanoseconds.
pub(super) const DURATION_SECONDS_MAX: f64 = 9_223_372_036.854_776;

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn is(&self, set: impl Fn(u8) -> bool) -> bool {
        self.peek().is_some_and(set)
    }

    fn accept(&mut self, set: impl Fn(u8) -> bool) -> bool {
        let accepted = self.is(set);
        self.at += usize::from(accepted);
        accepted
    }
}

/// Measures the number or duration at the start of `text`.
pub(super) fn scan(text: &str) -> Scan {
    let mut cursor = Cursor {
        bytes: text.as_bytes(),
        at: 0,
    };
    if is_number(&mut cursor) {
        return Scan::Number(cursor.at);
    }
    if is_duration(&mut cursor) {
        return Scan::Duration(cursor.at);
    }
    let shown = text[cursor.at..]
        .bytes()
        .take_while(|b| b.is_ascii_alphanumeric())
        .count();
    Scan::Neither(cursor.at + shown)
}

/// Moves over a number; where it ends badly, the cursor stays where that was seen.
fn is_number(cursor: &mut Cursor<'_>) -> bool {
    let hex = cursor.accept(|b| b == b'0') && cursor.accept(|b| matches!(b, b'x' | b'X'));
    if hex {
        cursor.accept(|b| b == b'_');
    }
    let digit = |b: u8| match hex {
        true => b.is_ascii_hexdigit(),
        false => b.is_ascii_digit(),
    };
    let exponent = |b: u8| matches!(b, b'e' | b'E');
    let after_gap = |b: u8| matches!(b, b'.' | b'_' | b'e' | b'E');
    cursor.accept(|b| b == b'.');
    cursor.accept(digit);
    let (mut dot_seen, mut exponent_seen) = (false, false);
    while cursor.is(|b| digit(b) || after_gap(b)) {
        if cursor.is(|b| b == b'.') && dot_seen {
            cursor.at += 1;
            return false;
        }
        if cursor.is(exponent) && exponent_seen {
            cursor.at += 1;
            return false;
        }
        if cursor.accept(|b| b == b'.') {
            dot_seen = true;
            if cursor.accept(|b| matches!(b, b'_' | b'.')) || hex {
                return false;
            }
        } else if cursor.accept(exponent) {
            exponent_seen = true;
            cursor.accept(|b| matches!(b, b'+' | b'-'));
            if cursor.accept(after_gap) || cursor.peek().is_none() {
                return false;
            }
        } else if cursor.accept(|b| b == b'_') {
            if cursor.accept(after_gap) || cursor.peek().is_none() {
                return false;
            }
        } else {
            while cursor.accept(digit) {}
        }
    }
    cursor.at > 0 && !cursor.is(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// Moves over the rest of a duration, from its first unit on.
fn is_duration(cursor: &mut Cursor<'_>) -> bool {
    if !cursor.accept(|b| b"smhdwy".contains(&b)) {
        return false;
    }
    cursor.accept(|b| b == b's');
    while cursor.accept(|b| b.is_ascii_digit()) {
        while cursor.accept(|b| b.is_ascii_digit()) {}
        if !cursor.accept(|b| b"smhdw".contains(&b)) {
            return false;
        }
        cursor.accept(|b| b == b's');
    }
    !cursor.is(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// The worth of the number `text`; `None` when it has none (`1e999`, `0x1.8`).
pub(super) fn value(text: &str) -> Option<f64> {
    if let Some(whole) = integer(text) {
        return Some(whole as f64);
    }
    if text.eq_ignore_ascii_case("inf") {
        return Some(f64::INFINITY);
    }
    if text.eq_ignore_ascii_case("nan") {
        return Some(f64::NAN);
    }
    if text.starts_with("0x") || text.starts_with("0X") || !underscores_fit(text) {
        return None;
    }
    let plain: std::borrow::Cow<'_, str> = match text.contains('_') {
        true => text.replace('_', "").into(),
        false => text.into(),
    };
    plain.parse().ok().filter(|number: &f64| number.is_finite())
}

/// An integer in Go's notation: `0x1f`, `017` (octal), `1_000`.
fn integer(text: &str) -> Option<i64> {
    let (digits, radix) = match text.as_bytes() {
        [b'0', b'x' | b'X', ..] => (&text[2..], 16),
        [b'0', _, ..] => (&text[1..], 8),
        _ => (text, 10),
    };
    if !underscores_fit(text) || !digits.starts_with(|c: char| c.is_ascii_hexdigit() || c == '_') {
        return None;
    }
    match digits.contains('_') {
        true => i64::from_str_radix(&digits.replace('_', ""), radix).ok(),
        false => i64::from_str_radix(digits, radix).ok(),
    }
}

/// Whether each underscore stands between two digits, or between the prefix and a digit.
fn underscores_fit(text: &str) -> bool {
    let bytes = text.as_bytes();
    let hex = bytes.len() > 1 && bytes[0] == b'0' && matches!(bytes[1], b'x' | b'X');
    let digit = |at: usize| match bytes.get(at) {
        Some(b'x' | b'X') => at == 1,
        Some(b) => b.is_ascii_digit() || (hex && b.is_ascii_hexdigit()),
        None => false,
    };
    (0..bytes.len())
        .filter(|at| bytes[*at] == b'_')
        .all(|at| at > 0 && digit(at - 1) && digit(at + 1))
}

/// Why a text is no duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DurationFault {
    /// Units that are unknown, repeated or not in falling order.
    Units,
    /// Longer than [`DURATION_MS_MAX`].
    TooLong,
}

/// The seconds of the duration `text`, such as 5400 for `1h30m`.
pub(super) fn seconds(text: &str) -> Result<f64, DurationFault> {
    let mut rest = text;
    let mut units = UNITS.iter();
    let mut total: Option<u64> = Some(0);
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let letters = rest[digits..]
            .bytes()
            .take_while(u8::is_ascii_alphabetic)
            .count();
        let unit = &rest[digits..digits + letters];
        let (_, unit_ms) = units
            .find(|(name, _)| *name == unit)
            .filter(|_| digits > 0)
            .ok_or(DurationFault::Units)?;
        total = rest[..digits]
            .parse::<u64>()
            .ok()
            .and_then(|count| count.checked_mul(*unit_ms))
            .and_then(|ms| total?.checked_add(ms));
        rest = &rest[digits + letters..];
    }
    match total {
        Some(ms) if ms <= DURATION_MS_MAX => Ok(ms as f64 / 1_000.0),
        _ => Err(DurationFault::TooLong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_end_where_prometheus_ends_them() {
        for text in [
            "1", "5.", ".5", "5e-3", "0xc", "0x_1f", "1_000", "1e+3", "0xdE+1",
        ] {
            assert_eq!(scan(text), Scan::Number(text.len()), "{text}");
        }
        assert_eq!(scan("12]"), Scan::Number(2));
        for text in [
            "2.5.",
            "0deadbeef",
            "1__0",
            "1e",
            "1_",
            "0x1.5",
            "1x",
            "0xde",
        ] {
            assert!(matches!(scan(text), Scan::Neither(_)), "{text}");
        }
    }

    #[test]
    fn durations_end_where_prometheus_ends_them() {
        for text in ["5m", "1h30m", "1y2w", "15ms", "5ys"] {
            assert_eq!(scan(text), Scan::Duration(text.len()), "{text}");
        }
        for text in ["5m1", "1y2y", "5min", "5m_"] {
            assert!(matches!(scan(text), Scan::Neither(_)), "{text}");
        }
    }

    #[test]
    fn numbers_are_worth_what_they_are_in_go() {
        for (text, worth) in [
            ("1", 1.0),
            ("017", 15.0),
            ("08", 8.0),
            ("0x1F", 31.0),
            ("0x_1F", 31.0),
            ("1_000", 1_000.0),
            ("1_0.5", 10.5),
            ("5.", 5.0),
            (".5", 0.5),
            ("1e3", 1_000.0),
            ("9223372036854775808", 9_223_372_036_854_775_808.0),
            ("iNf", f64::INFINITY),
        ] {
            assert_eq!(value(text), Some(worth), "{text}");
        }
        for text in ["1e999", "0xffffffffffffffffff", "0x1e+2", "1_.5", "1e_5"] {
            assert_eq!(value(text), None, "{text}");
        }
    }

    #[test]
    fn durations_have_an_upper_edge() {
        assert_eq!(seconds("1h30m"), Ok(5_400.0));
        assert_eq!(seconds("4s180ms"), Ok(4.18));
        assert_eq!(seconds("9223372036854ms"), Ok(9_223_372_036.854));
        assert_eq!(seconds("9223372036855ms"), Err(DurationFault::TooLong));
        assert_eq!(
            seconds("99999999999999999999999y"),
            Err(DurationFault::TooLong)
        );
        for text in ["5m1h", "5m5m", "5y1hs"] {
            assert_eq!(seconds(text), Err(DurationFault::Units), "{text}");
        }
    }
}
