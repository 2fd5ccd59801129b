//! QL010: buckets of a histogram that are all added up.

use crate::diagnostics::{Code, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::lint::subject::{Query, Subject};
use crate::promql::expr::Grouping;
use crate::promql::{Expr, Node, Selector};

const QL010: Code = Code {
    id: "QL010",
    name: "latency-without-le",
    level: Level::Error,
};

pub static CHECK: Check = Check {
    code: QL010,
    finds: "A `_bucket` metric that is counted without a matcher on `le`.",
    why: "Buckets of a classic histogram are cumulative: an event is in the bucket of its own bound and in every larger \
          one, up to `+Inf`. Their sum counts each event several times, fast ones more often than slow ones, so that the \
          ratio says nothing. All events are `_count`; fast ones are one bucket. The kind `latency` writes both.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: latency
    objective: 99
    sli:
      ratio:
        events: http_request_duration_seconds_bucket{job="checkout"}
        good_where: le="0.5"
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
    if !matches!(subject.slo.kind, "ratio" | "error_ratio") {
        return;
    }
    for query in &subject.queries {
        if let Some(expr) = query.expr() {
            look(subject, query, expr, findings);
        }
    }
}

/// Looks everywhere but where `le` is kept, or read by a function of histograms.
fn look(subject: &Subject<'_>, query: &Query<'_>, expr: &Expr, findings: &mut Findings) {
    match &expr.node {
        Node::Call(call) if call.function.name.starts_with("histogram_") => return,
        Node::Aggregate(aggregate) => {
            if let Grouping::By(labels, _) = &aggregate.grouping
                && labels.iter().any(|label| label.name == "le")
            {
                return;
            }
        }
        Node::Selection(selection) | Node::Range(selection, _) => {
            bucket(subject, query, &selection.selector, findings);
        }
        _ => {}
    }
    expr.children(&mut |child| look(subject, query, child, findings));
}

fn bucket(subject: &Subject<'_>, query: &Query<'_>, selector: &Selector, findings: &mut Findings) {
    let Some(base) = selector
        .metric_name()
        .and_then(|name| name.strip_suffix("_bucket"))
    else {
        return;
    };
    if selector.matchers.iter().any(|matcher| matcher.name == "le") {
        return;
    }
    findings.push(
        subject
            .about(
                QL010,
                query,
                selector.name_place(),
                "all buckets of a histogram are added up",
            )
            .label("an event is in every bucket that is large enough for it")
            .help(format!(
                "count all events by `{base}_count`, or fast ones by one bucket, such as `{base}_bucket{{le=\"0.5\"}}`"
            ))
            .help(format!("the kind `latency` with `histogram: {base}` does both")),
    );
}
