//! Reading matchers: `matchers` lists in both syntaxes, and the maps of old.

use crate::base::Span;
use crate::diagnostics::code::RT008;
use crate::diagnostics::{Finding, shown};
use crate::promql::SearchFault;
use crate::yaml::{Entry, Mapping, Node, Value};

use super::fields::{Reader, place};
use super::limits::PATTERNS_WEIGHT_MAX;
use super::matcher::{MatchOp, Matcher, Syntax};
use super::pattern::{Anchoring, Pattern};
use super::written::{Refused, Written};
use super::{classic, utf8};

/// The fields of one set of matchers.
pub(super) struct MatcherFields {
    pub equal: &'static str,
    pub regex: &'static str,
    pub list: &'static str,
}

/// Why a text gives no matchers.
enum Fault {
    Syntax(Refused),
    /// A regular expression and what is wrong with it.
    Pattern(Written, String),
}

impl Reader<'_> {
    /// All matchers of one set, in the order of the fields.
    pub fn matchers(&mut self, mapping: &Mapping, fields: &MatcherFields) -> Vec<Matcher> {
        let mut found = Vec::new();
        for (field, op) in [
            (fields.equal, MatchOp::Equal),
            (fields.regex, MatchOp::Regex),
        ] {
            if let Some(map) = self.entries(mapping, field) {
                let entries = map.entries.iter();
                found.extend(entries.filter_map(|entry| self.map_entry(field, op, entry)));
            }
        }
        for item in self.list(mapping, fields.list) {
            match &item.value {
                Value::Scalar(_) => found.extend(self.matchers_of(item)),
                // Nothing is a text without matchers.
                Value::Null | Value::Unreadable => {}
                _ => {
                    self.text(item, &format!("an item of {}", shown(fields.list)));
                }
            }
        }
        found
    }

    fn map_entry(&mut self, field: &str, op: MatchOp, entry: &Entry) -> Option<Matcher> {
        let label = &*entry.key.text;
        if !is_label_name(label) {
            self.say(
                Finding::new(
                    RT008,
                    entry.key.span,
                    format!("{} of `{field}` is no label name", shown(label)),
                )
                .label("letters, digits and `_`, not beginning with a digit, are expected")
                .help("use `matchers`, if the label really has such a name"),
            );
            return None;
        }
        if op == MatchOp::Regex && entry.value.value == Value::Null {
            self.say(
                Finding::new(
                    RT008,
                    entry.key.span,
                    format!("{} of `{field}` has no regular expression", shown(label)),
                )
                .help("write `\"\"` to match alerts without the label"),
            );
            return None;
        }
        let value = self.text(&entry.value, &format!("{} of `{field}`", shown(label)))?;
        let written = Written {
            label: label.to_string(),
            op,
            value: value.value,
            range: 0..0,
        };
        let span = joined(entry.key.span, value.span);
        match self.finished(written, span, Syntax::Map) {
            Ok(matcher) => Some(matcher),
            Err((written, reason)) => {
                self.say_pattern(&written, value.span, &reason);
                None
            }
        }
    }

    /// The matchers of one item of a list. A text that the classic parser takes means what that says; another one
    /// may still be of the newer syntax.
    fn matchers_of(&mut self, item: &Node) -> Vec<Matcher> {
        let Value::Scalar(scalar) = &item.value else {
            return Vec::new();
        };
        let text = &*scalar.text;
        let classic = classic::parse(text).map_err(Fault::Syntax);
        let fault = match classic.and_then(|all| self.all_finished(all, item, Syntax::Classic)) {
            Ok(matchers) => return matchers,
            Err(fault) => fault,
        };
        if let Some(all) = utf8::parse(text)
            && let Ok(matchers) = self.all_finished(all, item, Syntax::Utf8)
        {
            return matchers;
        }
        match fault {
            Fault::Syntax(refused) => {
                let piece = &text[refused.range.clone()];
                let span = match piece.is_empty() {
                    true => item.span,
                    false => place(item, scalar, refused.range),
                };
                let title = match piece.is_empty() {
                    true => "a matcher is missing before a comma".to_string(),
                    false => format!("{} {}", shown(piece.trim()), refused.reason),
                };
                self.say(
                    Finding::new(RT008, span, title)
                        .label("not a matcher")
                        .help("a matcher is a label, one of `=`, `!=`, `=~`, `!~`, and a value, such as `severity=~\"page|ticket\"`"),
                );
            }
            Fault::Pattern(written, reason) => {
                let span = place(item, scalar, written.range.clone());
                self.say_pattern(&written, span, &reason);
            }
        }
        Vec::new()
    }

    fn all_finished(
        &mut self,
        all: Vec<Written>,
        item: &Node,
        syntax: Syntax,
    ) -> Result<Vec<Matcher>, Fault> {
        let Value::Scalar(scalar) = &item.value else {
            return Ok(Vec::new());
        };
        all.into_iter()
            .map(|written| {
                let span = place(item, scalar, written.range.clone());
                self.finished(written, span, syntax)
                    .map_err(|(written, reason)| Fault::Pattern(written, reason))
            })
            .collect()
    }

    /// The matcher with its regular expression compiled, or why it is none.
    fn finished(
        &mut self,
        written: Written,
        span: Span,
        syntax: Syntax,
    ) -> Result<Matcher, (Written, String)> {
        let anchoring = match (written.op, syntax) {
            (MatchOp::Equal | MatchOp::NotEqual, _) => {
                return Ok(Matcher::of(written, span, syntax, None));
            }
            (_, Syntax::Map) => Anchoring::Twice,
            (_, Syntax::Classic | Syntax::Utf8) => Anchoring::Once,
        };
        match self.pattern(&written.value, anchoring) {
            Ok(pattern) => Ok(Matcher::of(written, span, syntax, Some(pattern))),
            Err(reason) => Err((written, reason)),
        }
    }

    fn pattern(&mut self, text: &str, anchoring: Anchoring) -> Result<Pattern, String> {
        let key = (text.to_string(), anchoring);
        if let Some(known) = self.patterns.get(&key) {
            return known.clone();
        }
        let compiled = match Pattern::compile(text, anchoring, self.weight_left) {
            Ok((pattern, weight)) => {
                self.weight_left -= weight;
                Ok(pattern)
            }
            Err(SearchFault::Malformed(reason)) => Err(reason),
            Err(SearchFault::TooLarge) => Err(format!(
                "the regular expressions of this file are larger than burnwatch reads: {} KiB, repetitions multiplied",
                PATTERNS_WEIGHT_MAX >> 10
            )),
        };
        self.patterns.insert(key, compiled.clone());
        compiled
    }

    fn say_pattern(&mut self, written: &Written, span: Span, reason: &str) {
        self.say(
            Finding::new(
                RT008,
                span,
                format!(
                    "{} for {} is no regular expression",
                    shown(&written.value),
                    shown(&written.label)
                ),
            )
            .label(reason.to_string())
            .help("regular expressions are those of RE2; the whole value must match"),
        );
    }
}

/// Whether every version of Alertmanager takes it for the name of a label.
fn is_label_name(name: &str) -> bool {
    let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    name.bytes().all(word) && name.bytes().next().is_some_and(|b| !b.is_ascii_digit())
}

/// From the first place to the second, where they follow each other.
fn joined(first: Span, second: Span) -> Span {
    match first.source == second.source && first.start <= second.end && first.end <= second.start {
        true => Span {
            end: second.end,
            ..first
        },
        false => first,
    }
}
