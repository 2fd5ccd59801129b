//! PromQL that does not parse, and the small change after which it does.

use crate::diagnostics::{Certainty, Edit, Patch};
use crate::promql;
use crate::yaml::Scalar;

/// Most brackets that are closed.
const BRACKETS_MAX: usize = 16;

/// Closing brackets at the end, where they alone are missing. Likely at most: they may belong elsewhere.
pub(super) fn closed(scalar: &Scalar) -> Option<Patch> {
    let text = scalar.text.trim_end();
    let missing = missing(text)?;
    promql::parse_template(&format!("{text}{missing}")).ok()?;
    // A place after the last character that stands in the file as it is.
    let last = text.char_indices().last()?.0;
    let mut span = scalar.verbatim_span_of(last..text.len())?;
    span.start = span.end;
    Some(Patch {
        help: format!("close what is open with `{missing}`"),
        edits: vec![Edit {
            span,
            text: missing,
        }],
        certainty: Certainty::Likely,
    })
}

/// The brackets that would close `text`; `None` where none is open, or one is closed that is not.
fn missing(text: &str) -> Option<String> {
    let mut open = Vec::new();
    let mut quote = None;
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match (quote, c) {
            (Some('"' | '\''), '\\') => drop(characters.next()),
            (Some(q), c) if q == c => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '(') => open.push(')'),
            (None, '[') => open.push(']'),
            (None, '{') => open.push('}'),
            (None, ')' | ']' | '}') if open.pop() != Some(c) => return None,
            (None, '#') => return None,
            (None, _) => {}
        }
    }
    let closing: String = open.iter().rev().collect();
    (quote.is_none() && !closing.is_empty() && open.len() <= BRACKETS_MAX).then_some(closing)
}

/// Matchers without the braces around them, where those alone are too much.
pub(super) fn unbraced(scalar: &Scalar) -> Option<Patch> {
    let text = &*scalar.text;
    let inner = text.trim().strip_prefix('{')?.strip_suffix('}')?;
    promql::parse_matchers(inner).ok()?;
    let (open, close) = (text.find('{')?, text.rfind('}')?);
    let drop = |at: usize| {
        Some(Edit {
            span: scalar.verbatim_span_of(at..at + 1)?,
            text: String::new(),
        })
    };
    Some(Patch {
        help: "write the matchers without braces".to_string(),
        edits: vec![drop(open)?, drop(close)?],
        certainty: Certainty::Certain,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(missing(text).as_deref(), expected, "{text}");
    }

    #[test]
    fn open_brackets_are_closed_from_the_inside() {
        check("sum(rate(x{a=\"(\"}[5m", Some("]))"));
        check("sum(x", Some(")"));
        check(&"(".repeat(BRACKETS_MAX), Some(&")".repeat(BRACKETS_MAX)));
    }

    #[test]
    fn what_brackets_do_not_mend_is_left() {
        check("sum(x)", None);
        check("sum(x))", None);
        check("sum(x]", None);
        check("sum(x{a=\"b)", None);
        check("sum(x # why", None);
        check(&"(".repeat(BRACKETS_MAX + 1), None);
    }
}
