//! Why parts of PromQL do not add up over time, and what to write in their place.

use super::expr::{Binary, Node, Number};
use super::op::{AggregateOp, BinaryOp};

const INCREASE: &str = "write `increase(metric[$window])`";
const ZERO: &str = "drop it: errors without a series count as zero while there are events";

/// Why a function does not add up, and what to write.
pub(super) fn of_function(name: &str) -> (&'static str, &'static str) {
    match name {
        "irate" | "idelta" => ("it looks only at the last two samples", INCREASE),
        "delta" | "deriv" | "predict_linear" => (
            "it is made for gauges and takes a counter that restarts for a fall",
            INCREASE,
        ),
        "changes" | "resets" => ("what happens between two windows is lost", INCREASE),
        "clamp" | "clamp_min" | "clamp_max" => (
            "a bound on each of two windows is not a bound on both",
            "drop it: counts are never negative",
        ),
        "round" | "ceil" | "floor" | "abs" | "sgn" => {
            ("it bends each window's value on its own", "drop it")
        }
        "absent" | "absent_over_time" | "present_over_time" => (
            "it tells whether there is something, not how much",
            INCREASE,
        ),
        "vector" | "scalar" | "time" | "timestamp" => ("it is no count of events", "drop it"),
        "label_replace" | "label_join" => (
            "it changes labels, which is for the labels of the SLO to do",
            "group by a label that the metric has",
        ),
        "histogram_quantile"
        | "histogram_quantiles"
        | "histogram_fraction"
        | "histogram_avg"
        | "histogram_stddev"
        | "histogram_stdvar" => (
            "it gives a share, not a count",
            "count events: `histogram_count(rate(metric[$window]))`, or use a latency SLI",
        ),
        name if name.ends_with("_over_time") => (
            "it sums up one window in a way that two do not share",
            "write `sum_over_time(metric[$window])` or `increase(metric[$window])`",
        ),
        _ => (
            "its result for two windows is not the sum of both",
            INCREASE,
        ),
    }
}

/// Why an aggregation does not add up, and what to write.
pub(super) fn of_aggregation(op: AggregateOp) -> (&'static str, &'static str) {
    match op {
        AggregateOp::Avg => ("an average of two windows is not their sum", "write `sum`"),
        AggregateOp::Min | AggregateOp::Max => (
            "each window may pick another series",
            "write `sum`, or select one series",
        ),
        AggregateOp::Count | AggregateOp::CountValues | AggregateOp::Group => {
            ("it counts series, not events", "write `sum`")
        }
        _ if op.picks_series() => ("each window may pick other series", "write `sum`"),
        _ => (
            "it describes how series differ, not how many events there are",
            "write `sum`",
        ),
    }
}

/// Why an operator does not add up, and what to write.
pub(super) fn of_operator(binary: &Binary, constant: bool) -> (&'static str, &'static str) {
    match binary.op {
        BinaryOp::Or if is_zero_vector(binary) => ("it is not needed either", ZERO),
        BinaryOp::Or => (
            "each window may take another side",
            "add the two sides, or select both metrics",
        ),
        BinaryOp::And | BinaryOp::Unless => (
            "each window may keep other series",
            "select the series with matchers",
        ),
        op if op.is_comparison() => ("it keeps or drops whole windows", "drop the comparison"),
        BinaryOp::Add | BinaryOp::Sub => (
            "the same number would count for every window",
            "drop the number",
        ),
        BinaryOp::Div if constant => (
            "the counts are below the line",
            "multiply or divide counts by a number",
        ),
        BinaryOp::Div => (
            "a ratio of two windows is not the sum of their ratios",
            "give errors and events on their own; the ratio is taken afterwards",
        ),
        BinaryOp::Mul => (
            "a product of counts is no count",
            "multiply counts by a number",
        ),
        _ => (
            "its result for two windows is not the sum of both",
            "drop it",
        ),
    }
}

/// `... or vector(0)` and `... or 0 * ...`.
fn is_zero_vector(binary: &Binary) -> bool {
    let zero = |node: &Node| matches!(node, Node::Number(Number(value)) if *value == 0.0);
    match &binary.right.bare().node {
        Node::Call(call) => {
            call.function.name == "vector" && call.args.iter().any(|arg| zero(&arg.bare().node))
        }
        Node::Binary(right) => {
            right.op == BinaryOp::Mul
                && (zero(&right.left.bare().node) || zero(&right.right.bare().node))
        }
        _ => false,
    }
}
