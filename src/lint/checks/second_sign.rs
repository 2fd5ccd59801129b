//! QL023: a sign right behind an operator that adds or subtracts.

use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::lint::subject::{Query, Subject};
use crate::promql::expr::{Binary, Sign};
use crate::promql::op::BinaryOp;
use crate::promql::{Expr, Node};

const QL023: Code = Code {
    id: "QL023",
    name: "second-sign",
    level: Level::Warning,
};

pub static CHECK: Check = Check {
    code: QL023,
    finds: "A `+` or `-` with another sign behind it, such as `a - -b`, without parentheses.",
    why: "`a - -b` adds. Nobody writes that on purpose, and nobody sees it in a review; it is what is left when an \
          operand is lost or an operator is typed twice. Where it is meant, parentheses say so: `a - (-b)`.",
    example: r#"apiVersion: burnwatch/v1
service: nightly-report
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: freshness
    objective: 99
    sli:
      threshold:
        query: time() - -max(job_last_success_seconds{job="nightly-report"})
        good_when: "<= 93600"
"#,
    instead: r#"apiVersion: burnwatch/v1
service: nightly-report
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: freshness
    objective: 99
    sli:
      threshold:
        query: time() - max(job_last_success_seconds{job="nightly-report"})
        good_when: "<= 93600"
"#,
    options: None,
    ask: Ask::Slo(find),
};

fn find(subject: &Subject<'_>, findings: &mut Findings) {
    for query in &subject.queries {
        if let Some(expr) = query.expr() {
            expr.walk(&mut |each| {
                if let Node::Binary(binary) = &each.node {
                    findings.extend(second_sign(query, binary));
                }
            });
        }
    }
}

fn second_sign(query: &Query<'_>, binary: &Binary) -> Option<Finding> {
    let operator = match binary.op {
        BinaryOp::Add => '+',
        BinaryOp::Sub => '-',
        _ => return None,
    };
    let (sign, place) = leading_sign(&binary.right)?;
    let means = match (operator, sign) {
        ('+', '+') | ('-', '-') => "adds",
        _ => "subtracts",
    };
    let span = query.scalar.span_of(place.start()..place.start() + 1);
    Some(
        Finding::new(
            QL023,
            span,
            format!("`{operator}` is followed by a second sign, `{sign}`"),
        )
        .label(format!("together this {means}"))
        .help("leave one of them out, or put the operand in parentheses with its sign"),
    )
}

/// The sign that an operand begins with, and the operand's place.
fn leading_sign(expr: &Expr) -> Option<(char, crate::promql::Place)> {
    match &expr.node {
        Node::Unary(Sign::Minus, _) => Some(('-', expr.place)),
        Node::Unary(Sign::Plus, _) => Some(('+', expr.place)),
        Node::Binary(binary) => leading_sign(&binary.left),
        _ => None,
    }
}
