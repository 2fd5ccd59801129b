//! Selectors: a metric name and matchers, and what a matcher lets through.

use super::expr::Place;
use super::{print, re2};

/// The label that holds the name of a metric.
pub const METRIC_NAME: &str = "__name__";

/// Which series: a metric name and matchers, in the author's order.
///
/// A name inside braces (`{"my.metric"}`) is a matcher on [`METRIC_NAME`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector {
    /// The name before the braces.
    pub name: Option<String>,
    /// The matchers.
    pub matchers: Vec<Matcher>,
    /// Where it was written, without modifiers.
    pub place: Place,
}

/// What a label must, or must not, be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matcher {
    /// The label.
    pub name: String,
    /// How the label is compared.
    pub op: MatchOp,
    /// What it is compared with.
    pub value: String,
    /// Where the label was written; where the value was, for a bare name in braces.
    pub name_place: Place,
    /// Where the value was written, quotes included.
    pub value_place: Place,
}

/// How a label is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MatchOp {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `=~`
    Regex,
    /// `!~`
    NotRegex,
}

impl MatchOp {
    /// How it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            MatchOp::Equal => "=",
            MatchOp::NotEqual => "!=",
            MatchOp::Regex => "=~",
            MatchOp::NotRegex => "!~",
        }
    }

    /// The operator that lets through exactly the rest.
    pub const fn negated(self) -> MatchOp {
        match self {
            MatchOp::Equal => MatchOp::NotEqual,
            MatchOp::NotEqual => MatchOp::Equal,
            MatchOp::Regex => MatchOp::NotRegex,
            MatchOp::NotRegex => MatchOp::Regex,
        }
    }
}

impl Matcher {
    /// A matcher that nobody wrote. A regular expression in it must be one that the parser accepts.
    pub fn new(name: impl Into<String>, op: MatchOp, value: impl Into<String>) -> Matcher {
        Matcher {
            name: name.into(),
            op,
            value: value.into(),
            name_place: Place::default(),
            value_place: Place::default(),
        }
    }

    /// Where it was written.
    pub fn place(&self) -> Place {
        self.name_place.to(self.value_place)
    }

    /// The matcher that lets through exactly the rest.
    pub fn negated(&self) -> Matcher {
        Matcher {
            op: self.op.negated(),
            ..self.clone()
        }
    }

    /// Whether a label of `value` is let through; an absent label has the empty value.
    /// Regular expressions are anchored at both ends and compiled for each call.
    pub fn matches(&self, value: &str) -> bool {
        match self.op {
            MatchOp::Equal => self.value == value,
            MatchOp::NotEqual => self.value != value,
            MatchOp::Regex => re2::matches(&self.value, value),
            MatchOp::NotRegex => !re2::matches(&self.value, value),
        }
    }

    /// Whether series without the label are let through: [`Matcher::matches`] with the empty value,
    /// usually without compiling anything.
    pub fn matches_absent(&self) -> bool {
        match self.op {
            MatchOp::Equal => self.value.is_empty(),
            MatchOp::NotEqual => !self.value.is_empty(),
            MatchOp::Regex => re2::matches_empty(&self.value),
            MatchOp::NotRegex => !re2::matches_empty(&self.value),
        }
    }
}

impl Selector {
    /// Where its name was written; all of it where the name is not before the braces.
    pub fn name_place(&self) -> Place {
        let start = self.place.start();
        match &self.name {
            Some(name) => Place::new(start, start + name.len()),
            None => self.place,
        }
    }

    /// The selector with `matchers` behind its own.
    pub fn with(&self, matchers: &[Matcher]) -> Selector {
        let mut selector = self.clone();
        selector.matchers.extend_from_slice(matchers);
        selector
    }

    /// The name of the metric, before or inside the braces, if exactly one is asked for.
    pub fn metric_name(&self) -> Option<&str> {
        self.name.as_deref().or_else(|| {
            let mut names = self
                .matchers
                .iter()
                .filter(|m| m.name == METRIC_NAME && m.op == MatchOp::Equal);
            match (names.next(), names.next()) {
                (Some(name), None) => Some(name.value.as_str()),
                _ => None,
            }
        })
    }

    /// The selector with another metric name where [`Selector::metric_name`] found one.
    pub fn renamed(&self, name: &str) -> Selector {
        let mut selector = self.clone();
        if selector.name.is_some() {
            selector.name = Some(name.to_string());
        } else if let Some(matcher) = selector
            .matchers
            .iter_mut()
            .find(|m| m.name == METRIC_NAME && m.op == MatchOp::Equal)
        {
            matcher.value = name.to_string();
        }
        selector
    }
}

impl std::fmt::Display for Selector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut out = String::new();
        print::selector(&mut out, self);
        f.write_str(&out)
    }
}

impl std::fmt::Display for Matcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut out = String::new();
        print::matcher(&mut out, self);
        f.write_str(&out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matcher(op: MatchOp, value: &str) -> Matcher {
        Matcher::new("code", op, value)
    }

    #[test]
    fn regular_expressions_match_whole_values() {
        let server_error = matcher(MatchOp::Regex, "5..|err");
        assert!(server_error.matches("503"));
        assert!(server_error.matches("err"));
        assert!(!server_error.matches("1503"));
        assert!(!server_error.matches("error"));
        assert!(!server_error.matches(""));
    }

    #[test]
    fn the_negated_matcher_lets_through_exactly_the_rest() {
        for op in [
            MatchOp::Equal,
            MatchOp::NotEqual,
            MatchOp::Regex,
            MatchOp::NotRegex,
        ] {
            let matcher = matcher(op, "200");
            for value in ["200", "500", ""] {
                assert_ne!(matcher.matches(value), matcher.negated().matches(value));
            }
            assert_eq!(matcher.negated().negated(), matcher);
        }
    }

    #[test]
    fn a_selector_is_extended_and_renamed_where_its_name_stands() {
        let plain = Selector {
            name: Some("latency".to_string()),
            matchers: vec![Matcher::new("job", MatchOp::Equal, "api")],
            ..Selector::default()
        };
        assert_eq!(
            plain
                .with(&[Matcher::new("le", MatchOp::Regex, "1|1.0")])
                .renamed("latency_bucket")
                .to_string(),
            r#"latency_bucket{job="api",le=~"1|1.0"}"#
        );
        let quoted = Selector {
            name: None,
            matchers: vec![Matcher::new(METRIC_NAME, MatchOp::Equal, "my.latency")],
            ..Selector::default()
        };
        assert_eq!(quoted.metric_name(), Some("my.latency"));
        assert_eq!(
            quoted.renamed("my.latency_count").to_string(),
            r#"{__name__="my.latency_count"}"#
        );
        assert_eq!(Selector::default().metric_name(), None);
    }
}
