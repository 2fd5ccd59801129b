//! QL025: an operation between series with all their labels and an aggregate that has not got them.

use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::lint::subject::{Query, Subject};
use crate::promql::expr::{Binary, Matching};
use crate::promql::functions::Type;
use crate::promql::op::BinaryOp;
use crate::promql::types::type_of;
use crate::promql::{Expr, Labels, Node, output_labels};

const QL025: Code = Code {
    id: "QL025",
    name: "sides-never-match",
    level: Level::Warning,
};

pub static CHECK: Check = Check {
    code: QL025,
    finds: "An operation whose one side is aggregated and whose other side still has the labels of its series, without \
            `on` or `ignoring`, such as `rate(errors_total[$window]) / sum(rate(requests_total[$window]))`. Metrics \
            with a colon in their name are left alone: what a recording rule writes may have any labels. So are sums \
            in `events`, `errors` and `good`, each part of which is aggregated when rules are made.",
    why: "Prometheus puts series together that have the same labels. Scraped series have at least `job` and `instance`, \
          the aggregate has not, so no two ever match: the result is empty, there are never any errors, and the SLO is \
          met for ever. It happens when one `sum` of two is lost.",
    example: r#"apiVersion: burnwatch/v1
service: ledger
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: postings
    objective: 99.9
    sli:
      error_ratio:
        query: rate(ledger_unbalanced_total[$window]) / sum(rate(ledger_postings_total[$window]))
"#,
    instead: r#"apiVersion: burnwatch/v1
service: ledger
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: postings
    objective: 99.9
    sli:
      error_ratio:
        query: sum(rate(ledger_unbalanced_total[$window])) / sum(rate(ledger_postings_total[$window]))
"#,
    options: None,
    ask: Ask::Slo(find),
};

/// A label that every scraped series has.
const ALWAYS: &str = "instance";

fn find(subject: &Subject<'_>, findings: &mut Findings) {
    for query in &subject.queries {
        if let Some(expr) = query.expr() {
            expr.walk(&mut |each| {
                if let Node::Binary(binary) = &each.node {
                    findings.extend(lonely(query, binary));
                }
            });
        }
    }
}

fn lonely(query: &Query<'_>, binary: &Binary) -> Option<Finding> {
    let filled_in = query.field != "query" && matches!(binary.op, BinaryOp::Add | BinaryOp::Sub);
    // `or` gives what matches nothing, too, and of counts burnwatch aggregates each part of a sum itself.
    if binary.matching != Matching::default() || binary.op == BinaryOp::Or || filled_in {
        return None;
    }
    let (left, right) = (&binary.left, &binary.right);
    let (raw, aggregate) = match (is_raw(left), is_raw(right)) {
        (true, false) if is_without_series_labels(right) => (left, right),
        (false, true) if is_without_series_labels(left) => (right, left),
        _ => return None,
    };
    let span = |expr: &Expr| query.scalar.span_of(expr.place.range());
    let title = format!("the two sides of `{}` never match", binary.op.as_str());
    Some(
        Finding::new(QL025, span(raw), title)
            .label("this has all the labels of its series")
            .also(span(aggregate), "this has not got them")
            .help("aggregate both sides alike, such as `sum(...) / sum(...)`"),
    )
}

/// Whether an expression has the labels of scraped series.
fn is_raw(expr: &Expr) -> bool {
    match &expr.node {
        Node::Selection(selection) | Node::Range(selection, _) => selection
            .selector
            .metric_name()
            .is_some_and(|name| !name.contains(':')),
        Node::Subquery(subquery) => is_raw(&subquery.of),
        Node::Unary(_, of) | Node::Paren(of) => is_raw(of),
        Node::Call(call) => {
            output_labels(expr) == Labels::Unknown
                && !call.function.name.starts_with("label_")
                && call.args.iter().any(is_raw)
        }
        Node::Number(_) | Node::Text(_) | Node::Binary(_) | Node::Aggregate(_) => false,
    }
}

fn is_without_series_labels(expr: &Expr) -> bool {
    type_of(expr) == Type::Vector
        && match output_labels(expr) {
            Labels::Exactly(labels) => !labels.contains(ALWAYS),
            Labels::Unknown => false,
        }
}
