//! The syntax of matchers that every version of Alertmanager reads.
//!
//! It is tolerant: braces need not pair, quotes may be missing, an unknown escape is itself.

use std::ops::Range;

use super::matcher::operator;
use super::written::{Refused, Written};

/// What Go's `\s` is.
const SPACE: [char; 5] = ['\t', '\n', '\x0C', '\r', ' '];

/// The matchers of one text, such as `{a="b", c=~"d.*"}`.
pub(super) fn parse(text: &str) -> Result<Vec<Written>, Refused> {
    pieces(text)
        .into_iter()
        .map(|range| one(text, range))
        .collect()
}

/// The pieces between commas that are not quoted.
fn pieces(text: &str) -> Vec<Range<usize>> {
    let from = usize::from(text.starts_with('{'));
    let inner = &text[from..];
    let inner = inner.strip_suffix('}').unwrap_or(inner);
    let mut pieces = Vec::new();
    let (mut start, mut quoted, mut escaped) = (0, false, false);
    for (at, c) in inner.char_indices() {
        match c {
            ',' if !quoted => {
                pieces.push(from + start..from + at);
                start = at + 1;
            }
            // A comma leaves the escape before it open, here as there.
            ',' => {}
            '"' if escaped => escaped = false,
            '"' => quoted = !quoted,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    let last = inner[start..].trim();
    if !last.is_empty() {
        let lead = inner[start..].len() - inner[start..].trim_start().len();
        let start = from + start + lead;
        pieces.push(start..start + last.len());
    }
    pieces
}

/// One matcher: a label, an operator, a value.
fn one(text: &str, range: Range<usize>) -> Result<Written, Refused> {
    let piece = &text[range.clone()];
    let refused = |reason| Refused {
        range: range.clone(),
        reason,
    };
    let trimmed = piece.trim_start_matches(SPACE);
    let start = range.start + piece.len() - trimmed.len();
    let label_len = trimmed
        .bytes()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b':'))
        .count();
    let label = &trimmed[..label_len];
    if label.is_empty() || label.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(refused("does not begin with the name of a label"));
    }
    let rest = trimmed[label_len..].trim_start_matches(SPACE);
    let (op, rest) = operator(rest).ok_or_else(|| refused("has no operator after the label"))?;
    let raw = rest.trim_matches(SPACE);
    let value = value(raw)
        .ok_or_else(|| refused("has a double quote that is not paired or not escaped"))?;
    let end = range.start + piece.trim_end_matches(SPACE).len();
    Ok(Written {
        label: label.to_string(),
        op,
        value,
        range: start..end,
    })
}

/// A value with its escapes undone; `None` where a quote is where none may be.
fn value(raw: &str) -> Option<String> {
    let (raw, mut open) = match raw.strip_prefix('"') {
        Some(inner) => (inner, true),
        None => (raw, false),
    };
    let mut value = String::with_capacity(raw.len());
    let mut escaped = false;
    for (at, c) in raw.char_indices() {
        let is_last = at + 1 == raw.len();
        match c {
            'n' if escaped => value.push('\n'),
            '"' | '\\' if escaped => value.push(c),
            _ if escaped => value.extend(['\\', c]),
            '\\' if !is_last => {
                escaped = true;
                continue;
            }
            '"' if open && is_last => open = false,
            '"' => return None,
            _ => value.push(c),
        }
        escaped = false;
    }
    (!open).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = parse(text)
            .unwrap_or_else(|refused| panic!("{text}: {}", refused.reason))
            .iter()
            .map(|m| format!("{}{}{}", m.label, m.op.as_str(), m.value))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn matchers_stand_in_braces_or_not_and_between_commas() {
        check(r#"a="b""#, &["a=b"]);
        check("a=b", &["a=b"]);
        check(" a = b ", &["a=b"]);
        check(r#"{a = "b", c!="d,e", }"#, &["a=b", "c!=d,e"]);
        check("a=b,c=~d|e,f!~g", &["a=b", "c=~d|e", "f!~g"]);
        check("{a=b", &["a=b"]);
        check("a=b}", &["a=b"]);
        check("a=", &["a="]);
        check(r#"a="""#, &["a="]);
        check("a:b=~c", &["a:b=~c"]);
    }

    #[test]
    fn a_text_without_matchers_is_no_fault() {
        for text in ["", "{}", "{", "}", " ", "{ }"] {
            check(text, &[]);
        }
    }

    #[test]
    fn escapes_are_those_of_openmetrics_and_others_are_themselves() {
        check(r#"a="b\"c\\d\ne\wf""#, &["a=b\"c\\d\ne\\wf"]);
        check(r"a=b\", &[r"a=b\"]);
        check(r"a==b", &["a==b"]);
        check("a= ~b", &["a=~b"]);
    }

    #[test]
    fn a_backslash_before_a_quoted_comma_escapes_the_quote_after_it() {
        assert!(parse(r#"a="b\,",c=d"#).is_err());
        check(r#"a="b\,x",c=d"#, &["a=b\\,x", "c=d"]);
    }

    #[test]
    fn what_is_no_matcher_is_refused() {
        for text in [
            "a",
            "=b",
            "a~b",
            "1a=b",
            ",a=b",
            "a=b,,c=d",
            r#"a="b"#,
            r#"a=b"c"#,
            r#"a=b""#,
            r#"a="b"c"#,
            r#""a"=b"#,
            "a-b=c",
            r#"a="b\""#,
            "a!b",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn each_matcher_knows_its_place() {
        let text = r#"{ a="b" , c=d }"#;
        let found: Vec<&str> = parse(text)
            .unwrap()
            .into_iter()
            .map(|m| &text[m.range])
            .collect();
        assert_eq!(found, [r#"a="b""#, "c=d"]);
    }
}
