//! The syntax of matchers that Alertmanager reads since 0.27: any label name, quotes as in Go.
//!
//! Alertmanager asks this parser and the classic one; where both take a text, the classic one is believed.

use std::ops::Range;

use crate::promql::said;

use super::matcher::{MatchOp, operator};
use super::written::Written;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    Comma,
    Op(MatchOp),
    /// A name or a value, quotes and escapes undone.
    Text(String),
}

/// The matchers of one text; `None` where it is none of this syntax.
pub(super) fn parse(text: &str) -> Option<Vec<Written>> {
    let tokens = tokens(text)?;
    let mut rest: &[(Token, Range<usize>)] = &tokens;
    match rest {
        [(Token::Open, _), inner @ .., (Token::Close, _)] => rest = inner,
        [(Token::Open, _), ..] | [.., (Token::Close, _)] => return None,
        _ => {}
    }
    let mut matchers = Vec::new();
    while !rest.is_empty() {
        let [
            (Token::Text(label), start),
            (Token::Op(op), _),
            (Token::Text(value), end),
            after @ ..,
        ] = rest
        else {
            return None;
        };
        matchers.push(Written {
            label: label.clone(),
            op: *op,
            value: value.clone(),
            range: start.start..end.end,
        });
        rest = match after {
            [] => after,
            [(Token::Comma, _), next @ ..] => next,
            _ => return None,
        };
    }
    Some(matchers)
}

fn tokens(text: &str) -> Option<Vec<(Token, Range<usize>)>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let (token, len) = match c {
            '{' => (Token::Open, 1),
            '}' => (Token::Close, 1),
            ',' => (Token::Comma, 1),
            '=' | '!' => {
                let (op, _) = operator(rest)?;
                (Token::Op(op), op.as_str().len())
            }
            '"' => {
                let len = quoted_len(rest)?;
                (Token::Text(said(&rest[..len])?), len)
            }
            space if space.is_whitespace() => {
                at += space.len_utf8();
                continue;
            }
            plain if !is_reserved(plain) => {
                let len = rest.find(is_reserved).unwrap_or(rest.len());
                (Token::Text(rest[..len].to_string()), len)
            }
            _ => return None,
        };
        tokens.push((token, at..at + len));
        at += len;
    }
    Some(tokens)
}

fn is_reserved(c: char) -> bool {
    c.is_whitespace() || "{}!=~,\\\"'`".contains(c)
}

/// The bytes of the quoted text at the start of `text`, quotes included.
fn quoted_len(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, b) in text.bytes().enumerate().skip(1) {
        match b {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&[&str]>) {
        let found: Option<Vec<String>> = parse(text).map(|found| {
            found
                .iter()
                .map(|m| format!("{}{}{}", m.label, m.op.as_str(), m.value))
                .collect()
        });
        let expected = expected.map(|all| all.iter().map(|s| s.to_string()).collect());
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn names_and_values_may_be_quoted_and_of_any_letters() {
        check(r#""a b"=~"c.*""#, Some(&["a b=~c.*"]));
        check("größe=ü", Some(&["größe=ü"]));
        check(r#"{a="b",c!=d,}"#, Some(&["a=b", "c!=d"]));
        check(r#"a="\t\u00e9\"""#, Some(&["a=\té\""]));
        check("{}", Some(&[]));
        check("", Some(&[]));
        check("  ", Some(&[]));
    }

    #[test]
    fn what_is_not_of_this_syntax_is_none() {
        for text in [
            "a=",
            "{a=b",
            "a=b}",
            ",",
            "{,}",
            "a=b,,c=d",
            "a=b c",
            "a=b'c",
            r#"a="\w""#,
            "a!b",
            r#"a="b"#,
            "a~b",
            "{{a=b}}",
            r#"a="\xff""#,
        ] {
            check(text, None);
        }
    }
}
