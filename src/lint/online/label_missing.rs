//! ON002: a matcher that no series of its metric passes.

use std::collections::BTreeSet;

use super::desk::{Desk, bare};
use super::presence::{Emptied, Presence, VALUES_MAX, is_bound, presence};
use super::scene::{Scene, Side, Want};
use crate::base::{Duration, Span};
use crate::diagnostics::{Code, Edit, Finding, Findings, Level, shown};
use crate::lint::check::{Ask, Check};
use crate::prometheus::Question;
use crate::promql::matchers::METRIC_NAME;
use crate::promql::{MatchOp, Matcher};
use crate::spec::check::closest;

pub(super) const ON002: Code = Code {
    id: "ON002",
    name: "label-or-value-missing",
    level: Level::Warning,
};

pub static CHECK: Check = Check {
    code: ON002,
    finds: "A matcher that leaves no series of a metric that exists, now and in the last seven days; the finding names the \
            matcher and the values that its label does have. Where errors are counted and the label exists, it is for your \
            information only: such errors may simply not have happened.",
    why: "A misspelt value selects nothing. Among the events it leaves the SLO without any; among the errors it leaves \
          it without errors, and the SLO is met for ever; among the good events it makes everything an error.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="chekcout"}', errors_where: 'code=~"5.."'}}
"#,
    instead: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: 'code=~"5.."'}}
"#,
    options: None,
    ask: Ask::Server,
};

/// How far back a series is looked for that is there now.
const LOOKBACK: Duration = Duration::minutes(5);

/// Longest value that is suggested, in bytes.
const VALUE_MAX_BYTES: usize = 200;

pub(super) fn find(scenes: &[Scene<'_>], desk: &mut Desk, findings: &mut Findings) {
    for scene in scenes {
        let mut said = known_before(scene, desk);
        for want in scene.required() {
            match presence(want, desk) {
                Some(Presence::Emptied(emptied))
                    // A matcher of the events empties the errors too.
                    if !is_bound(want, emptied.culprit)
                        && said.insert(want.places[emptied.culprit]) =>
                {
                    findings.push(described(want, &emptied, desk));
                }
                Some(Presence::Nothing) => {
                    let title = format!("no series of {}", shown(&want.selector.to_string()));
                    findings.push(
                        Finding::new(ON002, want.name_place.span, title)
                            .label("nothing passes these matchers now"),
                    );
                }
                _ => {}
            }
        }
    }
}

/// The places of matchers that did let something through: what is gone now is gone from the errors too.
fn known_before(scene: &Scene<'_>, desk: &mut Desk) -> BTreeSet<Span> {
    let mut places = BTreeSet::new();
    for want in scene.required() {
        if presence(want, desk) == Some(Presence::Before) {
            places.extend(&want.places);
        }
    }
    places
}

fn described(want: &Want, emptied: &Emptied, desk: &mut Desk) -> Finding {
    let matcher = &want.matchers[emptied.culprit];
    let place = want.places[emptied.culprit];
    let metric = want.metric.as_deref().unwrap_or_default();
    let among = match emptied.culprit {
        0 => format!("`{metric}`"),
        several => {
            let before: Vec<String> = want.matchers[..several]
                .iter()
                .map(Matcher::to_string)
                .collect();
            shown(&format!("{metric}{{{}}}", before.join(",")))
        }
    };
    if emptied.values.is_empty() {
        let title = format!("no series of {among} has the label `{}`", matcher.name);
        let finding = Finding::new(ON002, place, title).label("nothing passes this");
        return consequence(with_labels(finding, want, emptied.culprit, desk), want);
    }
    let title = format!(
        "no series of {among} passes {}",
        shown(&matcher.to_string())
    );
    let mut finding = Finding::new(ON002, place, title).label(format!(
        "`{}` is {}",
        matcher.name,
        listed(&emptied.values)
    ));
    let meant = meant(matcher, &emptied.values);
    if want.side == Side::Errors && meant.is_none() {
        finding.level = Level::Info;
        return finding.note("such errors may simply not have happened in the last 7d");
    }
    finding = consequence(finding, want);
    let Some(meant) = meant else {
        return finding;
    };
    let help = format!("`{meant}` is similar");
    match want.value_places[emptied.culprit] {
        Some(span) => finding.patch(
            help,
            vec![Edit {
                span,
                text: meant.to_string(),
            }],
        ),
        None => finding.help(help),
    }
}

/// The finding with the labels that the series do have, by the example of one of them.
fn with_labels(finding: Finding, want: &Want, culprit: usize, desk: &mut Desk) -> Finding {
    let metric = want.metric.as_deref().unwrap_or_default();
    let question = Question::Series {
        selector: bare(metric).with(&want.matchers[..culprit]).to_string(),
        back: LOOKBACK,
        limit: 1,
    };
    let series = desk.series(&question).unwrap_or_default();
    let labels: Vec<String> = series
        .into_iter()
        .next()
        .into_iter()
        .flat_map(|labels| labels.into_keys())
        .filter(|name| name != METRIC_NAME)
        .collect();
    if labels.is_empty() {
        return finding;
    }
    let finding = finding.note(format!(
        "one of its series has the labels {}",
        both(&labels)
    ));
    let name = &want.matchers[culprit].name;
    match closest(
        name,
        labels
            .iter()
            .map(String::as_str)
            .filter(|name| is_writable(name)),
    ) {
        Some(meant) => finding.help(format!("`{meant}` is similar to `{name}`")),
        None => finding,
    }
}

fn consequence(finding: Finding, want: &Want) -> Finding {
    match want.side {
        Side::Events => finding.note("without events nothing is measured, and no alert can fire"),
        Side::Good => finding.note("without good events everything counts as an error"),
        Side::Errors => finding.note("this can never count an error"),
        Side::Other => finding,
    }
}

/// The value that was probably meant. Numbers, such as status codes, are no misspellings of each other.
fn meant<'v>(matcher: &Matcher, values: &'v [String]) -> Option<&'v str> {
    let is_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    match matcher.op {
        MatchOp::Equal if !is_number(&matcher.value) => {
            let words = values.iter().map(String::as_str);
            closest(
                &matcher.value,
                words.filter(|v| !is_number(v) && is_writable(v)),
            )
        }
        _ => None,
    }
}

/// Whether a value can be written within any quotes as it is: values come from a server, and go into the user's file.
fn is_writable(value: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_-./:@ ".contains(&b);
    value.len() <= VALUE_MAX_BYTES && value.bytes().all(plain)
}

/// Values in backticks, at most [`VALUES_MAX`] of them.
fn listed(values: &[String]) -> String {
    joined(values, "or")
}

fn both(values: &[String]) -> String {
    joined(values, "and")
}

fn joined(values: &[String], word: &str) -> String {
    let mut listed: Vec<String> = values.iter().take(VALUES_MAX).map(|v| shown(v)).collect();
    match values.len().saturating_sub(VALUES_MAX) {
        0 => {}
        more => listed.push(format!("{more} others")),
    }
    match listed.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} {word} {last}", rest.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_most_ten_values_are_listed() {
        let values = |count: usize| (0..count).map(|n| n.to_string()).collect::<Vec<_>>();
        assert_eq!(listed(&values(1)), "`0`");
        assert_eq!(listed(&values(3)), "`0`, `1` or `2`");
        assert!(listed(&values(VALUES_MAX)).ends_with("`8` or `9`"));
        assert!(listed(&values(VALUES_MAX + 2)).ends_with("`9` or 2 others"));
    }
}
