//! QL003: a range that stays as it is while the others follow the window.

use crate::diagnostics::{Code, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::lint::subject::{Query, Subject};
use crate::promql::expr::{Length, LengthValue};
use crate::promql::{Expr, Node, uses_window};

const QL003: Code = Code {
    id: "QL003",
    name: "fixed-range-beside-placeholder",
    level: Level::Warning,
};

pub static CHECK: Check = Check {
    code: QL003,
    finds: "A fixed range such as `[5m]` in a query that also has `[$window]`. A fixed range inside a subquery over \
            `[$window:...]` is moved through the window and is no fault; neither is one behind `and`, `or` or `unless`.",
    why: "The query is used with every window of every tier: what was forgotten stays at five minutes while the rest \
          covers a day. The errors of a day over the events of five minutes are no ratio.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli:
      error_ratio:
        query: sum(rate(http_errors_total{job="checkout"}[$window])) / sum(rate(http_requests_total{job="checkout"}[5m]))
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
        if let Some(expr) = query.expr()
            && uses_window(expr)
        {
            look(subject, query, expr, findings);
        }
    }
}

fn look(subject: &Subject<'_>, query: &Query<'_>, expr: &Expr, findings: &mut Findings) {
    match &expr.node {
        Node::Range(_, range) => fixed(subject, query, range, findings),
        // What is inside is asked at each step of the window.
        Node::Subquery(subquery) if is_window(&subquery.range) => {}
        Node::Subquery(subquery) => {
            // The window inside makes each step; the outer range is a choice of its own.
            look(subject, query, &subquery.of, findings);
        }
        Node::Binary(binary) if binary.op.is_set() => {
            look(subject, query, &binary.left, findings);
        }
        _ => expr.children(&mut |child| look(subject, query, child, findings)),
    }
}

fn is_window(length: &Length) -> bool {
    matches!(length.value, LengthValue::Window(_))
}

fn fixed(subject: &Subject<'_>, query: &Query<'_>, range: &Length, findings: &mut Findings) {
    if is_window(range) {
        return;
    }
    let written = query.text(range.place);
    let finding = subject
        .about(
            QL003,
            query,
            range.place,
            format!("the range of `{written}` stays as it is, whatever the window"),
        )
        .label("the query is used with several windows, up to the whole period");
    findings.push(match subject.owns(query.span()) {
        true => finding.patch(
            "let it follow the window",
            vec![crate::diagnostics::Edit {
                span: query.at(range.place),
                text: "$window".to_string(),
            }],
        ),
        false => finding.help("write `[$window]`"),
    });
}
