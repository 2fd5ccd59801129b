//! AL011: windows with too few events for their tier.

use crate::base::{Duration, Ratio};
use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::lint::subject::Subject;
use crate::lint::tiers::Tiers;
use crate::model::core::Core;
use crate::plan::PlannedTier;

use super::budget_below_resolution;

const AL011: Code = Code {
    id: "AL011",
    name: "traffic-too-low",
    level: Level::Warning,
};

pub static CHECK: Check = Check {
    code: AL011,
    finds: "A tier whose long window holds, at the `expected_rate`, fewer events than `min_errors` or than `confidence` \
            needs, so that it stays silent even when all of them fail; and one that a single error makes fire, since \
            `min_errors` is below 2 and the threshold is less than one event.",
    why: "With ten requests an hour, one failure is an error ratio of 10 % for an hour: a burn rate of 100 at 99.9 %. \
          `min_errors` keeps that from paging, and where it asks for more than there are, it keeps everything from \
          paging. What helps is longer windows, a probe that makes traffic, or several small services in one SLO.",
    example: r#"apiVersion: burnwatch/v1
service: partner-api
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99
    expected_rate: 3/h
    sli: {ratio: {events: 'http_requests_total{job="partner-api"}', errors_where: code=~"5.."}}
"#,
    instead: r#"apiVersion: burnwatch/v1
service: partner-api
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99
    expected_rate: 3/h
    sli: {ratio: {events: 'http_requests_total{job="partner-api"}', errors_where: code=~"5.."}}
    alerting:
      min_errors: 3
      tiers:
        - {name: outage, severity: page, budget: 20%, long: 6h}
        - {name: slow, severity: ticket, budget: 20%, long: 3d}
"#,
    options: None,
    ask: Ask::Slo(find),
};

fn find(subject: &Subject<'_>, findings: &mut Findings) {
    let slo = subject.slo;
    let countable = matches!(slo.core, Core::Events { .. }) && slo.expected_per_hour.is_some();
    // Where the budget itself is below one event, that is the fault.
    if !countable || budget_below_resolution::speaks(subject) {
        return;
    }
    let silent = Tiers::of(subject, |planned| {
        planned.can_fire() && is_silent(subject, planned)
    });
    let jumpy = Tiers::of(subject, |planned| {
        planned.can_fire() && !is_silent(subject, planned) && is_jumpy(subject, planned)
    });
    findings.extend(first(&silent).map(|planned| said(subject, &silent, planned, Fault::Silent)));
    findings.extend(first(&jumpy).map(|planned| said(subject, &jumpy, planned, Fault::Jumpy)));
}

#[derive(Clone, Copy)]
enum Fault {
    Silent,
    Jumpy,
}

/// Events that are expected in the long window.
fn events(subject: &Subject<'_>, planned: &PlannedTier<'_>) -> Ratio {
    let hours = Ratio::of_durations(planned.tier.long, Duration::hours(1));
    subject.expected(hours).unwrap_or(Ratio::ZERO)
}

/// Whether the tier is silent although all events fail.
fn is_silent(subject: &Subject<'_>, planned: &PlannedTier<'_>) -> bool {
    let events = events(subject, planned);
    events < subject.plan.bad_min || needed(subject, planned).is_some_and(|needed| events <= needed)
}

/// Events that the guard by confidence needs more than, all of them errors: n (1 - theta) > z sqrt(theta (1 - theta) n).
fn needed(subject: &Subject<'_>, planned: &PlannedTier<'_>) -> Option<Ratio> {
    let z = subject.slo.policy.confidence?.z;
    let theta = planned.threshold.theta;
    (theta < Ratio::ONE).then(|| z * z * theta / (Ratio::ONE - theta))
}

/// Whether one error alone makes the tier fire.
fn is_jumpy(subject: &Subject<'_>, planned: &PlannedTier<'_>) -> bool {
    subject.slo.policy.min_errors < 2
        && subject.slo.policy.confidence.is_none()
        && planned.threshold.theta * events(subject, planned) < Ratio::ONE
}

fn first<'s, 'a>(tiers: &Tiers<'s, 'a>) -> Option<&'s PlannedTier<'a>> {
    let own = tiers.own.first().map(|(_, planned)| *planned);
    own.or(tiers.shared.first().copied())
}

fn said(
    subject: &Subject<'_>,
    tiers: &Tiers<'_, '_>,
    first: &PlannedTier<'_>,
    fault: Fault,
) -> Finding {
    let slo = subject.slo;
    let names = tiers.names();
    let all = tiers.own.len() + tiers.shared.len();
    let verb = |one: &'static str, several: &'static str| if all == 1 { one } else { several };
    let events = events(subject, first).round_to(1);
    let plural = if events == Ratio::ONE { "" } else { "s" };
    let expected = format!("{events} event{plural} in {}", first.tier.long);
    let (title, label, help) = match fault {
        Fault::Silent => (
            format!(
                "{names} {} silent at this traffic, even when everything fails",
                verb("stays", "stay")
            ),
            match slo.policy.confidence {
                Some(confidence) if subject.plan.bad_min <= events => format!(
                    "{expected} are too few for a confidence of {} %",
                    confidence.percent
                ),
                Some(_) | None => {
                    format!("{expected}, and `min_errors` is {}", slo.policy.min_errors)
                }
            },
            "use tiers with longer windows, lower `min_errors`, or add traffic by a probe",
        ),
        Fault::Jumpy => (
            format!(
                "at this traffic a single error makes {names} {}",
                verb("fire", "fire")
            ),
            format!(
                "{expected}, of which {} may fail",
                (first.threshold.theta * events).round_to(3)
            ),
            "use tiers with longer windows, or raise `min_errors`",
        ),
    };
    let place = slo.places.expected_rate.unwrap_or(slo.places.name);
    let finding = Finding::new(AL011, place, title).label(label).help(help);
    match first.tier.place {
        Some(place) => finding.also(
            place.long,
            format!("the long window of `{}`", first.tier.name),
        ),
        None => finding,
    }
}
