//! QL008: errors, or good events, of which some are not among all events.

use crate::diagnostics::{Code, Edit, Finding, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::lint::patterns::{MATCHERS_MAX, Patterns};
use crate::lint::subject::{Query, Subject};
use crate::promql::expr::Binary;
use crate::promql::op::BinaryOp;
use crate::promql::{Expr, MatchOp, Matcher, Node, Place, Selector};
use crate::yaml::Scalar;
use crate::yaml::scalar::Style;

const QL008: Code = Code {
    id: "QL008",
    name: "error-not-subset-of-total",
    level: Level::Warning,
};

pub static CHECK: Check = Check {
    code: QL008,
    finds: "A selector of errors, or of good events, that is wider than that of all events: it lacks a matcher, or asks \
            for another value. Of another metric, only `=` and `=~` are looked for, and only where the first word of its name is \
            the same: it may have other labels.",
    why: "Errors that are not among the events make the ratio too large, or larger than 1: the errors of every service \
          over the requests of one. Good events that are not among them hide errors. `errors_where` and `good_where` \
          cannot go wrong in this way: they add matchers to `events`.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli:
      ratio:
        events: http_requests_total{job="checkout", route!="/healthz"}
        errors: http_requests_total{job="checkout", code=~"5.."}
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
        events: http_requests_total{job="checkout", route!="/healthz"}
        errors: http_requests_total{job="checkout", route!="/healthz", code=~"5.."}
"#,
    options: None,
    ask: Ask::Slo(find),
};

/// One selector and the text that it stands in.
struct Side<'s, 'a> {
    query: &'s Query<'a>,
    selector: &'s Selector,
}

fn find(subject: &Subject<'_>, findings: &mut Findings) {
    findings.extend(found(subject));
}

/// Whether this check speaks about the SLO.
pub(super) fn speaks(subject: &Subject<'_>) -> bool {
    !found(subject).is_empty()
}

fn found(subject: &Subject<'_>) -> Findings {
    let mut findings = Findings::new();
    let part = ["errors", "good"]
        .into_iter()
        .find_map(|field| subject.query(field));
    if let (Some(events), Some(part)) = (subject.query("events"), part) {
        if let (Some(all), Some(some)) = (events.selector(), part.selector()) {
            let all = Side {
                query: events,
                selector: all,
            };
            let some = Side {
                query: part,
                selector: some,
            };
            compare(subject, &all, &some, &mut findings);
        }
    } else if subject.slo.kind == "error_ratio"
        && let Some(query) = subject.query("query")
        && let Some(expr) = query.expr()
        && let Some((some, all)) = quotient(expr)
    {
        let side = |selector| Side { query, selector };
        compare(subject, &side(all), &side(some), &mut findings);
    }
    findings
}

/// The selectors of `sum(rate(A[w])) / sum(rate(B[w]))`, or of 1 minus that.
fn quotient(expr: &Expr) -> Option<(&Selector, &Selector)> {
    let Node::Binary(binary) = &expr.bare().node else {
        return None;
    };
    let Binary {
        op, left, right, ..
    } = &**binary;
    match op {
        BinaryOp::Div => Some((only(left)?, only(right)?)),
        BinaryOp::Sub if matches!(left.bare().node, Node::Number(_)) => quotient(right),
        _ => None,
    }
}

/// The only selector in an expression.
fn only(expr: &Expr) -> Option<&Selector> {
    match expr.selections()[..] {
        [only] => Some(&only.selector),
        _ => None,
    }
}

fn compare(
    subject: &Subject<'_>,
    all: &Side<'_, '_>,
    some: &Side<'_, '_>,
    findings: &mut Findings,
) {
    let (of_all, of_some) = (all.selector.metric_name(), some.selector.metric_name());
    let same_metric = of_all == of_some;
    if !same_metric && family(of_all) != family(of_some) {
        return;
    }
    let compared = |matcher: &&Matcher| {
        let says_value = matches!(matcher.op, MatchOp::Equal | MatchOp::Regex);
        matcher.name != "__name__" && matcher.name != "le" && (same_metric || says_value)
    };
    if all
        .selector
        .matchers
        .len()
        .max(some.selector.matchers.len())
        > MATCHERS_MAX
    {
        return;
    }
    let mut patterns = Patterns::default();
    let mut missing = Vec::new();
    for wanted in all.selector.matchers.iter().filter(compared) {
        let own: Vec<&Matcher> = some
            .selector
            .matchers
            .iter()
            .filter(|matcher| matcher.name == wanted.name)
            .collect();
        if own.is_empty() {
            missing.push(wanted);
        } else if same_metric && own.iter().all(|own| is_wider(own, wanted, &mut patterns)) {
            findings.push(other_value(subject, all, some, own[0], wanted));
        }
    }
    if !missing.is_empty() {
        findings.push(lacking(subject, all, some, &missing));
    }
}

/// The first word of a metric's name: metrics that share it come from one library, and have the same labels.
fn family(metric: Option<&str>) -> Option<&str> {
    metric.and_then(|name| name.split(['_', ':']).next())
}

/// Whether `own` is known to let something through that `wanted` does not.
fn is_wider(own: &Matcher, wanted: &Matcher, patterns: &mut Patterns) -> bool {
    match (own.op, wanted.op) {
        _ if own == wanted => false,
        (MatchOp::Equal, _) => patterns.lets_through(wanted, &own.value) == Some(false),
        (_, MatchOp::Equal) => true,
        // Whether one pattern is inside another is not worked out.
        _ => false,
    }
}

fn what(some: &Side<'_, '_>) -> &'static str {
    match some.query.field {
        "good" => "good events",
        "errors" => "errors",
        _ => "events above the line",
    }
}

fn other_value(
    subject: &Subject<'_>,
    all: &Side<'_, '_>,
    some: &Side<'_, '_>,
    own: &Matcher,
    wanted: &Matcher,
) -> Finding {
    subject
        .about(
            QL008,
            some.query,
            own.place(),
            format!(
                "{} by `{own}` are not all among the events, which have `{wanted}`",
                what(some)
            ),
        )
        .label("lets through what is no event")
        .also(all.query.at(wanted.place()), "only these are events")
}

fn lacking(
    subject: &Subject<'_>,
    all: &Side<'_, '_>,
    some: &Side<'_, '_>,
    missing: &[&Matcher],
) -> Finding {
    let written: Vec<String> = missing.iter().map(|matcher| matcher.to_string()).collect();
    let title = format!(
        "{} without `{}` need not be among the events",
        what(some),
        written.join("`, `")
    );
    let mut finding = subject
        .about(QL008, some.query, some.selector.place, title)
        .label("wider than the selector of the events");
    for matcher in missing {
        finding = finding.also(all.query.at(matcher.place()), "only these are events");
    }
    match insertion(some, &written.join(", ")) {
        Some((at, text)) if subject.owns(some.query.span()) => finding.patch(
            "add what the events have",
            vec![Edit {
                span: some.query.at(at),
                text,
            }],
        ),
        _ => finding.help(format!("add `{}`", written.join(", "))),
    }
}

/// Where matchers are added to a selector, and how, where that leaves the YAML as it is.
fn insertion(side: &Side<'_, '_>, matchers: &str) -> Option<(Place, String)> {
    let text = side.query.text(side.selector.place);
    let end = side.selector.place.end();
    if !can_take(side.query.scalar, matchers) {
        return None;
    }
    match (text.strip_suffix('}'), side.selector.matchers.is_empty()) {
        (Some(_), false) => {
            let last = side.selector.matchers.last()?.place().end();
            Some((Place::new(last, last), format!(", {matchers}")))
        }
        (Some(_), true) => Some((Place::new(end - 1, end - 1), matchers.to_string())),
        (None, _) => Some((Place::new(end, end), format!("{{{matchers}}}"))),
    }
}

/// Whether text with quotes and braces may be put into a scalar without a change of its quotes.
fn can_take(scalar: &Scalar, text: &str) -> bool {
    match scalar.style {
        Style::Literal | Style::Folded => true,
        Style::SingleQuoted => !text.contains('\''),
        // Braces that stand there already show that it is not inside a flow mapping.
        Style::Plain => scalar.text.contains('{') && !text.contains(": ") && !text.contains(" #"),
        Style::Tagged | Style::DoubleQuoted => false,
    }
}
