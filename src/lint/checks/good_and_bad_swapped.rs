//! QL020: successes that are counted as errors, or the other way round.

use crate::diagnostics::{Code, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::lint::patterns::{MATCHERS_MAX, Patterns};
use crate::lint::subject::{Query, Subject};
use crate::promql::{MatchOp, Matcher};

const QL020: Code = Code {
    id: "QL020",
    name: "good-and-bad-swapped",
    level: Level::Warning,
};

pub static CHECK: Check = Check {
    code: QL020,
    finds: "Errors that are selected by a status code that means success, and good events by one that means failure: \
            `errors_where: code=~\"2..\"`, `good_where: grpc_code!=\"OK\"`.",
    why: "One character decides between `errors_where: code=~\"5..\"` and its opposite, and a query that was made for \
          availability is easily put where errors are expected. The SLO then pages while all is well, or is content with an \
          outage.",
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
        errors_where: code!~"5.."
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
        errors_where: code=~"5.."
"#,
    options: None,
    ask: Ask::Slo(find),
};

/// A family of status codes: the labels that hold them, and values that mean success or failure.
struct Statuses {
    labels: &'static [&'static str],
    good: &'static [&'static str],
    bad: &'static [&'static str],
}

/// Labels that hold HTTP status codes.
pub(super) const HTTP_LABELS: &[&str] = &[
    "code",
    "status",
    "status_code",
    "http_code",
    "http_status",
    "http_status_code",
    "http_response_status_code",
    "response_code",
];

const STATUSES: &[Statuses] = &[
    Statuses {
        labels: HTTP_LABELS,
        good: &["200", "2xx"],
        bad: &["500", "503", "5xx"],
    },
    Statuses {
        labels: &["grpc_code"],
        good: &["OK"],
        bad: &["Unavailable", "Internal", "UNAVAILABLE", "INTERNAL"],
    },
    Statuses {
        labels: &[
            "grpc_status",
            "grpc_response_status",
            "rpc_grpc_status_code",
        ],
        good: &["0"],
        bad: &["13", "14"],
    },
];

fn find(subject: &Subject<'_>, findings: &mut Findings) {
    for query in &subject.queries {
        let matchers = match query.matchers() {
            Some(matchers) => matchers,
            None => query.selector().map_or(&[][..], |s| &s.matchers),
        };
        let (wrong, label): (fn(&Seen) -> bool, _) = match query.field {
            "errors_where" | "errors" => (
                |seen| seen.good && !seen.bad,
                "this is true of successes, and of no failure",
            ),
            "good_where" | "good" => (
                |seen| seen.bad && !seen.good,
                "this is true of failures, and of no success",
            ),
            _ => continue,
        };
        if matchers.len() > MATCHERS_MAX || selects_by_another(subject, matchers) {
            continue;
        }
        let mut patterns = Patterns::default();
        let swapped = matchers
            .iter()
            .find(|matcher| seen(matcher, &mut patterns).is_some_and(|seen| wrong(&seen)));
        if let Some(matcher) = swapped {
            report(subject, query, matcher, label, findings);
        }
    }
}

/// Whether a label that is no status code, and that the events do not ask for, has to be something: errors may well be among
/// the answers that look like successes.
fn selects_by_another(subject: &Subject<'_>, matchers: &[Matcher]) -> bool {
    let events = subject.query("events").and_then(Query::selector);
    let of_events = |name: &str| events.is_some_and(|s| s.matchers.iter().any(|m| m.name == name));
    let is_status = |name: &str| STATUSES.iter().any(|family| family.labels.contains(&name));
    matchers.iter().any(|matcher| {
        matches!(matcher.op, MatchOp::Equal | MatchOp::Regex)
            && !is_status(&matcher.name)
            && !of_events(&matcher.name)
    })
}

/// What of a family a matcher lets through.
struct Seen {
    good: bool,
    bad: bool,
}

fn seen(matcher: &Matcher, patterns: &mut Patterns) -> Option<Seen> {
    let statuses = STATUSES
        .iter()
        .find(|statuses| statuses.labels.contains(&matcher.name.as_str()))?;
    let mut any = |values: &[&str]| -> Option<bool> {
        let mut any = false;
        for value in values {
            any |= patterns.lets_through(matcher, value)?;
        }
        Some(any)
    };
    Some(Seen {
        good: any(statuses.good)?,
        bad: any(statuses.bad)?,
    })
}

fn report(
    subject: &Subject<'_>,
    query: &Query<'_>,
    matcher: &Matcher,
    label: &str,
    findings: &mut Findings,
) {
    let (title, help) = match query.field {
        "errors_where" | "errors" => (
            format!("`{matcher}` selects successes, and they are counted as errors"),
            "select the failures, or write it as `good_where` or `good`",
        ),
        _ => (
            format!("`{matcher}` selects failures, and they are counted as good"),
            "select the successes, or write it as `errors_where` or `errors`",
        ),
    };
    findings.push(
        subject
            .about(QL020, query, matcher.place(), title)
            .label(label)
            .help(help),
    );
}
