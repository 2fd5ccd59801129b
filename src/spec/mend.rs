//! What a text that is not of its kind was certainly meant to be.
//!
//! Only spellings of which nothing else can be the meaning: another case, a unit written out, a decimal comma. Where two
//! readings are possible there is none.

use crate::base::{Duration, Ratio};

use super::scalar::{Scalar, list};
use crate::yaml::Style;

/// How a text of the kind `scalar` is written right, where that is certain.
pub(super) fn mended(text: &str, scalar: &Scalar) -> Option<String> {
    let text = text.trim();
    let by_choice = || choice(text, scalar.choices);
    let mended = (scalar.mend)(text).or_else(by_choice)?;
    (scalar.check)(&mended).is_ok().then_some(mended)
}

/// `text` as a YAML scalar in the style of the one that it replaces; `None` for a block.
pub(super) fn written(text: &str, style: Style) -> Option<String> {
    let plain = text.starts_with(|c: char| c.is_ascii_alphanumeric() || "-<".contains(c));
    match style {
        Style::Plain if plain => Some(text.to_string()),
        Style::Plain | Style::Tagged | Style::DoubleQuoted => Some(format!("\"{text}\"")),
        Style::SingleQuoted => Some(format!("'{text}'")),
        Style::Literal | Style::Folded => None,
    }
}

/// No text is certain.
pub(super) fn never(_: &str) -> Option<String> {
    None
}

/// A word that differs from one of `choices` only in case, or in `-` and `_`.
fn choice(text: &str, choices: &[&str]) -> Option<String> {
    let plain = |word: &str| word.to_ascii_lowercase().replace('_', "-");
    let meant = choices.iter().find(|choice| plain(choice) == plain(text))?;
    Some((*meant).to_string())
}

/// What YAML 1.1 takes for a boolean.
pub(super) fn boolean(text: &str) -> Option<String> {
    let word = match &*text.to_ascii_lowercase() {
        "true" | "yes" | "on" => "true",
        "false" | "no" | "off" => "false",
        _ => return None,
    };
    Some(word.to_string())
}

/// Units as people write them. A capital `M` may be months, and `m` alone is right.
const UNITS: &[(&str, u64, &[&str])] = &[
    ("ms", 1, &["msec", "msecs", "millisecond", "milliseconds"]),
    ("s", 1_000, &["sec", "secs", "second", "seconds"]),
    ("m", 60_000, &["min", "mins", "minute", "minutes"]),
    ("h", 3_600_000, &["hr", "hrs", "hour", "hours"]),
    ("d", 86_400_000, &["day", "days"]),
    ("w", 604_800_000, &["week", "weeks"]),
];

/// The short name and the milliseconds of a unit.
fn unit(text: &str) -> Option<(&'static str, u64)> {
    let lower = text.to_ascii_lowercase();
    UNITS
        .iter()
        .find(|(short, _, long)| text == *short || long.contains(&&*lower))
        .map(|(short, ms, _)| (*short, *ms))
}

/// Digits, with a point perhaps, and what follows them.
fn number(text: &str) -> Option<(Ratio, &str)> {
    let end = text
        .bytes()
        .position(|b| !b.is_ascii_digit() && b != b'.')
        .unwrap_or(text.len());
    Some((text[..end].parse().ok()?, &text[end..]))
}

/// One number and one unit: `30 days`, `1.5h`.
pub(super) fn duration(text: &str) -> Option<String> {
    let (number, rest) = number(text)?;
    let (short, unit_ms) = unit(rest.trim_start())?;
    let (whole, denominator) = number.parts();
    if denominator == 1 {
        return Some(format!("{whole}{short}"));
    }
    let ms = whole.checked_mul(i128::from(unit_ms))?;
    let exact = ms % denominator == 0;
    let ms = u64::try_from(ms / denominator).ok()?;
    (exact && ms > 0).then(|| Duration::from_ms(ms).to_string())
}

/// A decimal comma. Three digits after it may be a thousand.
pub(super) fn decimal(text: &str) -> Option<String> {
    let (whole, part) = text.split_once(',')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    (digits(whole) && digits(part) && part.len() != 3).then(|| format!("{whole}.{part}"))
}

/// White space before the sign, a decimal comma: a percentage has no thousands.
pub(super) fn percent(text: &str) -> Option<String> {
    let (bare, sign) = match text.strip_suffix('%') {
        Some(bare) => (bare.trim_end(), "%"),
        None => (text, ""),
    };
    let (whole, part) = bare.split_once(',').unwrap_or((bare, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    match (part, whole.len() <= 2 && digits(whole) && digits(part)) {
        ("", _) if !bare.contains(',') => Some(format!("{bare}{sign}")),
        ("", _) | (_, false) => None,
        (part, true) => Some(format!("{whole}.{part}{sign}")),
    }
}

/// A unit of time that is written out: `300/hour`, `5 per minute`.
pub(super) fn rate(text: &str) -> Option<String> {
    let (number, rest) = text.split_once('/').or_else(|| text.split_once(" per "))?;
    let (short, _) = unit(rest.trim())?;
    Some(format!("{}/{short}", number.trim()))
}

/// The signs of other languages: `=<`, `≤`, `=`.
pub(super) fn comparison(text: &str) -> Option<String> {
    const SIGNS: &[(&str, &str)] = &[
        ("=<", "<="),
        ("=>", ">="),
        ("≤", "<="),
        ("≥", ">="),
        ("≠", "!="),
    ];
    let (wrong, right) = SIGNS.iter().find(|(wrong, _)| text.starts_with(wrong))?;
    Some(format!("{right} {}", text[wrong.len()..].trim()))
}

/// An hour of one digit.
pub(super) fn clock(text: &str) -> Option<String> {
    (text.len() == 4).then(|| format!("0{text}"))
}

/// What to call a change to `text`.
pub(super) fn help(text: &str) -> String {
    format!("write {}", list(&[text]))
}

#[cfg(test)]
mod tests {
    use super::super::scalar::{BOOL, CLOCK, COMPARISON, COUNT, DECIMAL, DURATION, PERCENT, RATE};
    use super::super::slo_file::MODE;
    use super::*;

    fn check(scalar: &Scalar, text: &str, expected: Option<&str>) {
        assert_eq!(mended(text, scalar).as_deref(), expected, "{text}");
    }

    #[test]
    fn another_spelling_of_the_same_is_mended() {
        check(&DURATION, "30 days", Some("30d"));
        check(&DURATION, "1 Hour", Some("1h"));
        check(&DURATION, "5min", Some("5m"));
        check(&DURATION, "1.5h", Some("1h30m"));
        check(&PERCENT, "99.9 %", Some("99.9%"));
        check(&PERCENT, "99,95", Some("99.95"));
        check(&PERCENT, "99,950%", Some("99.950%"));
        check(&DECIMAL, "14,4", Some("14.4"));
        check(&RATE, "300/hour", Some("300/h"));
        check(&RATE, "5 per minute", Some("5/m"));
        check(&COMPARISON, "=< 0.25", Some("<= 0.25"));
        check(&COMPARISON, "≥5", Some(">= 5"));
        check(&BOOL, "Yes", Some("true"));
        check(&BOOL, "FALSE", Some("false"));
        check(&CLOCK, "9:00", Some("09:00"));
        check(&MODE, "Ticket_Only", Some("ticket-only"));
    }

    #[test]
    fn what_may_mean_two_things_is_left() {
        check(&DURATION, "30", None);
        check(&DURATION, "6M", None);
        check(&DURATION, "1 month", None);
        check(&DURATION, "0 days", None);
        check(&DURATION, "0.0001s", None);
        check(&DURATION, "2 days 3 hours", None);
        check(&PERCENT, "999,5", None);
        check(&PERCENT, "99,9,9", None);
        check(&PERCENT, "99,", None);
        check(&DECIMAL, "1,000", None);
        check(&DECIMAL, "1,5,5", None);
        check(&RATE, "300/month", None);
        check(&COMPARISON, "about 5", None);
        check(&BOOL, "1", None);
        check(&CLOCK, "9:99", None);
        check(&COUNT, "5.0", None);
        check(&MODE, "observed", None);
    }
}
