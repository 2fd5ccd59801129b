//! The tree that YAML is read into: untyped, in the order of the file, every node with its place.

use crate::base::Span;

use super::Scalar;

/// One document of a file that says something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its content, never [`Value::Null`].
    pub root: Node,
}

/// A value and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Where the value is used: its own text, or the alias (`*name`) that brings it in.
    pub span: Span,
    /// What it is.
    pub value: Value,
    defined: Option<Box<Span>>,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing, or a plain `~` or `null`.
    Null,
    /// Text.
    Scalar(Scalar),
    /// A list.
    Sequence(Vec<Node>),
    /// Keys and values.
    Mapping(Mapping),
    /// Something that could not be read and of which a finding says so already: say nothing more.
    Unreadable,
}

/// Keys and values in the order of the file. No key occurs twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
    /// The entries; those of a merge key `<<` stand where it stood.
    pub entries: Vec<Entry>,
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The key.
    pub key: Scalar,
    /// The value.
    pub value: Node,
    merged: Option<Box<Span>>,
}

impl Node {
    /// A value that stands where it is used.
    pub fn new(span: Span, value: Value) -> Node {
        Node {
            span,
            value,
            defined: None,
        }
    }

    /// The same value brought in by an alias at `place`.
    pub(super) fn aliased(mut self, place: Span) -> Node {
        self.defined = Some(Box::new(self.span));
        self.span = place;
        self
    }

    /// Whether all of it could be read.
    pub fn is_whole(&self) -> bool {
        match &self.value {
            Value::Null | Value::Scalar(_) => true,
            Value::Sequence(items) => items.iter().all(Node::is_whole),
            Value::Mapping(mapping) => mapping.entries.iter().all(|entry| entry.value.is_whole()),
            Value::Unreadable => false,
        }
    }

    /// Where the value is defined, when an alias brought it in.
    pub fn defined(&self) -> Option<Span> {
        self.defined.as_deref().copied()
    }
}

impl Value {
    /// What to call it in a message, with its article.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Null => "nothing",
            Value::Scalar(_) => "text",
            Value::Sequence(_) => "a list",
            Value::Mapping(_) => "a mapping",
            Value::Unreadable => "something unreadable",
        }
    }
}

impl Mapping {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The entry of a key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| &*entry.key.text == key)
    }
}

impl Entry {
    /// An entry that stands in the mapping itself.
    pub fn new(key: Scalar, value: Node) -> Entry {
        Entry {
            key,
            value,
            merged: None,
        }
    }

    /// The same entry brought in by a merge key whose value is at `place`.
    pub(super) fn merged_at(mut self, place: Span) -> Entry {
        self.merged = Some(Box::new(place));
        self
    }

    /// Where a merge key brought the entry in: the place of the alias after `<<`.
    pub fn merged(&self) -> Option<Span> {
        self.merged.as_deref().copied()
    }
}
