//! ON005: an SLI that gives nothing although its metrics are there.

use super::desk::Desk;
use super::presence::is_whole;
use super::scene::{Reading, Scene};
use super::sli;
use crate::base::Duration;
use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::prometheus::Question;

pub(super) const ON005: Code = Code {
    id: "ON005",
    name: "sli-empty-or-nan",
    level: Level::Error,
};

pub static CHECK: Check = Check {
    code: ON005,
    finds: "An SLI whose expression gives no series over an hour and over a day, although every selector in it has some; or \
            one that gives no number over a day, which is a warning.",
    why: "Two sides whose labels differ match nothing, and a division of nought by nought is no number. Without a value \
          nothing is measured: no alert of the SLO can fire.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli:
      error_ratio:
        query: sum(rate(rpc_failures_total[$window]) / on (pod) rate(rpc_calls_total[$window]))
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
        query: sum(rate(rpc_failures_total[$window])) / sum(rate(rpc_calls_total[$window]))
"#,
    options: None,
    ask: Ask::Server,
};

/// What an SLI gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gives {
    Numbers,
    NoNumber,
    Nothing,
}

pub(super) fn find(scenes: &[Scene<'_>], desk: &mut Desk, findings: &mut Findings) {
    for scene in scenes {
        if is_whole(scene, desk) != Some(true) {
            continue;
        }
        // The hour is cheap, and enough for almost all.
        match gives(scene, Duration::hours(1), desk) {
            None | Some(Gives::Numbers) => continue,
            Some(Gives::NoNumber | Gives::Nothing) => {}
        }
        let place = scene.subject.queries.first().map(|query| query.span());
        let place = place.unwrap_or(scene.subject.slo.places.name);
        match gives(scene, Duration::days(1), desk) {
            None | Some(Gives::Numbers) => {}
            // Some servers drop what is no number.
            Some(Gives::Nothing) if is_quiet(scene, desk) == Some(false) => findings.push(
                Finding::new(ON005, place, "the SLI gives nothing, although its metrics are there")
                    .label("no series over the last hour, and none over the last day")
                    .help("compare the labels of its parts: only series with equal labels are put together"),
            ),
            Some(Gives::Nothing) if is_quiet(scene, desk).is_none() => {}
            Some(Gives::Nothing | Gives::NoNumber) => {
                let mut finding =
                    Finding::new(ON005, place, "the SLI gave no number over the last day")
                        .label("a division of nought by nought")
                        .note("nothing is measured while there are no events");
                finding.level = Level::Warning;
                findings.push(finding);
            }
        }
    }
}

/// Whether no counter of the SLO moved for a day; an SLO without counters is not quiet.
fn is_quiet(scene: &Scene<'_>, desk: &mut Desk) -> Option<bool> {
    let counters = scene
        .required()
        .filter(|want| want.reading == Reading::Counter);
    // Everything is looked up before anything is missed, so that it is asked at once.
    let moved: Vec<Option<bool>> = counters
        .map(|want| {
            let query = format!("count(increase({}[1d]) > 0)", want.selector);
            Some(desk.number(&Question::instant(query))?.is_some())
        })
        .collect();
    let moved: Vec<bool> = moved.into_iter().collect::<Option<_>>()?;
    Some(!moved.is_empty() && !moved.contains(&true))
}

/// What the SLI gives over a window; nothing while that is not known, or where it needs no question.
fn gives(scene: &Scene<'_>, window: Duration, desk: &mut Desk) -> Option<Gives> {
    let text = sli::measured(scene.subject, window)?;
    let count = |query: String| Question::instant(query);
    let numbers = desk.number(&count(format!("count(({text}) >= -Inf)")))?;
    if numbers.is_some() {
        return Some(Gives::Numbers);
    }
    let series = desk.number(&count(format!("count({text})")))?;
    Some(match series {
        Some(_) => Gives::NoNumber,
        None => Gives::Nothing,
    })
}
