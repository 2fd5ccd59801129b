//! `ratio`: bad events among all events, counted.

use super::{Context, Kind};
use crate::diagnostics::code::SP008;
use crate::diagnostics::{Finding, Findings};
use crate::model::core::{Core, Errors};
use crate::model::expression;
use crate::model::slo::WindowMode;
use crate::promql::{self, Expr, FaultKind, Matcher, Selector};
use crate::spec::shape::{Object, Shape, optional, required};
use crate::spec::{Record, scalar};
use crate::yaml::Scalar;

pub static KIND: Kind = Kind {
    name: "ratio",
    object: &OBJECT,
    doc: "Bad events among all events. Errors that have no series yet count as zero while events exist.",
    example: "ratio:\n  events: http_requests_total{job=\"checkout\"}\n  errors_where: code=~\"5..\"\n",
    lower,
};

static OBJECT: Object = Object {
    name: "a ratio",
    fields: &[
        required(
            "events",
            Shape::Scalar(&scalar::PROMQL),
            "All events: a selector of counters, or PromQL that counts over `[$window]`.",
        ),
        optional(
            "errors_where",
            Shape::Scalar(&scalar::MATCHERS),
            "Matchers added to `events` that select the bad ones, so that errors are a part of events by construction.",
        ),
        optional(
            "good_where",
            Shape::Scalar(&scalar::MATCHERS),
            "Matchers added to `events` that select the good ones.",
        ),
        optional(
            "errors",
            Shape::Scalar(&scalar::PROMQL),
            "The bad events: another selector, or PromQL over `[$window]`.",
        ),
        optional(
            "good",
            Shape::Scalar(&scalar::PROMQL),
            "The good events: another selector, or PromQL over `[$window]`.",
        ),
    ],
    one_of: &[&["errors_where", "good_where", "errors", "good"]],
};

/// A number of events: counters that are wrapped for each window, or the user's own PromQL.
enum Counted {
    Selector(Selector),
    Query(Expr),
}

fn lower(record: &Record<'_>, context: &Context<'_>, findings: &mut Findings) -> Option<Core> {
    let events = counted(record.scalar("events"), context, findings);
    let errors = if let Some(scalar) = record.scalar("errors_where") {
        let matchers = expression::matchers(scalar, context, findings);
        let selector = base(record, scalar, events.as_ref(), "errors_where", findings);
        increase(&selector?.with(&matchers?), context).map(Errors::Counted)
    } else if let Some(scalar) = record.scalar("good_where") {
        let matchers = expression::matchers(scalar, context, findings);
        let selector = base(record, scalar, events.as_ref(), "good_where", findings);
        good_where(selector?, &matchers?, context)
    } else if record.scalar("errors").is_some() {
        counted(record.scalar("errors"), context, findings)
            .and_then(|c| query(c, context))
            .map(Errors::Counted)
    } else {
        counted(record.scalar("good"), context, findings)
            .and_then(|c| query(c, context))
            .map(Errors::Remaining)
    };
    Some(Core::Events {
        events: query(events?, context)?,
        errors: errors?,
    })
}

/// The complement of one matcher is a matcher, so that errors are counted and not computed; that of several is not.
fn good_where(selector: &Selector, matchers: &[Matcher], context: &Context<'_>) -> Option<Errors> {
    match matchers {
        [one] => increase(&selector.with(&[one.negated()]), context).map(Errors::Counted),
        several => increase(&selector.with(several), context).map(Errors::Remaining),
    }
}

fn counted(
    scalar: Option<&Scalar>,
    context: &Context<'_>,
    findings: &mut Findings,
) -> Option<Counted> {
    let scalar = scalar?;
    let expr = expression::template(scalar, context, findings)?;
    if let Some(selector) = expr.as_selector() {
        return Some(Counted::Selector(selector.clone()));
    }
    free(scalar, &expr, context, findings).map(Counted::Query)
}

/// PromQL in place of a selector: in a form that adds up over time, unless windows are read raw.
pub(super) fn free(
    scalar: &Scalar,
    expr: &Expr,
    context: &Context<'_>,
    findings: &mut Findings,
) -> Option<Expr> {
    match context.windows {
        WindowMode::Recorded => expression::counts(scalar, expr, context.group_by, findings),
        WindowMode::Raw => match promql::additive::lower(expr, context.group_by) {
            Ok(lowered) => Some(lowered),
            Err(faults)
                if faults
                    .iter()
                    .all(|fault| fault.kind == FaultKind::NotAdditive) =>
            {
                let grouped = expression::grouped(scalar, expr, context.group_by, findings)?;
                // What does not add up may divide: the comparison drops what is no number.
                Some(expression::written(&format!(
                    "({}) >= -Inf",
                    grouped.text(None)
                )))
            }
            Err(faults) => {
                expression::report(scalar, &faults, findings);
                None
            }
        },
    }
}

/// The selector that matchers are added to.
fn base<'a>(
    record: &Record<'_>,
    scalar: &Scalar,
    events: Option<&'a Counted>,
    field: &str,
    findings: &mut Findings,
) -> Option<&'a Selector> {
    match events? {
        Counted::Selector(selector) => Some(selector),
        Counted::Query(_) => {
            let mut finding = Finding::new(
                SP008,
                scalar.span,
                format!("`{field}` needs a plain selector as `events`"),
            )
            .label("matchers can only be added to a selector")
            .help(format!(
                "write the whole query as `{}`",
                if field == "good_where" {
                    "good"
                } else {
                    "errors"
                }
            ));
            if let Some(events) = record.scalar("events") {
                finding = finding.also(events.span, "this is a query");
            }
            findings.push(finding);
            None
        }
    }
}

fn query(counted: Counted, context: &Context<'_>) -> Option<Expr> {
    match counted {
        Counted::Selector(selector) => increase(&selector, context),
        Counted::Query(expr) => Some(expr),
    }
}

/// `sum by (G) (increase(SELECTOR[$window]))`.
pub(super) fn increase(selector: &Selector, context: &Context<'_>) -> Option<Expr> {
    let sum = context.aggregation("sum");
    Some(expression::written(&format!(
        "{sum} (increase({selector}[$window]))"
    )))
}
