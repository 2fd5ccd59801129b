//! One matcher: a label, and what it must or must not be.

use crate::base::Span;
use crate::promql::SearchFault;

pub use crate::promql::MatchOp;

use super::limits::PATTERNS_WEIGHT_MAX;
use super::pattern::{Anchoring, Pattern};
use super::{Labels, written::Written};

/// In which syntax a matcher is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Syntax {
    /// An entry of `match`, `match_re` or their like.
    Map,
    /// An item of `matchers` that every version reads.
    Classic,
    /// An item of `matchers` that only the parser of Alertmanager 0.27 and later reads.
    Utf8,
}

/// What a label must, or must not, be.
#[derive(Clone, Debug)]
pub struct Matcher {
    /// The label.
    pub label: String,
    /// How it is compared.
    pub op: MatchOp,
    /// What it is compared with, as written.
    pub value: String,
    /// Where it is written.
    pub span: Span,
    /// How it is written.
    pub syntax: Syntax,
    pattern: Option<Pattern>,
}

impl Matcher {
    /// A matcher that stands at `span`, in the syntax that every version reads.
    ///
    /// # Errors
    ///
    /// Why the value is no regular expression.
    pub fn new(
        label: impl Into<String>,
        op: MatchOp,
        value: impl Into<String>,
        span: Span,
    ) -> Result<Matcher, SearchFault> {
        let value = value.into();
        let pattern = match op {
            MatchOp::Equal | MatchOp::NotEqual => None,
            MatchOp::Regex | MatchOp::NotRegex => {
                let (pattern, _) = Pattern::compile(&value, Anchoring::Once, PATTERNS_WEIGHT_MAX)?;
                Some(pattern)
            }
        };
        Ok(Matcher {
            label: label.into(),
            op,
            value,
            span,
            syntax: Syntax::Classic,
            pattern,
        })
    }

    /// A matcher as a parser found it, with its pattern if it has one.
    pub(super) fn of(
        written: Written,
        span: Span,
        syntax: Syntax,
        pattern: Option<Pattern>,
    ) -> Matcher {
        Matcher {
            label: written.label,
            op: written.op,
            value: written.value,
            span,
            syntax,
            pattern,
        }
    }

    /// Whether a label of `value` is let through; a label that an alert lacks is empty.
    pub fn matches(&self, value: &str) -> bool {
        match (self.op, &self.pattern) {
            (MatchOp::Equal, _) => self.value == value,
            (MatchOp::NotEqual, _) => self.value != value,
            (MatchOp::Regex, Some(pattern)) => pattern.matches(value),
            (MatchOp::NotRegex, Some(pattern)) => !pattern.matches(value),
            (MatchOp::Regex | MatchOp::NotRegex, None) => {
                unreachable!("a matcher with a regular expression is made with its pattern")
            }
        }
    }

    /// Its regular expression.
    pub fn pattern(&self) -> Option<&Pattern> {
        self.pattern.as_ref()
    }
}

/// The operator that a text begins with, and what follows it.
pub(super) fn operator(text: &str) -> Option<(MatchOp, &str)> {
    [
        MatchOp::Regex,
        MatchOp::Equal,
        MatchOp::NotEqual,
        MatchOp::NotRegex,
    ]
    .into_iter()
    .find_map(|op| text.strip_prefix(op.as_str()).map(|rest| (op, rest)))
}

/// An alert, as matchers see it.
pub trait Labelled {
    /// The value of a label; empty where it has none of that name.
    fn value(&self, label: &str) -> &str;
}

impl Labelled for Labels {
    fn value(&self, label: &str) -> &str {
        self.get(label).map_or("", String::as_str)
    }
}

/// Whether all `matchers` let an alert through.
pub fn all_match(matchers: &[Matcher], alert: &impl Labelled) -> bool {
    let mut matchers = matchers.iter();
    matchers.all(|matcher| matcher.matches(alert.value(&matcher.label)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourceId;

    fn check(op: MatchOp, value: &str, yes: &[&str], no: &[&str]) {
        let span = Span::new(SourceId(0), 0, 0);
        let matcher = Matcher::new("a", op, value, span).unwrap();
        for text in yes {
            assert!(matcher.matches(text), "{op:?} {value} on {text}");
        }
        for text in no {
            assert!(!matcher.matches(text), "{op:?} {value} on {text}");
        }
    }

    #[test]
    fn a_label_is_compared_whole() {
        check(MatchOp::Equal, "b", &["b"], &["", "bb"]);
        check(MatchOp::NotEqual, "b", &["", "bb"], &["b"]);
        check(MatchOp::Regex, "b.*", &["b", "bb"], &["", "ab"]);
        check(MatchOp::NotRegex, "b.*", &["", "ab"], &["b", "bb"]);
        check(MatchOp::Equal, "", &[""], &["b"]);
    }

    #[test]
    fn a_label_that_is_not_there_is_empty() {
        let span = Span::new(SourceId(0), 0, 0);
        let absent = [Matcher::new("b", MatchOp::Equal, "", span).unwrap()];
        let labels = |pairs: &[(&str, &str)]| {
            let own = |(k, v): &(&str, &str)| (k.to_string(), v.to_string());
            pairs.iter().map(own).collect::<Labels>()
        };
        assert!(all_match(&absent, &labels(&[("a", "1")])));
        assert!(all_match(&absent, &labels(&[("b", "")])));
        assert!(!all_match(&absent, &labels(&[("b", "1")])));
    }
}
