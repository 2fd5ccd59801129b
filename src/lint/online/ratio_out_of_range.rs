//! ON006: a share of errors below nought or above one.

use super::desk::Desk;
use super::presence::is_whole;
use super::scene::Scene;
use super::sli;
use crate::base::Duration;
use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::prometheus::Question;

pub(super) const ON006: Code = Code {
    id: "ON006",
    name: "ratio-out-of-range",
    level: Level::Error,
};

pub static CHECK: Check = Check {
    code: ON006,
    finds: "An SLI whose share of errors in an hour was below 0 or above 1 in the last seven days, by more than the tenth that \
            extrapolation can make. It is not asked where errors are selected among the events by `errors_where`.",
    why: "Errors that are no part of the events, good events that are counted twice or percentages in place of shares give a \
          budget that means nothing: it is overspent in a minute, or grows.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'orders_total{job="checkout"}', errors: 'http_errors_total{job="checkout"}'}}
"#,
    instead: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors: 'http_errors_total{job="checkout"}'}}
"#,
    options: None,
    ask: Ask::Server,
};

/// How far out of range a share may be: extrapolation treats errors and events apart.
const TOLERANCE: f64 = 0.1;
/// The step at which the last week is looked at: 28 looks at an hour each.
const STEP: Duration = Duration::hours(6);
/// The window of each look.
const WINDOW: Duration = Duration::hours(1);

pub(super) fn find(scenes: &[Scene<'_>], desk: &mut Desk, findings: &mut Findings) {
    for scene in scenes {
        if sli::is_bounded(scene.subject) || is_whole(scene, desk) != Some(true) {
            continue;
        }
        let Some(ratio) = sli::ratio(scene.subject, WINDOW) else {
            continue;
        };
        let extreme =
            |end: &str| Question::instant(format!("{end}({end}_over_time(({ratio})[7d:{STEP}]))"));
        let (least, most) = (desk.number(&extreme("min")), desk.number(&extreme("max")));
        let (Some(least), Some(most)) = (least, most) else {
            continue;
        };
        if let Some((said, value)) = out_of_range(least, most) {
            findings.push(described(scene, said, value));
        }
    }
}

/// The extreme that is out of range, and what it is.
fn out_of_range(least: Option<f64>, most: Option<f64>) -> Option<(&'static str, f64)> {
    let above = most
        .filter(|most| *most > 1.0 + TOLERANCE)
        .map(|most| ("up to", most));
    let below = least
        .filter(|least| *least < -TOLERANCE)
        .map(|least| ("down to", least));
    above.or(below)
}

fn described(scene: &Scene<'_>, said: &str, value: f64) -> Finding {
    let subject = scene.subject;
    let part = ["errors", "good", "query", "metric"]
        .into_iter()
        .find_map(|field| subject.query(field));
    let place = part.or(subject.queries.first());
    let span = place.map_or(subject.slo.places.name, |query| query.span());
    let finding = Finding::new(ON006, span, "the share of errors is not between 0 and 1").label(
        format!("in an hour of the last 7d it was {said} {}", short(value)),
    );
    let finding = match subject.query("events") {
        Some(events) if events.span() != span => finding.also(events.span(), "the events"),
        _ => finding,
    };
    match subject.slo.kind {
        "ratio" => finding.help(
            "count errors among the events, with `errors_where`, or make sure that each of them is counted in both",
        ),
        "gauge" => finding.help("a gauge is 1 when good and 0 when bad; compare others with `threshold`"),
        _ => finding.help("a share is expected: 0.01 where one in a hundred fails, not 1"),
    }
}

/// A number with as many digits as are worth reading.
fn short(value: f64) -> String {
    match value.abs() {
        size if size.is_infinite() => "infinity".to_string(),
        size if size < 10.0 => format!("{value:.2}"),
        _ => format!("{value:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extrapolation_is_not_held_against_a_ratio() {
        assert_eq!(out_of_range(Some(-0.05), Some(1.05)), None);
        assert_eq!(out_of_range(None, None), None);
        assert_eq!(out_of_range(Some(0.0), Some(1.2)), Some(("up to", 1.2)));
        assert_eq!(out_of_range(Some(-0.2), Some(0.5)), Some(("down to", -0.2)));
    }
}
