//! AL001: a tier whose threshold is beyond the worst that can happen.

use crate::base::Ratio;
use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::lint::subject::Subject;
use crate::plan::{PlannedTier, Reach};

const AL001: Code = Code {
    id: "AL001",
    name: "tier-can-never-fire",
    level: Level::Error,
};

pub static CHECK: Check = Check {
    code: AL001,
    finds: "A tier whose threshold, burn rate x (1 - objective), is 1 or more. No error ratio exceeds 1, so the tier \
            stays silent even when everything fails.",
    why: "The alert is there, it is reviewed, it is believed in, and it can never come. It happens when a policy that \
          was made for 99.9 % meets a low objective: a burn rate of 14.4 needs an objective above 93.06 %, 6 needs \
          83.34 %, 3 needs 66.67 %.",
    example: r#"apiVersion: burnwatch/v1
service: search
owner: payments
slos:
  - name: freshness
    objective: 92.5
    sli: {ratio: {events: 'index_updates_total{job="search"}', errors_where: 'result="late"'}}
"#,
    instead: r#"apiVersion: burnwatch/v1
service: search
owner: payments
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
    let never: Vec<&PlannedTier<'_>> = subject
        .plan
        .tiers
        .iter()
        .filter(|planned| planned.threshold.reach(planned.tier, Ratio::ONE) == Reach::Never)
        .collect();
    let (own, shared): (Vec<_>, Vec<_>) = never.into_iter().partition(|planned| {
        planned.tier.place.is_some_and(|place| place.name.source == slo.places.name.source)
    });
    let budget = slo.objective.budget();
    for planned in own {
        let place = planned.tier.place.map_or(slo.places.objective, |place| place.pace);
        let title = format!("tier `{}` can never fire", planned.tier.name);
        findings.push(explained(
            Finding::new(AL001, place, title)
                .label(beyond(planned, budget))
                .also(slo.places.objective, format!("the error budget is {budget}")),
            budget,
        ));
    }
    if let Some(first) = shared.first() {
        let names: Vec<String> =
            shared.iter().map(|planned| format!("`{}`", planned.tier.name)).collect();
        let (tiers, can) = match names.len() {
            1 => ("tier", "can"),
            _ => ("tiers", "can"),
        };
        let title = format!(
            "{tiers} {} of policy `{}` {can} never fire at this objective",
            names.join(" and "),
            slo.policy.name
        );
        let mut finding = Finding::new(AL001, slo.places.objective, title)
            .label(format!("the error budget is {budget}, and {}", beyond(first, budget)));
        if let Some(place) = first.tier.place {
            finding = finding.also(place.pace, "the pace of the tier");
        }
        findings.push(explained(finding, budget));
    }
}

fn beyond(planned: &PlannedTier<'_>, budget: Ratio) -> String {
    let (rate, theta) = (planned.tier.burn_rate, planned.threshold.theta);
    format!(
        "{} x {budget} = {}: an error ratio is at most 1",
        rate.round_to(4),
        theta.round_to(4)
    )
}

fn explained(finding: Finding, budget: Ratio) -> Finding {
    let fastest = (Ratio::ONE / budget).round_to(2);
    finding
        .note(format!("when everything fails, this SLO burns at {fastest} times its budget"))
        .help("lower the burn rate below that, raise the objective, or drop the tier")
}
