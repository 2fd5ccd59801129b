//! Values of a configuration file by their kind, and what is said when they are of another.

use std::collections::BTreeMap;

use crate::base::duration::DurationError;
use crate::base::{Duration, Span, Spanned};
use crate::diagnostics::code::RT008;
use crate::diagnostics::{Finding, Findings, shown};
use crate::yaml::{Mapping, Node, Scalar, Style, Value};

use super::limits::{FINDINGS_MAX, PATTERNS_WEIGHT_MAX};
use super::pattern::{Anchoring, Pattern};

/// What YAML 1.1 takes for true and for false.
const TRUE: [&str; 11] = [
    "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON",
];
const FALSE: [&str; 11] = [
    "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF",
];

/// What reading has found and used so far.
pub(super) struct Reader<'a> {
    findings: &'a mut Findings,
    told: usize,
    /// Each different regular expression, or why it is none.
    pub patterns: BTreeMap<(String, Anchoring), Result<Pattern, String>>,
    pub weight_left: usize,
    pub routes: usize,
}

impl<'a> Reader<'a> {
    pub fn new(findings: &'a mut Findings) -> Reader<'a> {
        Reader {
            findings,
            told: 0,
            patterns: BTreeMap::new(),
            weight_left: PATTERNS_WEIGHT_MAX,
            routes: 0,
        }
    }

    /// Notes a finding, as long as there are not too many.
    pub fn say(&mut self, finding: Finding) {
        self.told += 1;
        if self.told <= FINDINGS_MAX {
            self.findings.push(finding);
        } else if self.told == FINDINGS_MAX + 1
            && let Some(last) = self.findings.last_mut()
        {
            let more = "more is wrong in this file, which is not told";
            last.notes.push(more.to_string());
        }
    }

    fn wrong_kind(&mut self, node: &Node, what: &str, expected: &str) {
        let found = node.value.kind();
        self.say(
            Finding::new(RT008, node.span, format!("{what} is {found}"))
                .label(format!("{expected} is expected"))
                .help(format!("write {expected}, as Alertmanager expects it")),
        );
    }

    /// A mapping; nothing where there is nothing.
    pub fn mapping<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n Mapping> {
        match &node.value {
            Value::Mapping(mapping) => Some(mapping),
            Value::Null | Value::Unreadable => None,
            _ => {
                self.wrong_kind(node, what, "a mapping");
                None
            }
        }
    }

    /// An item of a list that must be a mapping: Alertmanager fails on one that says nothing.
    pub fn item<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n Mapping> {
        if node.value == Value::Null {
            self.wrong_kind(node, what, "a mapping");
        }
        self.mapping(node, what)
    }

    /// The items of a list field.
    pub fn list<'n>(&mut self, mapping: &'n Mapping, field: &str) -> &'n [Node] {
        match mapping.get(field) {
            Some(node) => self.items(node, &shown(field)),
            None => &[],
        }
    }

    /// The items of a list.
    pub fn items<'n>(&mut self, node: &'n Node, what: &str) -> &'n [Node] {
        match &node.value {
            Value::Sequence(items) => items,
            Value::Null | Value::Unreadable => &[],
            _ => {
                self.wrong_kind(node, what, "a list");
                &[]
            }
        }
    }

    /// The entries of a field that is a mapping.
    pub fn entries<'n>(&mut self, mapping: &'n Mapping, field: &str) -> Option<&'n Mapping> {
        let node = mapping.get(field)?;
        self.mapping(node, &shown(field))
    }

    /// Text; nothing says the empty text.
    pub fn text(&mut self, node: &Node, what: &str) -> Option<Spanned<String>> {
        match &node.value {
            Value::Scalar(scalar) => Some(Spanned::new(scalar.text.to_string(), node.span)),
            Value::Null => Some(Spanned::new(String::new(), node.span)),
            Value::Unreadable => None,
            _ => {
                self.wrong_kind(node, what, "text");
                None
            }
        }
    }

    /// The text of a field, unless it is empty.
    pub fn name(&mut self, mapping: &Mapping, field: &str) -> Option<Spanned<String>> {
        let text = self.text(mapping.get(field)?, &shown(field))?;
        (!text.value.is_empty()).then_some(text)
    }

    /// The texts of a list field.
    pub fn texts(&mut self, mapping: &Mapping, field: &str) -> Vec<Spanned<String>> {
        let what = format!("an item of {}", shown(field));
        let items = self.list(mapping, field);
        items
            .iter()
            .filter_map(|item| self.text(item, &what))
            .collect()
    }

    /// A switch; off where there is none.
    pub fn switch(&mut self, mapping: &Mapping, field: &str) -> bool {
        let Some(node) = mapping.get(field) else {
            return false;
        };
        let plain = match &node.value {
            Value::Scalar(scalar) if scalar.style == Style::Plain => &*scalar.text,
            Value::Null | Value::Unreadable => return false,
            _ => "",
        };
        if !TRUE.contains(&plain) && !FALSE.contains(&plain) {
            self.say(
                Finding::new(RT008, node.span, format!("{} is no switch", shown(field)))
                    .label("`true` or `false` is expected")
                    .help("write `true` or `false`, without quotes"),
            );
        }
        TRUE.contains(&plain)
    }

    /// A duration, which may be zero.
    pub fn duration(&mut self, mapping: &Mapping, field: &str) -> Option<Spanned<Duration>> {
        let node = mapping.get(field)?;
        if node.value == Value::Null {
            return None;
        }
        let text = self.text(node, &shown(field))?;
        let parsed = match text.value.as_str() {
            "0" => Err(DurationError::Zero),
            other => other.parse(),
        };
        match parsed {
            Ok(duration) => Some(Spanned::new(duration, text.span)),
            Err(DurationError::Zero) => Some(Spanned::new(Duration::from_ms(0), text.span)),
            Err(error) => {
                let title = format!("{} of {} is no duration", shown(&text.value), shown(field));
                self.say(
                    Finding::new(RT008, text.span, title)
                        .label("not a duration")
                        .help(error.to_string()),
                );
                None
            }
        }
    }
}

/// Where a range of a text is written; all of it where an alias brings it in.
pub(super) fn place(node: &Node, scalar: &Scalar, range: std::ops::Range<usize>) -> Span {
    match node.defined() {
        Some(_) => node.span,
        None => scalar.span_of(range),
    }
}
