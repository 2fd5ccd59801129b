//! Holds a tree against its shape: unknown and missing fields, wrong types, values that are none.
//!
//! One cause gives one finding, here and in all that comes after: a misspelt field goes by the name that was meant from then
//! on, and a value that is none becomes unreadable, of which nobody says anything more.

use std::collections::BTreeSet;

use crate::base::Span;
use crate::diagnostics::code::{SP002, SP003, SP004, SP008};
use crate::diagnostics::{Certainty, Edit, Finding, Findings, shown};
use crate::yaml::{Entry, Mapping, Node, Scalar as Text, Style, Value};

use super::mend;
use super::misspelt;
use super::scalar::{MATCHERS, PROMQL, Quoting, Scalar, URL, list, list_all};
use super::shape::{Field, INHERITED_FROM, Object, Presence, Shape, Slots};
pub use super::similar::{closest, similar};

/// Checks `node`, a whole document, against `object`, and mends what there is a finding of.
pub fn check(node: &mut Node, object: &'static Object, slots: &Slots, findings: &mut Findings) {
    let mut checker = Checker {
        slots,
        findings,
        inherited: BTreeSet::new(),
    };
    checker.object(node, object);
}

/// Most unknown fields of one mapping that are looked at one by one: each is held against all others.
pub const UNKNOWN_MAX: usize = 100;

struct Checker<'a> {
    slots: &'a Slots,
    findings: &'a mut Findings,
    /// What a mapping beside a list says for all its items, by the names of its fields.
    inherited: BTreeSet<String>,
}

impl Checker<'_> {
    /// Takes note of what `mapping` says for all below it.
    fn inherit(&mut self, mapping: &Mapping, object: &'static Object) {
        for field in object
            .fields
            .iter()
            .filter(|field| field.name == INHERITED_FROM)
        {
            let said = mapping.get(field.name).map(|node| &node.value);
            if let Some(Value::Mapping(said)) = said {
                let names = said.entries.iter().map(|entry| entry.key.text.to_string());
                self.inherited.extend(names);
            }
        }
    }

    fn shape(&mut self, node: &mut Node, shape: &'static Shape, field: &str) {
        match shape {
            Shape::Scalar(scalar) => self.scalar(node, scalar, field),
            Shape::List(item, items_max) => self.list(node, item, *items_max, field),
            Shape::Map { key, value } => self.map(node, key, value, field),
            Shape::Object(object) => self.object(node, object),
            Shape::Slot(slot) => self.object(node, self.slots.fill(*slot)),
            Shape::Either(scalar, object) => match &node.value {
                Value::Mapping(mapping) if is_of(mapping, object) => self.object(node, object),
                Value::Mapping(_) => {
                    let expected = format!("{} or {}", scalar.name, object.name);
                    self.wrong_type(node, &expected, field);
                }
                Value::Null | Value::Scalar(_) | Value::Sequence(_) | Value::Unreadable => {
                    self.scalar(node, scalar, field)
                }
            },
        }
    }

    fn scalar(&mut self, node: &mut Node, scalar: &'static Scalar, field: &str) {
        let Value::Scalar(text) = &node.value else {
            return self.wrong_type(node, scalar.name, field);
        };
        let before = self.findings.len();
        self.text(text, scalar, field);
        if node.defined().is_some() {
            // The text stands at an anchor, and may be right where else it is used.
            for patch in self.findings[before..]
                .iter_mut()
                .filter_map(|f| f.patch.as_mut())
            {
                patch.certainty = Certainty::Likely;
            }
        }
        if self.findings.len() > before {
            node.value = Value::Unreadable;
        }
    }

    fn text(&mut self, text: &Text, scalar: &'static Scalar, field: &str) {
        if scalar.quoting == Quoting::Text
            && text.style == Style::Plain
            && let Some(kind) = foreign_type(&text.text)
        {
            let finding = Finding::new(
                SP004,
                text.span,
                format!("{kind} where `{field}` takes {}", scalar.name),
            );
            self.findings.push(match (scalar.check)(&text.text) {
                Ok(()) => quoted(finding, text, kind, scalar),
                Err(expected) => mend(finding.label(expected), text, scalar),
            });
            return;
        }
        if let Err(expected) = (scalar.check)(&text.text) {
            // A URL may be a secret, and a title is not masked in every spelling of it.
            let what = match std::ptr::eq(scalar, &URL) {
                true => format!("`{field}`"),
                false => shown(&text.text),
            };
            let title = format!("{what} is not {}", scalar.name);
            let finding = Finding::new(scalar.code, text.span, title);
            self.findings
                .push(mend(finding.label(expected), text, scalar));
        }
    }

    fn list(&mut self, node: &mut Node, item: &'static Shape, items_max: usize, field: &str) {
        let Value::Sequence(items) = &mut node.value else {
            return self.wrong_type(node, "a list", field);
        };
        if let Some(extra) = items.get(items_max) {
            let title = format!("`{field}` has {} items", items.len());
            self.findings.push(
                Finding::new(SP004, extra.span, title)
                    .label(format!("at most {items_max} are read")),
            );
        }
        for node in items.iter_mut().take(items_max) {
            self.shape(node, item, field);
        }
    }

    fn map(&mut self, node: &mut Node, key: &'static Scalar, value: &'static Shape, field: &str) {
        let Value::Mapping(mapping) = &mut node.value else {
            return self.wrong_type(node, "a mapping", field);
        };
        for Entry {
            key: name,
            value: node,
            ..
        } in &mut mapping.entries
        {
            self.text(name, key, field);
            place_at_key(node, name);
            self.shape(node, value, &name.text);
        }
    }

    fn object(&mut self, node: &mut Node, object: &'static Object) {
        let start = start_of(node);
        let Value::Mapping(mapping) = &mut node.value else {
            return self.no_mapping(node, object);
        };
        let misspelt = self.unknown_fields(mapping, object);
        self.inherit(mapping, object);
        for (at, entry) in mapping.entries.iter_mut().enumerate() {
            let Some(field) = object.field(&entry.key.text) else {
                continue;
            };
            if misspelt.contains(&at) && !fits(&entry.value, &field.shape) {
                // Perhaps another field was meant.
                entry.value.value = Value::Unreadable;
            }
            place_at_key(&mut entry.value, &entry.key);
            self.shape(&mut entry.value, &field.shape, field.name);
        }
        for field in object.fields {
            let is_needed = match field.presence {
                Presence::Required => true,
                Presence::Inherited(_) => !self.inherited.contains(field.name),
                Presence::Optional | Presence::Default(_) => false,
            };
            if is_needed && mapping.get(field.name).is_none() {
                let title = format!(
                    "required field `{}` is missing in {}",
                    field.name, object.name
                );
                self.findings.push(
                    Finding::new(SP003, start, title)
                        .label("in this mapping")
                        .help(field.doc),
                );
            }
        }
        for group in object.one_of {
            self.one_of(start, mapping, object, group);
        }
    }

    /// Says of fields that they do not exist, and gives those whose name was mended, by their number.
    fn unknown_fields(&mut self, mapping: &mut Mapping, object: &'static Object) -> Vec<usize> {
        let mut misspelt = Vec::new();
        let is_unknown = |entry: &Entry| object.field(&entry.key.text).is_none();
        let unknown: Vec<usize> = (0..mapping.entries.len())
            .filter(|at| is_unknown(&mapping.entries[*at]))
            .collect();
        if let Some(first) = unknown.get(UNKNOWN_MAX) {
            let key = mapping.entries[*first].key.span;
            let title = format!("{} unknown fields in {}", unknown.len(), object.name);
            self.findings.push(
                Finding::new(SP002, key, title).label("from here on they are not told one by one"),
            );
        }
        for at in unknown.into_iter().take(UNKNOWN_MAX) {
            if let Some(meant) = self.unknown(&mapping.entries[at], mapping, object) {
                mapping.entries[at].key.text = meant.into();
                misspelt.push(at);
            }
        }
        misspelt
    }

    /// Says that a field does not exist; gives the field that was probably meant.
    fn unknown(
        &mut self,
        entry: &Entry,
        mapping: &Mapping,
        object: &'static Object,
    ) -> Option<&'static str> {
        let key = &entry.key;
        let free = object
            .fields
            .iter()
            .filter(|field| mapping.get(field.name).is_none());
        let fitting = free
            .clone()
            .filter(|field| fits(&entry.value, &field.shape));
        let meant = closest(&key.text, fitting.map(|field| field.name))
            .or_else(|| closest(&key.text, free.map(|field| field.name)));
        let finding = Finding::new(
            SP002,
            key.span,
            format!("unknown field {} in {}", shown(&key.text), object.name),
        )
        .label(format!("not a field of {}", object.name));
        let certain = meant
            .and_then(|name| object.field(name))
            .is_some_and(|field| {
                misspelt::is_certain(entry, mapping, object, field)
                    && self.takes(field, entry.value.clone())
            });
        let renamed = meant.and_then(|name| mend::written(name, key.style));
        let finding = match (meant, renamed) {
            (Some(name), Some(text)) if certain => finding.fix(
                format!("`{name}` is similar"),
                vec![Edit {
                    span: key.span,
                    text,
                }],
            ),
            (Some(name), _) => similar(finding, key.span, name),
            (None, _) => {
                let names: Vec<&str> = object.fields.iter().map(|field| field.name).collect();
                finding.help(format!("its fields are {}", list_all(&names)))
            }
        };
        self.findings.push(finding);
        meant
    }

    /// Whether a field takes this value.
    fn takes(&self, field: &'static Field, mut value: Node) -> bool {
        let mut findings = Findings::new();
        let mut checker = Checker {
            slots: self.slots,
            findings: &mut findings,
            inherited: BTreeSet::new(),
        };
        checker.shape(&mut value, &field.shape, field.name);
        findings.is_empty()
    }

    fn one_of(&mut self, start: Span, mapping: &Mapping, object: &Object, group: &[&str]) {
        let given: Vec<&Text> = mapping
            .entries
            .iter()
            .map(|e| &e.key)
            .filter(|key| group.contains(&&*key.text))
            .collect();
        match &given[..] {
            [] => self.findings.push(
                Finding::new(
                    SP003,
                    start,
                    format!("{} needs one of {}", object.name, list(group)),
                )
                .label("none of them is here"),
            ),
            [_] => {}
            [first, rest @ ..] => {
                for extra in rest {
                    let title = format!("`{}` and `{}` exclude each other", first.text, extra.text);
                    self.findings.push(
                        Finding::new(SP008, extra.span, title)
                            .label(format!("{} takes one of {}", object.name, list(group)))
                            .also(first.span, "the other one"),
                    );
                }
            }
        }
    }

    fn no_mapping(&mut self, node: &mut Node, object: &Object) {
        let title = format!("{} in place of {}", node.value.kind(), object.name);
        self.unreadable(node, title, "a mapping is expected".to_string());
    }

    fn wrong_type(&mut self, node: &mut Node, expected: &str, field: &str) {
        let title = format!("{} where `{field}` takes {expected}", node.value.kind());
        self.unreadable(node, title, format!("{expected} is expected"));
    }

    /// Gives a value up, with a finding unless there is one already.
    fn unreadable(&mut self, node: &mut Node, title: String, label: String) {
        if !matches!(node.value, Value::Unreadable) {
            self.findings
                .push(Finding::new(SP004, opening(node), title).label(label));
            node.value = Value::Unreadable;
        }
    }
}

/// Whether one field of an object is in a mapping, however it is spelt.
fn is_of(mapping: &Mapping, object: &Object) -> bool {
    let names = || object.fields.iter().map(|field| field.name);
    mapping
        .entries
        .iter()
        .any(|entry| closest(&entry.key.text, names()).is_some())
}

/// A value that is not there is shown at its key: there is nothing else to look at.
fn place_at_key(value: &mut Node, key: &Text) {
    if let (Value::Null, true) = (&value.value, value.span.start == value.span.end) {
        value.span = key.span;
    }
}

/// Whether a value is what a shape takes, whatever is inside it.
fn fits(node: &Node, shape: &Shape) -> bool {
    match (shape, &node.value) {
        (Shape::Scalar(scalar) | Shape::Either(scalar, _), Value::Scalar(text)) => {
            (scalar.check)(&text.text).is_ok()
        }
        (Shape::List(..), Value::Sequence(_)) => true,
        (
            Shape::Map { .. } | Shape::Object(_) | Shape::Slot(_) | Shape::Either(..),
            Value::Mapping(_),
        ) => true,
        _ => false,
    }
}

/// A finding about text that other readers take for `kind`, and that is right otherwise.
fn quoted(finding: Finding, text: &Text, kind: &str, scalar: &Scalar) -> Finding {
    let edits = vec![Edit {
        span: text.span,
        text: format!("\"{}\"", text.text),
    }];
    let finding = finding.label(format!("other YAML readers take this for {kind}"));
    // Whether a bare number is the expression that was meant is not known here.
    match [PROMQL.name, MATCHERS.name].contains(&scalar.name) {
        true => finding.patch("quote it", edits),
        false => finding.fix("quote it", edits),
    }
}

/// A finding with what was meant, where that is known.
fn mend(finding: Finding, text: &Text, scalar: &Scalar) -> Finding {
    let meant = mend::mended(&text.text, scalar);
    let written = meant
        .as_deref()
        .and_then(|meant| mend::written(meant, text.style));
    if let (Some(meant), Some(written)) = (&meant, written) {
        let edits = vec![Edit {
            span: text.span,
            text: written,
        }];
        return finding.fix(mend::help(meant), edits);
    }
    match closest(&text.text, scalar.choices.iter().copied()) {
        Some(choice) => similar(finding, text.span, choice),
        None => finding,
    }
}

/// The kind of value that a YAML 1.1 or 1.2 reader would take an unquoted text for.
fn foreign_type(text: &str) -> Option<&'static str> {
    let lower = text.to_ascii_lowercase();
    if ["true", "false", "yes", "no", "on", "off", "y", "n"].contains(&lower.as_str()) {
        return Some("a boolean");
    }
    let digits = text.trim_start_matches(['-', '+']);
    let number = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && digits.parse::<f64>().is_ok();
    let hexadecimal = digits
        .strip_prefix("0x")
        .is_some_and(|hex| !hex.is_empty() && hex.bytes().all(|b| b.is_ascii_hexdigit()));
    (number || hexadecimal || [".nan", ".inf", "-.inf"].contains(&lower.as_str()))
        .then_some("a number")
}

/// The first character of a list or mapping in brackets, the start of anything else.
fn opening(node: &Node) -> Span {
    let start = start_of(node);
    match node.defined().is_none() && node.span.start < start.start {
        true => Span {
            end: node.span.start + 1,
            ..node.span
        },
        false => start,
    }
}

/// The first key of a mapping, the first line of anything else: a whole mapping is no place to look at.
pub fn start_of(node: &Node) -> Span {
    match &node.value {
        Value::Mapping(mapping) => mapping
            .entries
            .first()
            .map_or(node.span, |entry| entry.key.span),
        Value::Sequence(items) => items.first().map_or(node.span, start_of),
        Value::Null | Value::Scalar(_) | Value::Unreadable => node.span,
    }
}
