//! What a text of PromQL may cost to read, estimated before it is read.

use super::parse::HEAVY_PATTERNS_MAX;
use super::re2::{LIGHT_MAX, UNICODE_CLASS_WEIGHT};

/// Units for a byte: a sum of many terms takes a quarter of a microsecond for each.
const BYTE: usize = 2;
/// Units for a large regular expression: compiling one, with every opinion on it, takes a few milliseconds.
const HEAVY_PATTERN: usize = 64 << 10;

/// The cost of reading `text`, in units of about one byte of YAML. Never too low by more than a small factor.
pub fn work(text: &str) -> usize {
    let patterns = text.matches("=~").count() + text.matches("!~").count();
    let classes = match text.contains("\\p") || text.contains("\\P") {
        true => UNICODE_CLASS_WEIGHT,
        false => 1,
    };
    let size = text
        .len()
        .saturating_mul(repetitions(text))
        .saturating_mul(classes);
    let heavy = match size > LIGHT_MAX {
        true => patterns.min(HEAVY_PATTERNS_MAX + 1),
        false => 0,
    };
    text.len() * BYTE + heavy * HEAVY_PATTERN
}

/// How often a part of a pattern in `text` may be repeated: all counts such as that of `{2,10}` multiplied.
fn repetitions(text: &str) -> usize {
    let counts = text.split('{').skip(1).map(|after| {
        let digits = |c: char| c.is_ascii_digit() || c == ',';
        let counted = after.split(|c| !digits(c)).next().unwrap_or_default();
        let numbers = counted.split(',').filter_map(|number| number.parse().ok());
        numbers.max().unwrap_or(1usize).max(1)
    });
    counts.fold(1, usize::saturating_mul)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_patterns_that_may_be_large_cost_more_than_their_text() {
        for plain in [
            r#"http_requests_total{code=~"5..",job!~"a|b"}"#,
            r#"x{code=~"5[0-9]{2}"}"#,
        ] {
            assert_eq!(work(plain), plain.len() * BYTE);
        }
        for heavy in [r#"x{a=~"[a-z]{900}"}"#, r#"x{a=~"[a-z]{2,99}{9,99}"}"#] {
            assert_eq!(work(heavy), heavy.len() * BYTE + HEAVY_PATTERN, "{heavy}");
        }
    }
}
