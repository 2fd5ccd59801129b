//! Every key of a file, with what its shape says of it.

use std::ops::Range;

use burnwatch::base::SourceId;
use burnwatch::lint::options::SLOTS;
use burnwatch::spec::scalar::{MATCHERS, PROMQL};
use burnwatch::spec::shape::{Field, Object, Shape};
use burnwatch::yaml::{Mapping, Node, Scalar, Value};

use super::corpus::File;

/// A key and its value.
pub struct Entry {
    /// The keys that lead here, and the numbers of items: `slos[0].sli`.
    pub path: String,
    pub name: String,
    pub key: Range<usize>,
    pub value: Range<usize>,
    pub found: Found,
    pub owner: Owner,
    /// The keys inside the value, where it is a mapping; the items, where it is a list of texts.
    pub inside: Vec<String>,
    pub around: Around,
}

/// What the value is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Found {
    Scalar,
    List,
    Mapping,
}

/// What says that there may be such a key.
#[derive(Clone, Copy)]
pub enum Owner {
    /// A field of an object.
    Object(&'static Object, &'static Field),
    /// A mapping whose keys the user chooses.
    User,
}

/// The mapping that a key stands in.
#[derive(Clone)]
pub struct Around {
    /// Whether it is written in braces.
    pub flow: bool,
    /// Its first byte.
    pub start: usize,
    /// The key whose value it is, or whose list it is in; the file's start for the outermost.
    pub holder: usize,
    /// The end of the entry before, and the key of the one after.
    pub before: Option<usize>,
    pub after: Option<usize>,
    /// The first key of the mapping that is another one.
    pub first_other: Option<usize>,
}

/// A scalar that is PromQL.
pub struct Query {
    pub path: String,
    /// Where its key begins.
    pub key: usize,
    pub scalar: Scalar,
    /// Whether it is matchers alone.
    pub matchers: bool,
}

/// The keys and the queries of a file.
pub fn of(file: &File) -> (Vec<Entry>, Vec<Query>) {
    let (documents, findings) = burnwatch::yaml::read(SourceId(0), &file.text);
    assert!(findings.is_empty(), "{}: {findings:?}", file.path);
    let mut walk = Walk {
        text: &file.text,
        entries: Vec::new(),
        queries: Vec::new(),
    };
    for document in &documents {
        walk.object(&document.root, file.object, "", 0);
    }
    (walk.entries, walk.queries)
}

struct Walk<'a> {
    text: &'a str,
    entries: Vec<Entry>,
    queries: Vec<Query>,
}

impl Walk<'_> {
    fn shape(&mut self, node: &Node, shape: &'static Shape, path: &str, holder: usize) {
        match (shape, &node.value) {
            (Shape::Scalar(kind), Value::Scalar(scalar)) => {
                let matchers = std::ptr::eq(*kind, &MATCHERS);
                if matchers || std::ptr::eq(*kind, &PROMQL) {
                    self.queries.push(Query {
                        path: path.to_string(),
                        key: holder,
                        scalar: scalar.clone(),
                        matchers,
                    });
                }
            }
            (Shape::List(item, _), Value::Sequence(items)) => {
                for (at, node) in items.iter().enumerate() {
                    self.shape(node, item, &format!("{path}[{at}]"), holder);
                }
            }
            (Shape::Map { value, .. }, Value::Mapping(mapping)) => {
                self.mapping(node, mapping, path, holder, |_| (Owner::User, value));
            }
            (Shape::Object(object) | Shape::Either(_, object), Value::Mapping(_)) => {
                self.object(node, object, path, holder);
            }
            (Shape::Slot(slot), Value::Mapping(_)) => {
                self.object(node, SLOTS.fill(*slot), path, holder);
            }
            (Shape::Either(..), Value::Scalar(_)) => {}
            _ => panic!("{path} is not what its shape says"),
        }
    }

    fn object(&mut self, node: &Node, object: &'static Object, path: &str, holder: usize) {
        let Value::Mapping(mapping) = &node.value else {
            panic!("{path} is no mapping");
        };
        self.mapping(node, mapping, path, holder, |name| {
            let field = object.field(name).expect("the examples are valid");
            (Owner::Object(object, field), &field.shape)
        });
    }

    fn mapping(
        &mut self,
        node: &Node,
        mapping: &Mapping,
        path: &str,
        holder: usize,
        of: impl Fn(&str) -> (Owner, &'static Shape),
    ) {
        let keys: Vec<usize> = mapping
            .entries
            .iter()
            .map(|entry| entry.key.span.start as usize)
            .collect();
        let ends: Vec<usize> = mapping
            .entries
            .iter()
            .map(|entry| self.end(&entry.value))
            .collect();
        for (at, entry) in mapping.entries.iter().enumerate() {
            let name = entry.key.text.to_string();
            let dot = if path.is_empty() { "" } else { "." };
            let below = format!("{path}{dot}{name}");
            let (owner, shape) = of(&name);
            let before = at.checked_sub(1);
            self.entries.push(Entry {
                path: below.clone(),
                name,
                key: entry.key.span.start as usize..entry.key.span.end as usize,
                value: self.start(&entry.value)..ends[at],
                found: found(&entry.value),
                owner,
                inside: inside(&entry.value),
                around: Around {
                    flow: self.text[node.span.start as usize..].starts_with('{'),
                    start: node.span.start as usize,
                    holder,
                    before: before.map(|at| ends[at]),
                    after: keys.get(at + 1).copied(),
                    first_other: before.map(|_| keys[0]).or(keys.get(at + 1).copied()),
                },
            });
            self.shape(&entry.value, shape, &below, keys[at]);
        }
    }

    /// Where a value begins: a block of text at its `|` or `>`.
    fn start(&self, node: &Node) -> usize {
        let start = node.span.start as usize;
        let before = self.text[..start].trim_end();
        match before.as_bytes().last() {
            Some(b'|' | b'>') if matches!(node.value, Value::Scalar(_)) => before.len() - 1,
            _ => start,
        }
    }

    /// Where a value ends, white space aside.
    fn end(&self, node: &Node) -> usize {
        let flow = self.text[node.span.start as usize..].starts_with(['{', '[']);
        match &node.value {
            Value::Scalar(scalar) => scalar.span.end as usize,
            Value::Mapping(mapping) if !flow => {
                self.end(&mapping.entries[mapping.entries.len() - 1].value)
            }
            Value::Sequence(items) if !flow => self.end(&items[items.len() - 1]),
            _ => node.span.end as usize,
        }
    }
}

fn found(node: &Node) -> Found {
    match node.value {
        Value::Scalar(_) => Found::Scalar,
        Value::Sequence(_) => Found::List,
        Value::Mapping(_) => Found::Mapping,
        Value::Null | Value::Unreadable => panic!("the examples have no empty values"),
    }
}

fn inside(node: &Node) -> Vec<String> {
    match &node.value {
        Value::Mapping(mapping) => mapping
            .entries
            .iter()
            .map(|entry| entry.key.text.to_string())
            .collect(),
        Value::Sequence(items) => items
            .iter()
            .filter_map(burnwatch::spec::record::scalar)
            .map(|scalar| scalar.text.to_string())
            .collect(),
        _ => Vec::new(),
    }
}
