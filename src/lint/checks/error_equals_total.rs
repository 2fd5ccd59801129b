//! QL004: errors, or good events, that are all events.

use crate::diagnostics::{Code, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::lint::patterns::{MATCHERS_MAX, Patterns};
use crate::lint::subject::{Query, Subject};
use crate::model::core::{Core, Errors};
use crate::promql::expr::Binary;
use crate::promql::functions::Type;
use crate::promql::op::BinaryOp;
use crate::promql::types::type_of;
use crate::promql::{Expr, MatchOp, Matcher, Node, Selector};

const QL004: Code = Code {
    id: "QL004",
    name: "error-equals-total",
    level: Level::Error,
};

pub static CHECK: Check = Check {
    code: QL004,
    finds: "Errors that are all events, or good events that are: the same query twice, matchers that let everything of \
            `events` through, or a quotient of two equal sides.",
    why: "Such an SLO says the same whatever happens: its budget is spent from the first request on, or never. It comes \
          from a copied line in which the matcher was not changed.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli:
      ratio:
        events: http_requests_total{job="checkout"}
        errors: http_requests_total{job="checkout"}
"#,
    instead: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli:
      ratio:
        events: http_requests_total{job="checkout"}
        errors: http_requests_total{job="checkout", code=~"5.."}
"#,
    options: None,
    ask: Ask::Slo(find),
};

const ALL_BAD: &str = "every event counts as an error";
const ALL_GOOD: &str = "no event ever counts as an error";

fn find(subject: &Subject<'_>, findings: &mut Findings) {
    if let Some(events) = subject.query("events") {
        for (field, title) in [("errors_where", ALL_BAD), ("good_where", ALL_GOOD)] {
            if let Some(query) = subject.query(field) {
                matchers(subject, events, query, title, findings);
            }
        }
        for (field, title) in [("errors", ALL_BAD), ("good", ALL_GOOD)] {
            if let Some(query) = subject.query(field) {
                expressions(subject, events, query, title, findings);
            }
        }
    }
    if subject.slo.kind == "error_ratio"
        && let Some(query) = subject.query("query")
    {
        quotient(subject, query, findings);
    }
}

/// Matchers that take nothing away from what `events` has.
fn matchers(
    subject: &Subject<'_>,
    events: &Query<'_>,
    query: &Query<'_>,
    title: &str,
    findings: &mut Findings,
) {
    let (Some(selector), Some(added)) = (events.selector(), query.matchers()) else {
        return;
    };
    if added.len() > MATCHERS_MAX || selector.matchers.len() > MATCHERS_MAX {
        return;
    }
    let mut patterns = Patterns::default();
    let reasons: Option<Vec<Needless<'_>>> = added
        .iter()
        .map(|matcher| needless(matcher, selector, &mut patterns))
        .collect();
    let Some(reasons) = reasons else {
        return;
    };
    let (Some(first), Some(last), Some(reason)) = (added.first(), added.last(), reasons.first())
    else {
        return;
    };
    let place = first.place().to(last.place());
    let finding = subject.about(QL004, query, place, title);
    findings.push(match reason {
        Needless::Anything => finding.label("any value matches, and a label that is absent, too"),
        Needless::Implied(by) => finding
            .label("takes nothing away from `events`")
            .also(events.at(by.place()), "all events match it already"),
    });
}

/// Why a matcher changes nothing.
enum Needless<'s> {
    /// It matches everything.
    Anything,
    /// This one of the selector lets nothing else through.
    Implied(&'s Matcher),
}

fn needless<'s>(
    matcher: &Matcher,
    selector: &'s Selector,
    patterns: &mut Patterns,
) -> Option<Needless<'s>> {
    if matcher.op == MatchOp::Regex && ANYTHING.contains(&&*matcher.value) {
        return Some(Needless::Anything);
    }
    let mut implies = |other: &&Matcher| {
        other.name == matcher.name
            && (*other == matcher
                || (other.op == MatchOp::Equal
                    && patterns.lets_through(matcher, &other.value) == Some(true)))
    };
    selector
        .matchers
        .iter()
        .find(|other| implies(other))
        .map(Needless::Implied)
}

/// Patterns that match everything, as people write them.
const ANYTHING: &[&str] = &[".*", "^.*", ".*$", "^.*$", "(.*)", "^(.*)$", ".*?"];

fn expressions(
    subject: &Subject<'_>,
    events: &Query<'_>,
    query: &Query<'_>,
    title: &str,
    findings: &mut Findings,
) {
    let lowered = match &subject.slo.core {
        Core::Events {
            events,
            errors: Errors::Counted(other) | Errors::Remaining(other),
        } => events == other,
        Core::Slices { .. } => false,
    };
    let selectors = match (events.selector(), query.selector()) {
        (Some(events), Some(other)) => same(events, other),
        _ => false,
    };
    if lowered || selectors {
        findings.push(
            subject
                .about(QL004, query, query.whole(), title)
                .label("the same as `events`")
                .also(events.at(events.whole()), "all events"),
        );
    }
}

/// Whether two selectors select the same, whatever the order of their matchers.
fn same(one: &Selector, other: &Selector) -> bool {
    one.name == other.name
        && one.matchers.len() == other.matchers.len()
        && one.matchers.iter().all(|m| other.matchers.contains(m))
        && other.matchers.iter().all(|m| one.matchers.contains(m))
}

/// A ratio, or what it leaves of 1, whose two sides are equal.
fn quotient(subject: &Subject<'_>, query: &Query<'_>, findings: &mut Findings) {
    let Some(binary) = query.expr().and_then(ratio) else {
        return;
    };
    if binary.left.bare() == binary.right.bare() && type_of(&binary.left) == Type::Vector {
        findings.push(
            subject
                .about(
                    QL004,
                    query,
                    binary.right.place,
                    "a quotient of two equal sides is 1, whatever happens",
                )
                .label("the same below the line")
                .also(query.at(binary.left.place), "as above it"),
        );
    }
}

/// `A / B`, or that of `1 - A / B`.
fn ratio(expr: &Expr) -> Option<&Binary> {
    let Node::Binary(binary) = &expr.bare().node else {
        return None;
    };
    match binary.op {
        BinaryOp::Div => Some(binary),
        BinaryOp::Sub if matches!(binary.left.bare().node, Node::Number(_)) => ratio(&binary.right),
        _ => None,
    }
}
