//! AL001: a tier whose threshold is beyond the worst that can happen.

use crate::base::{Duration, Ratio};
use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::lint::subject::Subject;
use crate::lint::tiers::{Tiers, policy_place};
use crate::model::core::{Core, Slices};
use crate::plan::PlannedTier;
use crate::plan::threshold::Scale;

const AL001: Code = Code {
    id: "AL001",
    name: "tier-can-never-fire",
    level: Level::Error,
};

pub static CHECK: Check = Check {
    code: AL001,
    finds: "A tier whose threshold, burn rate x (1 - objective), is 1 or more: no error ratio exceeds 1, so it stays silent \
            even when everything fails. Of an SLI that counts time, also a tier whose long window cannot hold `min_bad`, or \
            is too short for `confidence`.",
    why: "The alert is there, it is reviewed, it is believed in, and it can never come. It happens when a policy that \
          was made for 99.9 % meets a low objective: a burn rate of 14.4 needs an objective above 93.06 %, 6 needs \
          83.34 %, 3 needs 66.67 %.",
    example: r#"apiVersion: burnwatch/v1
service: search
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: freshness
    objective: 92.5
    sli: {ratio: {events: 'index_updates_total{job="search"}', errors_where: 'result="late"'}}
"#,
    instead: r#"apiVersion: burnwatch/v1
service: search
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: freshness
    objective: 92.5
    sli: {ratio: {events: 'index_updates_total{job="search"}', errors_where: 'result="late"'}}
    alerting:
      tiers:
        - {name: fast, severity: page, burn_rate: 6, long: 2h}
        - {name: slow, severity: ticket, burn_rate: 1, long: 3d}
"#,
    options: None,
    ask: Ask::Slo(find),
};

fn find(subject: &Subject<'_>, findings: &mut Findings) {
    let slo = subject.slo;
    let tiers = Tiers::of(subject, |planned| !planned.can_fire());
    let budget = slo.objective.budget();
    for (place, planned) in &tiers.own {
        let title = format!("tier `{}` can never fire", planned.tier.name);
        let finding = Finding::new(AL001, place.pace, title)
            .label(beyond(planned, budget))
            .also(
                slo.places.objective,
                format!("the error budget is {budget}"),
            );
        findings.push(explained(finding, planned, budget));
    }
    if let Some(first) = tiers.shared.first() {
        let title = format!(
            "{} of policy `{}` can never fire at this objective",
            tiers.shared_names(),
            slo.policy.name
        );
        let mut finding = Finding::new(AL001, slo.places.objective, title).label(format!(
            "the error budget is {budget}, and {}",
            beyond(first, budget)
        ));
        if let Some(place) = first.tier.place {
            finding = finding.also(place.pace, "the pace of the tier");
        }
        findings.push(explained(finding, first, budget));
    }
    guards(subject, findings);
}

fn beyond(planned: &PlannedTier<'_>, budget: Ratio) -> String {
    let (rate, theta) = (planned.tier.burn_rate, planned.threshold.theta);
    format!(
        "{} x {budget} = {}: an error ratio is at most 1",
        rate.round_to(4),
        theta.round_to(4)
    )
}

fn explained(finding: Finding, planned: &PlannedTier<'_>, budget: Ratio) -> Finding {
    let fastest = (Ratio::ONE / budget).round_to(2);
    let percent = Ratio::whole(100);
    let objective = percent - percent / planned.tier.burn_rate;
    finding
        .note(format!(
            "when everything fails, this SLO burns at {fastest} times its budget"
        ))
        .help(format!(
            "give the tier a burn rate below {fastest}, raise the objective above {}, or drop the tier",
            objective.round_to(2)
        ))
}

/// Guards that cannot be met in the long window, where it is known how much bad time that can hold: one slice more than fits,
/// since older servers count those at both ends.
fn guards(subject: &Subject<'_>, findings: &mut Findings) {
    let Core::Slices {
        source: Slices::Condition(_) | Slices::Ratio(_),
        slice,
    } = &subject.slo.core
    else {
        return;
    };
    let slice_s = Ratio::of_durations(*slice, Duration::from_ms(1_000));
    for planned in subject.plan.tiers.iter().filter(|t| t.can_fire()) {
        let long = planned.tier.long;
        let long_s = Ratio::of_durations(long, Duration::from_ms(1_000));
        let slices = Ratio::of_durations(long, *slice);
        let (label, help) = if subject.plan.bad_min > long_s + slice_s {
            (
                format!(
                    "{long} holds less than `min_bad`, which is {}",
                    subject.slo.policy.min_bad
                ),
                "lower `min_bad`, or lengthen the window",
            )
        } else if slices_needed(subject, planned)
            .is_some_and(|needed| slices + Ratio::ONE <= needed)
        {
            (
                format!(
                    "{long} holds {} slices of {slice}, too few for `confidence`",
                    slices.round_to(1)
                ),
                "lower `confidence`, or lengthen the window",
            )
        } else {
            continue;
        };
        let title = format!(
            "tier `{}` can never fire, not even when all time is bad",
            planned.tier.name
        );
        let finding = match planned.tier.place {
            Some(place) if subject.owns(place.name) => Finding::new(AL001, place.long, title),
            Some(place) => Finding::new(AL001, policy_place(subject.slo), title)
                .also(place.long, "the long window"),
            None => Finding::new(AL001, policy_place(subject.slo), title),
        };
        findings.push(finding.label(label).help(help));
    }
}

/// Slices that the guard by confidence needs more than, all of them bad: n (1 - theta) > z sqrt(theta (1 - theta) n).
fn slices_needed(subject: &Subject<'_>, planned: &PlannedTier<'_>) -> Option<Ratio> {
    let z = subject.slo.policy.confidence?.z;
    let theta = planned.threshold.theta;
    let guarded = planned.threshold.scale == Scale::Fixed && theta < Ratio::ONE;
    guarded.then(|| z * z * theta / (Ratio::ONE - theta))
}
