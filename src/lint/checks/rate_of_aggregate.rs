//! QL005: the rate of a sum, in which restarts are lost.

use crate::diagnostics::{Code, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::lint::subject::{Query, Subject};
use crate::promql::expr::{Call, Grouping};
use crate::promql::op::AggregateOp;
use crate::promql::{Expr, Node};

const QL005: Code = Code {
    id: "QL005",
    name: "rate-of-aggregate",
    level: Level::Error,
};

pub static CHECK: Check = Check {
    code: QL005,
    finds: "`rate`, `increase` or `irate` over a subquery of a counter's sum, such as `rate(sum(x_total)[$window:1m])`.",
    why: "A counter begins at zero when its process restarts, and `rate` makes up for that, series by series. Of a sum it \
          sees one series that falls by a part: it takes all that is left for new events, so that every restart and every \
          scaling down is a burst of requests or of errors that never happened. The sum goes outside.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli:
      error_ratio:
        query: rate(sum(http_errors_total{job="checkout"})[$window:1m]) / rate(sum(http_requests_total{job="checkout"})[$window:1m])
"#,
    instead: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli:
      error_ratio:
        query: sum(rate(http_errors_total{job="checkout"}[$window])) / sum(rate(http_requests_total{job="checkout"}[$window]))
"#,
    options: None,
    ask: Ask::Slo(find),
};

fn find(subject: &Subject<'_>, findings: &mut Findings) {
    for query in &subject.queries {
        if let Some(expr) = query.expr() {
            expr.walk(&mut |each| {
                if let Node::Call(call) = &each.node {
                    rate(subject, query, call, findings);
                }
            });
        }
    }
}

fn rate(subject: &Subject<'_>, query: &Query<'_>, call: &Call, findings: &mut Findings) {
    let function = call.function.name;
    if !matches!(function, "rate" | "increase" | "irate") {
        return;
    }
    let Some(Node::Subquery(subquery)) = call.args.first().map(|arg| &arg.bare().node) else {
        return;
    };
    let Some(aggregate) = of_counters(&subquery.of) else {
        return;
    };
    findings.push(
        subject
            .about(
                QL005,
                query,
                call.name_place,
                format!("`{function}` of a sum takes every restart for a burst of events"),
            )
            .label("knows restarts only of single series")
            .also(query.at(aggregate.place), "counters are added up here")
            .help(format!(
                "sum what is counted: `sum({function}(metric[$window]))`"
            )),
    );
}

/// A sum right over a selection. Of one process all counters begin anew at once, so that sums by process are left alone; so are
/// `max` and `min`, which choose among copies of one counter.
fn of_counters(expr: &Expr) -> Option<&Expr> {
    let mut found = None;
    expr.walk(&mut |each| {
        if let Node::Aggregate(aggregate) = &each.node
            && matches!(aggregate.op, AggregateOp::Sum | AggregateOp::Avg)
            && drops_processes(&aggregate.grouping)
            && matches!(aggregate.of.bare().node, Node::Selection(_))
        {
            found.get_or_insert(each);
        }
    });
    found
}

/// Labels that tell one process from another.
const PROCESS: &[&str] = &["instance", "pod", "container"];

fn drops_processes(grouping: &Grouping) -> bool {
    match grouping {
        Grouping::Nothing => true,
        Grouping::By(labels, _) => !labels.iter().any(|l| PROCESS.contains(&l.name.as_str())),
        Grouping::Without(..) => false,
    }
}
