//! A mapping that was checked against its shape, and where to look for what it does not say.
//!
//! Values that the check found wrong are as good as absent here: they have their finding already.

use std::str::FromStr;

use crate::base::{Span, Spanned};
use crate::yaml::{Mapping, Node, Scalar, Value};

/// A mapping, and mappings that speak where it is silent, nearest first.
#[derive(Clone)]
pub struct Record<'a> {
    layers: Vec<&'a Mapping>,
    span: Span,
}

impl<'a> Record<'a> {
    /// The mapping in `node`, if it is one.
    pub fn of(node: &'a Node) -> Option<Record<'a>> {
        match &node.value {
            Value::Mapping(mapping) => Some(Record {
                layers: vec![mapping],
                span: node.span,
            }),
            Value::Null | Value::Scalar(_) | Value::Sequence(_) | Value::Unreadable => None,
        }
    }

    /// A mapping that says nothing.
    pub fn empty(span: Span) -> Record<'a> {
        Record {
            layers: Vec::new(),
            span,
        }
    }

    /// Where the mapping is written.
    pub fn span(&self) -> Span {
        self.span
    }

    /// The same, with `fallback` asked last.
    pub fn or(mut self, fallback: Option<&Record<'a>>) -> Record<'a> {
        if let Some(fallback) = fallback {
            self.layers.extend(&fallback.layers);
        }
        self
    }

    /// The value of a field, from the first layer that has it.
    pub fn node(&self, name: &str) -> Option<&'a Node> {
        self.layers
            .iter()
            .find_map(|mapping| mapping.get(name))
            .filter(|node| !matches!(node.value, Value::Null))
    }

    /// Whether a field is there and cannot be read, which has its finding already.
    pub fn is_unreadable(&self, name: &str) -> bool {
        self.node(name)
            .is_some_and(|node| matches!(node.value, Value::Unreadable))
    }

    /// Whether any field of the nearest layer cannot be read, which has its finding already.
    pub fn has_unreadable(&self) -> bool {
        let entries = self.layers.first().map(|mapping| &mapping.entries);
        entries
            .into_iter()
            .flatten()
            .any(|entry| matches!(entry.value.value, Value::Unreadable))
    }

    /// Where a field's name is written.
    pub fn key_span(&self, name: &str) -> Option<Span> {
        self.layers.iter().find_map(|mapping| {
            mapping
                .entries
                .iter()
                .find(|entry| &*entry.key.text == name)
                .map(|entry| entry.key.span)
        })
    }

    /// A field that is a scalar.
    pub fn scalar(&self, name: &str) -> Option<&'a Scalar> {
        scalar(self.node(name)?)
    }

    /// A field that is a scalar, as text.
    pub fn text(&self, name: &str) -> Option<Spanned<&'a str>> {
        self.scalar(name)
            .map(|scalar| Spanned::new(&*scalar.text, scalar.span))
    }

    /// A field that is a scalar, parsed. What does not parse has its finding from the check of shapes.
    pub fn parse<T: FromStr>(&self, name: &str) -> Option<Spanned<T>> {
        let scalar = self.scalar(name)?;
        Some(Spanned::new(scalar.text.parse().ok()?, scalar.span))
    }

    /// A field that is a mapping.
    pub fn record(&self, name: &str) -> Option<Record<'a>> {
        Record::of(self.node(name)?)
    }

    /// The items of a field that is a sequence.
    pub fn list(&self, name: &str) -> &'a [Node] {
        match self.node(name).map(|node| &node.value) {
            Some(Value::Sequence(items)) => items,
            Some(Value::Null | Value::Scalar(_) | Value::Mapping(_) | Value::Unreadable) | None => {
                &[]
            }
        }
    }

    /// The entries of a field that is a mapping with keys of the user's choice.
    pub fn map(&self, name: &str) -> Vec<(Spanned<&'a str>, &'a Node)> {
        match self.node(name).map(|node| &node.value) {
            Some(Value::Mapping(mapping)) => entries(mapping),
            Some(Value::Null | Value::Scalar(_) | Value::Sequence(_) | Value::Unreadable)
            | None => Vec::new(),
        }
    }

    /// The nearest layer's own entries.
    pub fn entries(&self) -> Vec<(Spanned<&'a str>, &'a Node)> {
        self.layers
            .first()
            .map(|mapping| entries(mapping))
            .unwrap_or_default()
    }
}

fn entries(mapping: &Mapping) -> Vec<(Spanned<&str>, &Node)> {
    mapping
        .entries
        .iter()
        .map(|entry| (Spanned::new(&*entry.key.text, entry.key.span), &entry.value))
        .collect()
}

/// The scalar in a node, if it is one.
pub fn scalar(node: &Node) -> Option<&Scalar> {
    match &node.value {
        Value::Scalar(scalar) => Some(scalar),
        Value::Null | Value::Sequence(_) | Value::Mapping(_) | Value::Unreadable => None,
    }
}
