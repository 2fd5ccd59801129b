//! QL018: nothing, taken for good.

use crate::base::Ratio;
use crate::diagnostics::{Code, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::lint::subject::{Query, Subject};
use crate::promql::expr::{Binary, Number};
use crate::promql::op::BinaryOp;
use crate::promql::{Expr, Node};
use crate::spec::scalar::parse_comparison;

const QL018: Code = Code {
    id: "QL018",
    name: "missing-data-filled",
    level: Level::Warning,
};

pub static CHECK: Check = Check {
    code: QL018,
    finds: "`or vector(0)` around an `error_ratio` without `events`, `or vector(...)` both above and below its line, and one \
            around a `threshold` whose value would be good.",
    why: "It is written to be rid of gaps in a graph. In an SLO it makes good time out of none: a service that is gone, a \
          metric that was renamed and a scrape that fails are all 100 % good, and the budget grows. burnwatch counts \
          time without data neither as good nor as bad, and `no_data` tells when it lasts. Errors that have no series \
          yet may be filled with zero: above the line alone `or vector(0)` is right.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: freshness
    objective: 99.5
    sli:
      threshold:
        query: max(queue_oldest_message_age_seconds{queue="checkout"}) or vector(0)
        good_when: "<= 300"
"#,
    instead: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: freshness
    objective: 99.5
    sli:
      threshold:
        query: max(queue_oldest_message_age_seconds{queue="checkout"})
        good_when: "<= 300"
"#,
    options: None,
    ask: Ask::Slo(find),
};

fn find(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(query) = subject.query("query") else {
        return;
    };
    let Some(expr) = query.expr() else {
        return;
    };
    match subject.slo.kind {
        "threshold" => {
            if let Some((binary, value)) = filled(expr)
                && is_good(subject, value)
            {
                report(subject, query, binary, findings);
            }
        }
        // Where there are events to weigh it by, there is nothing to weigh when they are missing.
        "error_ratio" if subject.query("events").is_none() => {
            if let Some((binary, value)) = filled(expr) {
                if value == 0.0 {
                    report(subject, query, binary, findings);
                }
            } else if let Some((above, below)) = sides(expr)
                && filled(above).is_some()
                && let Some((binary, _)) = filled(below)
            {
                report(subject, query, binary, findings);
            }
        }
        _ => {}
    }
}

/// `... or vector(N)`, and N.
fn filled(expr: &Expr) -> Option<(&Binary, f64)> {
    let Node::Binary(binary) = &expr.bare().node else {
        return None;
    };
    let Node::Call(call) = &binary.right.bare().node else {
        return None;
    };
    let Some(Node::Number(Number(value))) = call.args.first().map(|arg| &arg.bare().node) else {
        return None;
    };
    let fills = binary.op == BinaryOp::Or && call.function.name == "vector";
    fills.then_some((binary, *value))
}

/// What is above the line and below it.
fn sides(expr: &Expr) -> Option<(&Expr, &Expr)> {
    let Node::Binary(binary) = &expr.bare().node else {
        return None;
    };
    match binary.op {
        BinaryOp::Div => Some((&binary.left, &binary.right)),
        BinaryOp::Sub if matches!(binary.left.bare().node, Node::Number(_)) => sides(&binary.right),
        _ => None,
    }
}

/// Whether a slice of this value is good.
fn is_good(subject: &Subject<'_>, value: f64) -> bool {
    let mut parts = subject.slo.parts.iter();
    let Some((operator, bound)) = parts
        .find(|part| part.field == "good_when")
        .and_then(|part| parse_comparison(&part.scalar.text))
    else {
        return false;
    };
    let bound = Ratio::to_f64(bound);
    match operator {
        "<" => value < bound,
        "<=" => value <= bound,
        ">" => value > bound,
        ">=" => value >= bound,
        "==" => value == bound,
        _ => value != bound,
    }
}

fn report(subject: &Subject<'_>, query: &Query<'_>, binary: &Binary, findings: &mut Findings) {
    let place = binary.op_place.to(binary.right.place);
    findings.push(
        subject
            .about(QL018, query, place, "time without any data counts as good")
            .label("takes the place of what is missing")
            .help("drop it: time without data is neither good nor bad, and `no_data` tells when it lasts"),
    );
}
