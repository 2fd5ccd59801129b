//! QL011: a quantile or a mean where events should be counted.

use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::lint::subject::{Query, Subject};
use crate::promql::expr::{Binary, Call};
use crate::promql::op::{AggregateOp, BinaryOp};
use crate::promql::{Expr, Node, Place, Selector};

const QL011: Code = Code {
    id: "QL011",
    name: "quantile-as-sli",
    level: Level::Warning,
};

pub static CHECK: Check = Check {
    code: QL011,
    finds: "A quantile (`histogram_quantile`, `quantile`, `quantile_over_time`), or a mean (`_sum` / `_count`), in a \
            `threshold` or an `error_ratio`.",
    why: "A quantile is no share of events. Judged by it, a minute with three requests weighs as much as one with three \
          thousand; how many were slow is not known, so the budget is not theirs; and between two bucket bounds a quantile \
          is a guess. A mean hides slow events behind fast ones. The share of events within a threshold comes from the \
          same histogram, without any of this.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: latency
    objective: 99
    sli:
      threshold:
        query: histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket{job="checkout"}[5m])))
        good_when: "<= 0.5"
"#,
    instead: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: latency
    objective: 99
    sli:
      latency:
        histogram: http_request_duration_seconds{job="checkout"}
        threshold: 500ms
"#,
    options: None,
    ask: Ask::Slo(find),
};

fn find(subject: &Subject<'_>, findings: &mut Findings) {
    if !matches!(subject.slo.kind, "threshold" | "error_ratio") {
        return;
    }
    let Some(query) = subject.query("query") else {
        return;
    };
    // One is enough: several are parts of one expression.
    let mut first: Option<(Place, String, Option<&Selector>)> = None;
    if let Some(expr) = query.expr() {
        expr.walk(&mut |each| {
            if first.is_none() {
                first = found(each);
            }
        });
    }
    if let Some((place, what, selector)) = first {
        findings.push(explained(subject, query, place, &what, selector));
    }
}

/// Where the quantile or mean is, what it is, and what it is made from.
fn found(expr: &Expr) -> Option<(Place, String, Option<&Selector>)> {
    match &expr.node {
        Node::Call(call) if is_quantile(call) => Some((
            call.name_place,
            format!("`{}`", call.function.name),
            first_selector(expr),
        )),
        Node::Aggregate(aggregate) if aggregate.op == AggregateOp::Quantile => {
            let start = expr.place.start();
            let place = Place::new(start, start + "quantile".len());
            Some((place, "`quantile`".to_string(), None))
        }
        Node::Binary(binary) => {
            let selector = mean(binary)?;
            Some((binary.op_place, "a mean".to_string(), Some(selector)))
        }
        _ => None,
    }
}

fn is_quantile(call: &Call) -> bool {
    matches!(
        call.function.name,
        "histogram_quantile" | "histogram_quantiles" | "histogram_avg" | "quantile_over_time"
    )
}

/// `x_sum / x_count`.
fn mean(binary: &Binary) -> Option<&Selector> {
    if binary.op != BinaryOp::Div {
        return None;
    }
    let (sum, count) = (
        first_selector(&binary.left)?,
        first_selector(&binary.right)?,
    );
    let base = sum.metric_name()?.strip_suffix("_sum")?;
    (count.metric_name()?.strip_suffix("_count")? == base).then_some(sum)
}

fn first_selector(expr: &Expr) -> Option<&Selector> {
    let selections = expr.selections();
    selections.first().map(|selection| &selection.selector)
}

fn explained(
    subject: &Subject<'_>,
    query: &Query<'_>,
    place: Place,
    what: &str,
    selector: Option<&Selector>,
) -> Finding {
    let finding = subject
        .about(QL011, query, place, format!("{what} is no share of events"))
        .label("a moment with three events weighs as much as one with three thousand");
    let histogram = selector.and_then(Selector::metric_name).and_then(|name| {
        ["_bucket", "_sum"]
            .into_iter()
            .find_map(|suffix| name.strip_suffix(suffix))
    });
    match histogram {
        Some(histogram) => finding.help(format!(
            "count the events within the threshold: the kind `latency` with `histogram: {histogram}`"
        )),
        None => finding.help("count good events among all events: the kinds `ratio` and `latency`"),
    }
}
