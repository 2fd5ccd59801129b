//! `error_ratio`: any PromQL that gives a ratio of errors over `[$window]`.

use super::{Context, Kind};
use crate::base::Duration;
use crate::diagnostics::Finding;
use crate::diagnostics::Findings;
use crate::diagnostics::code::QL002;
use crate::model::core::{Core, Errors, Slices};
use crate::model::expression;
use crate::promql;
use crate::spec::shape::{Object, Shape, optional, required};
use crate::spec::{Record, scalar};

pub static KIND: Kind = Kind {
    name: "error_ratio",
    object: &OBJECT,
    doc: "Any PromQL that gives a ratio of errors over `[$window]`. With `events` it is weighted by them; without, each moment counts the same, however much or little happened in it, and quiet hours weigh as much as busy ones.",
    example: "error_ratio:\n  query: sum(rate(rpc_failures_total{job=\"checkout\"}[$window])) / sum(rate(rpc_calls_total{job=\"checkout\"}[$window]))\n  events: sum(increase(rpc_calls_total{job=\"checkout\"}[$window]))\n",
    lower,
};

/// The piece of time that the guards against single bad moments reckon in, without events.
const SLICE: Duration = Duration::minutes(1);

static OBJECT: Object = Object {
    name: "an error ratio",
    fields: &[
        required(
            "query",
            Shape::Scalar(&scalar::PROMQL),
            "PromQL that gives errors / events over `[$window]`, between 0 and 1.",
        ),
        optional(
            "events",
            Shape::Scalar(&scalar::PROMQL),
            "PromQL that counts the events over `[$window]`, or a selector of counters: the ratio is weighted by them.",
        ),
    ],
    one_of: &[],
};

fn lower(record: &Record<'_>, context: &Context<'_>, findings: &mut Findings) -> Option<Core> {
    let scalar = record.scalar("query")?;
    let query = expression::template(scalar, context, findings);
    let events = record.scalar("events").map(|events| {
        let expr = expression::template(events, context, findings)?;
        match expr.as_selector() {
            Some(selector) => super::ratio::increase(selector, context),
            None => super::ratio::free(events, &expr, context, findings),
        }
    });
    let query = query?;
    if !promql::uses_window(&query) {
        findings.push(
            Finding::new(QL002, scalar.span, "the ratio does not use `[$window]`")
                .label("every window would have the same ratio")
                .help("write `[$window]` as the range, such as `rate(errors_total[$window])`"),
        );
        return None;
    }
    let query = expression::grouped(scalar, &query, context.group_by, findings)?;
    match events {
        None => Some(Core::Slices {
            source: Slices::Ratio(query),
            slice: SLICE,
        }),
        Some(events) => {
            let events = events?;
            // The comparison drops NaN: without traffic there is no ratio, and no error.
            let (query, count) = (query.text(None), events.text(None));
            let errors = expression::written(&format!("(({query}) >= -Inf) * ({count})"));
            Some(Core::Events {
                events,
                errors: Errors::Counted(errors),
            })
        }
    }
}
