//! QL016: matchers that no series can satisfy together.

use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::lint::patterns::{MATCHERS_MAX, Patterns};
use crate::lint::subject::{Query, Subject};
use crate::promql::{MatchOp, Matcher};

const QL016: Code = Code {
    id: "QL016",
    name: "selector-matches-nothing",
    level: Level::Error,
};

pub static CHECK: Check = Check {
    code: QL016,
    finds: "Two matchers of one label that no value can satisfy together, in one selector, or one in `events` and the \
            other in `errors_where` or `good_where`.",
    why: "A selector that matches nothing is no fault to Prometheus: it gives no series, so there are no errors, and the \
          SLO is met for ever. It happens when `events` is narrowed later, or when matchers are copied from another SLO.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli:
      ratio:
        events: http_requests_total{job="checkout", code!~"5.."}
        errors_where: code=~"5.."
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
        events: http_requests_total{job="checkout", code!~"4.."}
        errors_where: code=~"5.."
"#,
    options: None,
    ask: Ask::Slo(find),
};

/// Regular expressions with more alternatives than this are not taken apart.
const ALTERNATIVES_MAX: usize = 16;

/// A matcher and the text that it stands in.
#[derive(Clone, Copy)]
struct Written<'s, 'a> {
    query: &'s Query<'a>,
    matcher: &'s Matcher,
}

fn find(subject: &Subject<'_>, findings: &mut Findings) {
    let before = findings.len();
    for query in &subject.queries {
        for matchers in query.matcher_lists() {
            let matchers = written(query, matchers);
            findings.extend(conflict(&matchers).map(|conflict| conflict.finding(subject)));
        }
    }
    // What is wrong with one text alone is not said again of two together.
    let base = subject
        .query("events")
        .and_then(|events| Some((events, events.selector()?)));
    if let (true, Some((events, selector))) = (findings.len() == before, base) {
        for query in &subject.queries {
            let Some(matchers) = query.matchers() else {
                continue;
            };
            let mut all = written(events, &selector.matchers);
            all.extend(written(query, matchers));
            findings.extend(conflict(&all).map(|conflict| conflict.finding(subject)));
        }
    }
}

fn written<'s, 'a>(query: &'s Query<'a>, matchers: &'s [Matcher]) -> Vec<Written<'s, 'a>> {
    matchers
        .iter()
        .map(|matcher| Written { query, matcher })
        .collect()
}

/// Why no series can match.
enum Conflict<'s, 'a> {
    /// One matcher lets nothing through.
    Alone(Written<'s, 'a>),
    /// The second contradicts the first.
    Between(Written<'s, 'a>, Written<'s, 'a>),
}

impl Conflict<'_, '_> {
    fn finding(self, subject: &Subject<'_>) -> Finding {
        match self {
            Conflict::Alone(Written { query, matcher }) => subject
                .about(
                    QL016,
                    query,
                    matcher.place(),
                    format!("`{matcher}` lets no series through"),
                )
                .label("every text matches this pattern, and it is negated"),
            Conflict::Between(first, second) => {
                let title = format!(
                    "no series can match both `{}` and `{}`",
                    first.matcher, second.matcher
                );
                let label = match second.query.field {
                    "errors_where" => "so there are never any errors",
                    "good_where" => "so nothing is ever good",
                    _ => "so nothing is selected",
                };
                subject
                    .about(QL016, second.query, second.matcher.place(), title)
                    .label(label)
                    .also(first.query.at(first.matcher.place()), "the other matcher")
            }
        }
    }
}

/// The first conflict among matchers of one selector.
fn conflict<'s, 'a>(all: &[Written<'s, 'a>]) -> Option<Conflict<'s, 'a>> {
    if all.len() > MATCHERS_MAX {
        return None;
    }
    let mut patterns = Patterns::default();
    for (at, one) in all.iter().enumerate() {
        if one.matcher.op == MatchOp::NotRegex && one.matcher.value == ".*" {
            return Some(Conflict::Alone(*one));
        }
        for other in &all[at + 1..] {
            if one.matcher.name == other.matcher.name
                && (excludes(one.matcher, other.matcher, &mut patterns)
                    || excludes(other.matcher, one.matcher, &mut patterns))
            {
                return Some(Conflict::Between(*one, *other));
            }
        }
    }
    None
}

/// Whether `other` lets through none of the values that `one` lets through, as far as those can be counted.
fn excludes(one: &Matcher, other: &Matcher, patterns: &mut Patterns) -> bool {
    if one.op == MatchOp::Regex && other.op == MatchOp::NotRegex && one.value == other.value {
        return true;
    }
    match values(one) {
        Some(values) => values
            .iter()
            .all(|value| patterns.lets_through(other, value) == Some(false)),
        None => false,
    }
}

/// All values that a matcher lets through, where they are few.
fn values(matcher: &Matcher) -> Option<Vec<&str>> {
    match matcher.op {
        MatchOp::Equal => Some(vec![&matcher.value]),
        MatchOp::Regex => {
            let values: Vec<&str> = matcher.value.split('|').collect();
            let plain = |c: char| c.is_alphanumeric() || "_-/ :,".contains(c);
            let literal = values.iter().all(|value| value.chars().all(plain));
            (literal && values.len() <= ALTERNATIVES_MAX).then_some(values)
        }
        MatchOp::NotEqual | MatchOp::NotRegex => None,
    }
}
