//! One SLO as a server sees it: the selectors that it needs, and where each part of them is written.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use super::presence::Presence;

use crate::base::Span;
use crate::lint::subject::{Query, Subject};
use crate::model::core::{Core, Errors, Slices};
use crate::model::place::Written;
use crate::model::slo::WindowMode;
use crate::promql::expr::{Call, LengthValue, Selection, Sign};
use crate::promql::functions::Type;
use crate::promql::matchers::METRIC_NAME;
use crate::promql::op::BinaryOp;
use crate::promql::types::type_of;
use crate::promql::{Expr, MatchOp, Matcher, Node, Selector};

/// One SLO and what it needs of a server.
pub struct Scene<'a> {
    /// The SLO.
    pub subject: &'a Subject<'a>,
    /// Its selectors, each once, in the order of its core.
    pub wants: Vec<Want>,
}

/// A selector that an SLO needs.
pub struct Want {
    /// The name of its metric, where it asks for exactly one.
    pub metric: Option<String>,
    /// Its other matchers.
    pub matchers: Vec<Matcher>,
    /// All of it.
    pub selector: Selector,
    /// What it counts.
    pub side: Side,
    /// Whether the SLO needs it.
    pub need: Need,
    /// Whether it is read as a counter.
    pub reading: Reading,
    /// Where the name of the metric is written.
    pub name_place: NamePlace,
    /// Where each of `matchers` is written, or what is nearest to it.
    pub places: Vec<Span>,
    /// Where the value of each of them is written, without its quotes, where it is written as it is.
    pub value_places: Vec<Option<Span>>,
    /// What there is of it, once that is known: answers do not change.
    pub known: OnceCell<Presence>,
}

/// What a selector counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// All events.
    Events,
    /// Errors, which may never have happened.
    Errors,
    /// Good events: without series, everything is an error.
    Good,
    /// Something else.
    Other,
}

/// Whether an SLO needs a selector to have series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// It does.
    Required,
    /// What is around it copes with nothing, such as `absent` or the right side of `unless`.
    Optional,
}

/// How a selector is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// By `increase`, `rate` and the like, which are wrong for anything but counters.
    Counter,
    /// Otherwise.
    Plain,
}

/// Where the name of a metric is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamePlace {
    /// The name, or what is nearest to it.
    pub span: Span,
    /// What is added to the written name, such as `_bucket`; nothing where the place is not that of the name alone.
    pub suffix: Option<&'static str>,
}

/// What is added to the name of a classic histogram.
const SUFFIXES: [&str; 2] = ["_bucket", "_count"];

impl<'a> Scene<'a> {
    /// What an SLO needs.
    pub fn new(subject: &'a Subject<'a>) -> Scene<'a> {
        let mut found = Vec::new();
        for (expr, side) in sides(subject) {
            collect(
                expr,
                Need::Required,
                Reading::Plain,
                ors(subject),
                &mut |selector, need, reading| {
                    found.push((selector.clone(), side, need, reading));
                },
            );
        }
        let mut seen = BTreeSet::new();
        found.retain(|(selector, ..)| seen.insert(selector.to_string()));
        let written = Places::of(subject);
        let wants = found
            .into_iter()
            .map(|(selector, side, need, reading)| written.want(selector, side, need, reading))
            .collect();
        Scene { subject, wants }
    }

    /// The selectors that the SLO needs.
    pub fn required(&self) -> impl Iterator<Item = &Want> {
        self.wants.iter().filter(|want| want.need == Need::Required)
    }
}

/// The expressions of the core with what they count.
fn sides<'a>(subject: &Subject<'a>) -> Vec<(&'a Expr, Side)> {
    let slo = subject.slo;
    match &slo.core {
        Core::Events { events, errors } => {
            let errors = match errors {
                // The ratio holds the events too.
                Errors::Counted(expr) if slo.kind == "error_ratio" => (expr, Side::Other),
                Errors::Counted(expr) => (expr, Side::Errors),
                Errors::Remaining(expr) => (expr, Side::Good),
            };
            vec![(events, Side::Events), errors]
        }
        Core::Slices { source, .. } => match source {
            Slices::Samples { known, bad } => vec![(known, Side::Other), (bad, Side::Other)],
            Slices::Condition(expr) | Slices::Ratio(expr) => vec![(expr, Side::Other)],
        },
    }
}

/// What an operand of `or` is: a sum of counts is lowered to `or`, and each of its parts is needed.
fn ors(subject: &Subject<'_>) -> Need {
    let sums = matches!(subject.slo.core, Core::Events { .. })
        && subject.slo.windows == WindowMode::Recorded
        && subject.slo.kind != "error_ratio";
    if sums { Need::Required } else { Need::Optional }
}

fn collect<'e>(
    expr: &'e Expr,
    need: Need,
    reading: Reading,
    ors: Need,
    found: &mut dyn FnMut(&'e Selector, Need, Reading),
) {
    match &expr.node {
        Node::Selection(Selection { selector, .. })
        | Node::Range(Selection { selector, .. }, _) => {
            found(selector, need, reading);
        }
        Node::Call(call) => {
            let (need, reading) = match call.function.name {
                "absent" | "absent_over_time" => (Need::Optional, reading),
                "increase" | "rate" | "irate" => (need, Reading::Counter),
                _ => (need, reading),
            };
            call.args
                .iter()
                .for_each(|arg| collect(arg, need, reading, ors, found));
        }
        Node::Binary(binary) => {
            let (left, right) = match binary.op {
                BinaryOp::Unless => (need, Need::Optional),
                BinaryOp::Or if ors == Need::Optional => (ors, ors),
                _ => (need, need),
            };
            collect(&binary.left, left, reading, ors, found);
            collect(&binary.right, right, reading, ors, found);
        }
        _ => expr.children(&mut |child| collect(child, need, reading, ors, found)),
    }
}

/// The selector of `sum by (...) (increase(SELECTOR[$window]))`, the form that most SLIs have.
pub fn plain(expr: &Expr) -> Option<&Selector> {
    let Node::Aggregate(aggregate) = &expr.bare().node else {
        return None;
    };
    let Node::Call(Call { function, args, .. }) = &aggregate.of.bare().node else {
        return None;
    };
    let [arg] = &args[..] else {
        return None;
    };
    match &arg.bare().node {
        Node::Range(selection, length)
            if function.name == "increase"
                && length.value == LengthValue::Window(Sign::Plus)
                && *selection
                    == Selection {
                        selector: selection.selector.clone(),
                        ..Selection::default()
                    } =>
        {
            Some(&selection.selector)
        }
        _ => None,
    }
}

/// Whether an expression gives series.
pub fn is_vector(expr: &Expr) -> bool {
    type_of(expr) == Type::Vector
}

/// What the user wrote, to find places in.
struct Places<'s> {
    /// Selectors within expressions, each with its query.
    selectors: Vec<(&'s Query<'s>, &'s Selector)>,
    /// Matchers with places of their own.
    matchers: Vec<(&'s Query<'s>, &'s Matcher)>,
    /// Where a bucket's bound is written.
    bound: Option<Span>,
    /// Where the SLI is written, if nothing is nearer.
    fallback: Span,
}

impl<'s> Places<'s> {
    fn of(subject: &'s Subject<'_>) -> Places<'s> {
        let mut selectors = Vec::new();
        let mut matchers = Vec::new();
        for query in &subject.queries {
            match query.written {
                Written::Expr(expr) => {
                    collect(
                        expr,
                        Need::Required,
                        Reading::Plain,
                        Need::Required,
                        &mut |selector, _, _| {
                            selectors.push((query, selector));
                        },
                    );
                }
                Written::Matchers(all) => matchers.extend(all.iter().map(|m| (query, m))),
            }
        }
        let slo = subject.slo;
        let bound = slo.parts.iter().find(|part| part.field == "threshold");
        let first = subject.queries.first().map(|query| query.span());
        Places {
            selectors,
            matchers,
            bound: bound.map(|part| part.scalar.span),
            fallback: first.or(slo.places.sli).unwrap_or(slo.places.name),
        }
    }

    fn want(&self, selector: Selector, side: Side, need: Need, reading: Reading) -> Want {
        let metric = selector.metric_name().map(str::to_string);
        let matchers: Vec<Matcher> = selector
            .matchers
            .iter()
            .filter(|m| !(metric.is_some() && m.name == METRIC_NAME && m.op == MatchOp::Equal))
            .cloned()
            .collect();
        let near = self.nearest(metric.as_deref(), &matchers);
        let name_place = self.name_place(metric.as_deref(), near);
        let (places, value_places) = matchers
            .iter()
            .map(|matcher| match self.written(matcher, near) {
                Some((query, found)) => (
                    query.scalar.span_of(found.place().range()),
                    value_place(query, found).filter(|_| found.value == matcher.value),
                ),
                None if matcher.name == "le" => (self.bound.unwrap_or(name_place.span), None),
                None => (name_place.span, None),
            })
            .unzip();
        Want {
            metric,
            matchers,
            selector,
            side,
            need,
            reading,
            name_place,
            places,
            value_places,
            known: OnceCell::new(),
        }
    }

    /// The written selector of the same metric that has most of the matchers.
    fn nearest(
        &self,
        metric: Option<&str>,
        matchers: &[Matcher],
    ) -> Option<(&'s Query<'s>, &'s Selector)> {
        let mut best = None;
        for (query, selector) in &self.selectors {
            let shared = selector
                .matchers
                .iter()
                .filter(|m| matchers.contains(m))
                .count();
            if suffix(selector.metric_name(), metric).is_some()
                && best.is_none_or(|(_, most)| shared > most)
            {
                best = Some(((*query, *selector), shared));
            }
        }
        best.map(|(near, _)| near)
    }

    fn name_place(&self, metric: Option<&str>, near: Option<(&Query<'_>, &Selector)>) -> NamePlace {
        let Some((query, selector)) = near else {
            return NamePlace {
                span: self.fallback,
                suffix: None,
            };
        };
        NamePlace {
            span: query.at(selector.name_place()),
            suffix: suffix(selector.name.as_deref(), metric),
        }
    }

    /// The matcher as it was written; for what counts errors as the complement of good events, the matcher of those.
    fn written(
        &self,
        matcher: &Matcher,
        near: Option<(&'s Query<'s>, &'s Selector)>,
    ) -> Option<(&'s Query<'s>, &'s Matcher)> {
        let own = near.and_then(|(query, selector)| {
            let found = selector.matchers.iter().find(|m| **m == *matcher)?;
            Some((query, found))
        });
        let is = |m: &Matcher| *m == *matcher || m.negated() == *matcher;
        own.or_else(|| self.matchers.iter().find(|(_, m)| is(m)).copied())
    }
}

/// Where the value of a matcher is written, without its quotes; nothing where it is written with escapes.
fn value_place(query: &Query<'_>, matcher: &Matcher) -> Option<Span> {
    let place = matcher.value_place;
    let (start, end) = (place.start() + 1, place.end().saturating_sub(1));
    let plain = query.scalar.text.get(start..end)? == matcher.value;
    plain.then(|| query.scalar.span_of(start..end))
}

/// What is added to a written name to give that of a metric.
fn suffix(written: Option<&str>, metric: Option<&str>) -> Option<&'static str> {
    let (written, metric) = (written?, metric?);
    if written == metric {
        return Some("");
    }
    SUFFIXES
        .into_iter()
        .find(|suffix| metric.strip_suffix(suffix) == Some(written))
}
