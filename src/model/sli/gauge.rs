//! `gauge`: time in which a metric that is 1 or 0 was 0.

use super::{Context, Kind};
use crate::base::{Duration, Ratio};
use crate::diagnostics::Findings;
use crate::model::core::{Core, Slices};
use crate::model::expression;
use crate::spec::shape::{Object, Shape, required};
use crate::spec::{Record, scalar};

pub static KIND: Kind = Kind {
    name: "gauge",
    object: &OBJECT,
    doc: "Time in which a metric that is 1 when good and 0 when bad, such as `up` or `probe_success`, was 0. Each sample stands for one scrape interval; several series add up.",
    example: "gauge:\n  metric: probe_success{job=\"blackbox\", instance=\"https://shop.example.com\"}\n",
    lower,
};

static OBJECT: Object = Object {
    name: "a gauge",
    fields: &[required(
        "metric",
        Shape::Scalar(&scalar::PROMQL),
        "A selector of series that are 0 or 1.",
    )],
    one_of: &[],
};

fn lower(record: &Record<'_>, context: &Context<'_>, findings: &mut Findings) -> Option<Core> {
    let metric = expression::selector(record.scalar("metric")?, "metric", context, findings)?;
    let sum = context.aggregation("sum");
    let seconds = Ratio::of_durations(context.scrape_interval, Duration::from_ms(1_000));
    let (samples, good) = (
        format!("count_over_time({metric}[$window])"),
        format!("sum_over_time({metric}[$window])"),
    );
    // One sample that is no number makes the sum none: the comparison drops that series, from both counts alike.
    Some(Core::Slices {
        source: Slices::Samples {
            known: expression::written(&format!("{seconds} * {sum} ({samples} + 0 * {good} >= 0)")),
            bad: expression::written(&format!("{seconds} * {sum} ({samples} - {good} >= -Inf)")),
        },
        slice: context.scrape_interval,
    })
}
