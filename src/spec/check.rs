//! Holds a tree against its shape: unknown and missing fields, wrong types, values that are none.
//!
//! One cause gives one finding: a misspelt field is not also missing.

use crate::base::Span;
use crate::diagnostics::code::{SP002, SP003, SP004, SP008, SP016};
use crate::diagnostics::{Certainty, Edit, Finding, Findings, shown};
use crate::yaml::{Entry, Mapping, Node, Scalar as Text, Style, Value};

use super::mend;
use super::misspelt;
use super::scalar::{MATCHERS, PROMQL, Quoting, Scalar, list};
use super::shape::{Effect, Field, Object, Presence, Shape, Slots};

/// How alike two names must be for one to be suggested, as Jaro-Winkler similarity.
const ALIKE: f64 = 0.82;

/// Checks `node`, a whole document, against `object`.
pub fn check(node: &Node, object: &'static Object, slots: &Slots, findings: &mut Findings) {
    Checker { slots, findings }.object(node, object);
}

struct Checker<'a> {
    slots: &'a Slots,
    findings: &'a mut Findings,
}

impl Checker<'_> {
    fn shape(&mut self, node: &Node, shape: &'static Shape, field: &str) {
        match shape {
            Shape::Scalar(scalar) => self.scalar(node, scalar, field),
            Shape::List(item, items_max) => self.list(node, item, *items_max, field),
            Shape::Map { key, value } => self.map(node, key, value, field),
            Shape::Object(object) => self.object(node, object),
            Shape::Slot(slot) => self.object(node, self.slots.fill(*slot)),
            Shape::Either(scalar, object) => match &node.value {
                Value::Mapping(_) => self.object(node, object),
                Value::Null | Value::Scalar(_) | Value::Sequence(_) | Value::Unreadable => {
                    self.scalar(node, scalar, field)
                }
            },
        }
    }

    fn scalar(&mut self, node: &Node, scalar: &'static Scalar, field: &str) {
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
            let finding = Finding::new(
                scalar.code,
                text.span,
                format!("{} is not {}", shown(&text.text), scalar.name),
            );
            self.findings
                .push(mend(finding.label(expected), text, scalar));
        }
    }

    fn list(&mut self, node: &Node, item: &'static Shape, items_max: usize, field: &str) {
        let Value::Sequence(items) = &node.value else {
            return self.wrong_type(node, "a list", field);
        };
        if let Some(extra) = items.get(items_max) {
            let title = format!("`{field}` has {} items", items.len());
            self.findings.push(
                Finding::new(SP004, extra.span, title)
                    .label(format!("at most {items_max} are read")),
            );
        }
        for node in items.iter().take(items_max) {
            self.shape(node, item, field);
        }
    }

    fn map(&mut self, node: &Node, key: &'static Scalar, value: &'static Shape, field: &str) {
        let Value::Mapping(mapping) = &node.value else {
            return self.wrong_type(node, "a mapping", field);
        };
        for entry in &mapping.entries {
            self.text(&entry.key, key, field);
            self.shape(&entry.value, value, &entry.key.text);
        }
    }

    fn object(&mut self, node: &Node, object: &'static Object) {
        let Value::Mapping(mapping) = &node.value else {
            return self.no_mapping(node, object);
        };
        let mut misspelt = Vec::new();
        for entry in &mapping.entries {
            match object.field(&entry.key.text) {
                Some(field) => {
                    if let Effect::Later(part) = field.effect {
                        let title = format!("`{}` is not yet in effect", field.name);
                        self.findings.push(
                            Finding::new(SP016, entry.key.span, title)
                                .label(format!("read and checked; it belongs to {part}")),
                        );
                    }
                    self.shape(&entry.value, &field.shape, field.name);
                }
                None => misspelt.extend(self.unknown(entry, mapping, object)),
            }
        }
        let absent = |name: &str| mapping.get(name).is_none() && !misspelt.contains(&name);
        for field in object.fields {
            if field.presence == Presence::Required && absent(field.name) {
                let title = format!(
                    "required field `{}` is missing in {}",
                    field.name, object.name
                );
                self.findings.push(
                    Finding::new(SP003, start_of(node), title)
                        .label("in this mapping")
                        .help(field.doc),
                );
            }
        }
        for group in object.one_of {
            self.one_of(
                node,
                mapping,
                object,
                group,
                misspelt.iter().any(|name| group.contains(name)),
            );
        }
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
            .map(|field| field.name)
            .filter(|name| mapping.get(name).is_none());
        let meant = closest(&key.text, free);
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
                    && self.takes(field, &entry.value)
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
                finding.help(format!(
                    "its fields are {}",
                    list(&names).replace(" or ", " and ")
                ))
            }
        };
        self.findings.push(finding);
        meant
    }

    /// Whether a field takes this value.
    fn takes(&self, field: &'static Field, value: &Node) -> bool {
        let mut findings = Findings::new();
        let mut checker = Checker {
            slots: self.slots,
            findings: &mut findings,
        };
        checker.shape(value, &field.shape, field.name);
        findings.is_empty()
    }

    fn one_of(
        &mut self,
        node: &Node,
        mapping: &Mapping,
        object: &Object,
        group: &[&str],
        misspelt: bool,
    ) {
        let given: Vec<&Text> = mapping
            .entries
            .iter()
            .map(|e| &e.key)
            .filter(|key| group.contains(&&*key.text))
            .collect();
        match &given[..] {
            [] if misspelt => {}
            [] => self.findings.push(
                Finding::new(
                    SP003,
                    start_of(node),
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

    fn no_mapping(&mut self, node: &Node, object: &Object) {
        if !matches!(node.value, Value::Unreadable) {
            let title = format!("{} in place of {}", node.value.kind(), object.name);
            self.findings
                .push(Finding::new(SP004, start_of(node), title).label("a mapping is expected"));
        }
    }

    fn wrong_type(&mut self, node: &Node, expected: &str, field: &str) {
        if let Value::Unreadable = node.value {
            return;
        }
        let found = node.value.kind();
        let finding = Finding::new(
            SP004,
            start_of(node),
            format!("{found} where `{field}` takes {expected}"),
        )
        .label(format!("{expected} is expected"));
        self.findings.push(finding);
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

/// A finding that suggests `name` in place of what stands at `span`.
pub fn similar(finding: Finding, span: Span, name: &str) -> Finding {
    finding.patch(
        format!("`{name}` is similar"),
        vec![Edit {
            span,
            text: name.to_string(),
        }],
    )
}

/// The candidate that is so much like `text` that it was probably meant.
pub fn closest<'a>(text: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let lower = text.to_ascii_lowercase();
    candidates
        .map(|name| {
            (
                strsim::jaro_winkler(&lower, &name.to_ascii_lowercase()),
                name,
            )
        })
        .filter(|(score, _)| *score >= ALIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
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
