//! Entries become a mapping: no key twice, merge keys resolved.

use std::collections::{HashMap, HashSet};

use crate::base::Span;
use crate::diagnostics::{Edit, Finding, code, shown};

use super::places::Places;
use super::report::Report;
use super::{Entry, Mapping, Node, Scalar, Value};

/// Up to this many entries a key is looked up by comparing with each; beyond, in a table.
const COMPARED_MAX: usize = 8;

/// A mapping that is being read.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub key: Key,
    pub entries: Vec<Entry>,
    pub merges: Vec<Merge>,
}

/// What the next node of a mapping is.
#[derive(Debug, Default)]
pub(super) enum Key {
    /// A key.
    #[default]
    Expected,
    /// The value of this key.
    Read(Scalar),
    /// The value of a merge key.
    Merge(Span),
    /// The value of a key that was refused.
    Refused,
}

/// A merge key and the mappings it brings in, each with the place that names it.
#[derive(Debug)]
pub(super) struct Merge {
    /// The number of entries before it.
    pub at: usize,
    pub key: Span,
    pub from: Vec<(Span, Mapping)>,
}

impl Draft {
    /// The mapping. A key that occurs twice is a finding, and the first one counts.
    pub(super) fn finish(self, report: &mut Report) -> Mapping {
        for pair in self.merges.windows(2) {
            report.add(|| {
                Finding::new(code::SP005, pair[1].key, "duplicate merge key `<<`")
                    .label("second merge key of this mapping")
                    .also(pair[0].key, "first one")
                    .help("write one `<<` with a list: `<<: [*a, *b]`")
            });
        }
        let mut entries = self.entries;
        let repeated = repeated(&entries);
        for (second, first) in &repeated {
            let drop = self
                .merges
                .is_empty()
                .then(|| repetition(&entries, *second, *first));
            report.add(|| {
                let finding = duplicate(&entries[*second].key, entries[*first].key.span);
                match drop.flatten() {
                    Some(edit) => {
                        finding.fix("drop the second one, which says the same", vec![edit])
                    }
                    None => finding.help("remove one of the two"),
                }
            });
        }
        if self.merges.is_empty() {
            let mut at = 0;
            let mut repeated = repeated.iter().map(|(second, _)| *second).peekable();
            entries.retain(|_| {
                at += 1;
                repeated.next_if_eq(&(at - 1)).is_none()
            });
            return Mapping { entries };
        }
        merge(entries, self.merges)
    }
}

fn duplicate(key: &Scalar, first: Span) -> Finding {
    let title = format!("duplicate key {}", shown(&key.text));
    Finding::new(code::SP005, key.span, title)
        .label("set a second time")
        .also(first, "first set here")
}

/// The change that drops entry `second`, where it says what `first` says. Comments and anchors in between are kept by whoever
/// makes the change.
fn repetition(entries: &[Entry], second: usize, first: usize) -> Option<Edit> {
    let (again, before) = (&entries[second], &entries[second - 1]);
    if !is_same(&again.value, &entries[first].value) || matches!(before.value.value, Value::Null) {
        return None;
    }
    let span = Span::new(
        again.key.span.source,
        before.value.span.end as usize,
        (again.value.span.end as usize).max(before.value.span.end as usize),
    );
    Some(Edit {
        span,
        text: String::new(),
    })
}

/// Whether two values are written in full and say the same.
fn is_same(a: &Node, b: &Node) -> bool {
    a.defined().is_none()
        && b.defined().is_none()
        && match (&a.value, &b.value) {
            (Value::Scalar(a), Value::Scalar(b)) => a.text == b.text,
            (Value::Sequence(a), Value::Sequence(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b))
            }
            (Value::Mapping(a), Value::Mapping(b)) => {
                a.entries.len() == b.entries.len()
                    && a.entries.iter().zip(&b.entries).all(|(a, b)| {
                        a.key.text == b.key.text
                            && a.merged().is_none()
                            && b.merged().is_none()
                            && is_same(&a.value, &b.value)
                    })
            }
            _ => false,
        }
}

/// The entries whose key occurs before them, in order, each with the first one.
fn repeated(entries: &[Entry]) -> Vec<(usize, usize)> {
    let mut repeated = Vec::new();
    if entries.len() <= COMPARED_MAX {
        for (at, entry) in entries.iter().enumerate() {
            let before = entries[..at].iter();
            if let Some(first) = before
                .clone()
                .position(|other| other.key.text == entry.key.text)
            {
                repeated.push((at, first));
            }
        }
        return repeated;
    }
    let mut seen: HashMap<&str, usize> = HashMap::with_capacity(entries.len());
    for (at, entry) in entries.iter().enumerate() {
        let first = *seen.entry(&entry.key.text).or_insert(at);
        if first != at {
            repeated.push((at, first));
        }
    }
    repeated
}

/// Explicit keys win over merged ones, and earlier mappings over later ones.
fn merge(entries: Vec<Entry>, merges: Vec<Merge>) -> Mapping {
    let mut taken: HashSet<Box<str>> = entries.iter().map(|entry| entry.key.text.clone()).collect();
    let mut explicit: HashSet<Box<str>> = HashSet::with_capacity(entries.len());
    let mut merged = Vec::with_capacity(entries.len());
    let mut merges = merges.into_iter().peekable();
    let mut entries = entries.into_iter().enumerate().peekable();
    loop {
        let at = entries.peek().map_or(usize::MAX, |(at, _)| *at);
        if let Some(merge) = merges.next_if(|merge| merge.at <= at) {
            for (place, mapping) in merge.from {
                for entry in mapping.entries {
                    if taken.insert(entry.key.text.clone()) {
                        merged.push(entry.merged_at(place));
                    }
                }
            }
        } else if let Some((_, entry)) = entries.next() {
            if explicit.insert(entry.key.text.clone()) {
                merged.push(entry);
            }
        } else {
            return Mapping { entries: merged };
        }
    }
}

/// A node in the place of a key.
pub(super) fn key(node: Node, report: &mut Report) -> Key {
    match node.value {
        Value::Scalar(mut scalar) => {
            if node.span != scalar.span {
                // The key of an alias is where it is used.
                scalar.span = node.span;
                scalar.places = Places::whole(node.span);
            }
            Key::Read(scalar)
        }
        Value::Unreadable => Key::Refused,
        value => {
            report.add(|| {
                let title = format!("{} as a key", value.kind());
                Finding::new(code::SP004, node.span, title)
                    .label("a key must be text")
                    .help("if this is a template such as `{{ x }}`, put it in quotes")
            });
            Key::Refused
        }
    }
}

/// The mappings that the value of a merge key brings in.
pub(super) fn merged(node: Node, report: &mut Report) -> Vec<(Span, Mapping)> {
    let mut from = Vec::new();
    let list = match node.value {
        Value::Sequence(items) => items,
        value => vec![Node::new(node.span, value)],
    };
    for node in list {
        match node.value {
            Value::Mapping(mapping) => from.push((node.span, mapping)),
            Value::Unreadable => {}
            value => {
                report.add(|| {
                    let title = format!("{} as the value of a merge key", value.kind());
                    Finding::new(code::SP004, node.span, title)
                        .label("only a mapping, or a list of mappings, can be merged")
                        .help("write the alias of a mapping: `<<: *name`")
                });
            }
        }
    }
    from
}
