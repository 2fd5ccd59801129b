//! Where the parts of an SLO are written, for whoever has something to say about them.
//!
//! Places are no part of what an SLO means: two SLOs that differ in nothing else are the same.

use std::collections::BTreeMap;

use crate::base::{LabelName, Span};
use crate::spec::Record;
use crate::spec::scalar::{MATCHERS, PROMQL};
use crate::spec::shape::{Object, Shape};
use crate::yaml::Scalar;

/// Where an SLO is written.
#[derive(Clone, Debug)]
pub struct Places {
    /// All of it: the item of its file's list.
    pub node: Span,
    /// Its name.
    pub name: Span,
    /// Its objective.
    pub objective: Span,
    /// Its period, where it gives one.
    pub period: Option<Span>,
    /// Its expected rate.
    pub expected_rate: Option<Span>,
    /// Its policy's name, or the key of its own tiers.
    pub policy: Option<Span>,
    /// Its mode.
    pub mode: Option<Span>,
    /// Its description.
    pub description: Option<Span>,
    /// Its labels' values, those of the file too.
    pub labels: BTreeMap<LabelName, Span>,
    /// Its runbook, or that of its file.
    pub runbook: Option<Span>,
    /// The key `sli`.
    pub sli: Option<Span>,
    /// The labels that it is grouped by.
    pub group_by: Vec<Span>,
}

/// Where a tier is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TierPlace {
    /// Its name.
    pub name: Span,
    /// Its pace: `budget`, `exhausts_in` or `burn_rate`.
    pub pace: Span,
    /// Its long window.
    pub long: Span,
    /// Its short window, where it gives one.
    pub short: Option<Span>,
    /// How long its condition must hold, where it says so.
    pub hold: Option<Span>,
}

/// A text among the fields of an SLI.
#[derive(Clone, Debug)]
pub struct Part {
    /// The field.
    pub field: &'static str,
    /// What it is.
    pub role: Role,
    /// Its text.
    pub scalar: Scalar,
}

/// What a text among the fields of an SLI is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// PromQL.
    Expression,
    /// Label matchers without braces.
    Matchers,
    /// Anything else.
    Other,
}

/// The texts of an SLI, in the order of its kind's fields.
pub(super) fn parts(record: &Record<'_>, object: &'static Object) -> Vec<Part> {
    let part = |field: &'static crate::spec::shape::Field| {
        let scalar = record.scalar(field.name)?.clone();
        let role = match field.shape {
            Shape::Scalar(kind) if kind.name == PROMQL.name => Role::Expression,
            Shape::Scalar(kind) if kind.name == MATCHERS.name => Role::Matchers,
            _ => Role::Other,
        };
        Some(Part {
            field: field.name,
            role,
            scalar,
        })
    };
    object.fields.iter().filter_map(part).collect()
}
