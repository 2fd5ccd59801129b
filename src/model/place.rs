//! Where the parts of an SLO are written, for whoever has something to say about them.
//!
//! Places are no part of what an SLO means: two SLOs that differ in nothing else are the same.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::{LabelName, Span};
use crate::promql::{self, Expr, Matcher};
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
    /// Its owner, or that of its file.
    pub owner: Option<Span>,
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
    /// Its text.
    pub scalar: Scalar,
    /// What it says, where it is PromQL.
    pub written: Option<Written>,
}

/// What a piece of PromQL is.
#[derive(Clone, Debug)]
pub enum Written {
    /// An expression; a selector in most cases.
    Expr(Arc<Expr>),
    /// Matchers that are added to another field's selector.
    Matchers(Arc<[Matcher]>),
}

/// The PromQL of one SLI as it was parsed to lower it, each by its place, so that nobody parses it again.
#[derive(Debug, Default)]
pub struct Parsed(RefCell<Vec<(Span, Written)>>);

impl Parsed {
    /// Keeps what the text at `span` says.
    pub(super) fn keep(&self, span: Span, written: Written) {
        self.0.borrow_mut().push((span, written));
    }

    fn find(&self, scalar: &Scalar, is: fn(&Written) -> bool) -> Option<Written> {
        let all = self.0.borrow();
        let (_, written) = all
            .iter()
            .find(|(at, each)| *at == scalar.span && is(each))?;
        Some(written.clone())
    }

    /// The expression in `scalar`. One of several fields that exclude each other may not have been lowered.
    fn expression(&self, scalar: &Scalar) -> Option<Written> {
        let known = self.find(scalar, |each| matches!(each, Written::Expr(_)));
        known.or_else(|| {
            let expr = promql::parse_template(&scalar.text).ok()?;
            Some(Written::Expr(Arc::new(expr)))
        })
    }

    /// The matchers in `scalar`, likewise.
    fn matchers(&self, scalar: &Scalar) -> Option<Written> {
        let known = self.find(scalar, |each| matches!(each, Written::Matchers(_)));
        known.or_else(|| {
            let matchers = promql::parse_matchers(&scalar.text).ok()?;
            Some(Written::Matchers(matchers.into()))
        })
    }
}

/// The texts of an SLI that is lowered, in the order of its kind's fields.
pub(super) fn parts(record: &Record<'_>, object: &'static Object, parsed: &Parsed) -> Vec<Part> {
    let part = |field: &'static crate::spec::shape::Field| {
        let scalar = record.scalar(field.name)?.clone();
        let written = match field.shape {
            Shape::Scalar(kind) if kind.name == PROMQL.name => parsed.expression(&scalar),
            Shape::Scalar(kind) if kind.name == MATCHERS.name => parsed.matchers(&scalar),
            _ => None,
        };
        Some(Part {
            field: field.name,
            scalar,
            written,
        })
    };
    object.fields.iter().filter_map(part).collect()
}
