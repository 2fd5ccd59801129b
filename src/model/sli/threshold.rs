//! `threshold`: time in which a condition on any instant query did not hold.

use super::{Context, Kind};
use crate::base::Duration;
use crate::diagnostics::Finding;
use crate::diagnostics::Findings;
use crate::diagnostics::code::{QL001, SP007};
use crate::model::core::{Core, Slices};
use crate::model::expression;
use crate::promql::functions::Type;
use crate::promql::types::type_of;
use crate::spec::scalar::parse_comparison;
use crate::spec::shape::{Object, Shape, defaulted, required};
use crate::spec::{Record, scalar};

pub static KIND: Kind = Kind {
    name: "threshold",
    object: &OBJECT,
    doc: "Time in which a condition on any instant query did not hold. A slice is bad when any series of its group is; a slice without a value is neither good nor bad.",
    example: "threshold:\n  query: max(queue_oldest_message_age_seconds{queue=\"orders\"})\n  good_when: \"<= 300\"\n",
    lower,
};

/// The shortest slice: rules are evaluated about once a minute.
const SLICE_DEFAULT: Duration = Duration::minutes(1);
/// The longest slice: an instant query looks back five minutes.
const SLICE_MAX: Duration = Duration::minutes(5);

static OBJECT: Object = Object {
    name: "a threshold",
    fields: &[
        required("query", Shape::Scalar(&scalar::PROMQL), "An instant query."),
        required(
            "good_when",
            Shape::Scalar(&scalar::COMPARISON),
            "When its value is good, such as `<= 0.25`.",
        ),
        defaulted(
            "slice",
            Shape::Scalar(&scalar::DURATION),
            "1m",
            "The piece of time that is judged as a whole; from 1m to 5m.",
        ),
    ],
    one_of: &[],
};

fn lower(record: &Record<'_>, context: &Context<'_>, findings: &mut Findings) -> Option<Core> {
    let scalar = record.scalar("query")?;
    let query = expression::instant(scalar, context, findings);
    let slice = slice(record, findings);
    let query = query?;
    let value = match type_of(&query) {
        Type::Vector => format!("({})", query.text(None)),
        Type::Scalar => format!("vector({})", query.text(None)),
        Type::Matrix | Type::String => {
            findings.push(
                Finding::new(QL001, scalar.span, "a threshold needs an instant query")
                    .label("this gives no single value for each series"),
            );
            return None;
        }
    };
    expression::check_labels(scalar, &query, context.group_by, findings)?;
    let (operator, number) = parse_comparison(record.text("good_when")?.value)?;
    let bad_when = opposite(operator);
    let max = context.aggregation("max");
    // The first comparison drops NaN, so that an unknown slice is no good one.
    let bad = expression::written(&format!(
        "{max} (({value} >= -Inf) {bad_when} bool {number})"
    ));
    Some(Core::Slices {
        source: Slices::Condition(bad),
        slice: slice?,
    })
}

fn slice(record: &Record<'_>, findings: &mut Findings) -> Option<Duration> {
    let Some(slice) = record.parse::<Duration>("slice") else {
        return Some(SLICE_DEFAULT);
    };
    if slice.value < SLICE_DEFAULT || slice.value > SLICE_MAX {
        findings.push(
            Finding::new(
                SP007,
                slice.span,
                format!("a slice of {} cannot be judged", slice.value),
            )
            .label(format!("from {SLICE_DEFAULT} to {SLICE_MAX} is possible")),
        );
        return None;
    }
    Some(slice.value)
}

fn opposite(operator: &str) -> &'static str {
    match operator {
        "<" => ">=",
        "<=" => ">",
        ">" => "<=",
        ">=" => "<",
        "==" => "!=",
        _ => "==",
    }
}
