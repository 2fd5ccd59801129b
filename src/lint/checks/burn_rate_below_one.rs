//! AL012: a tier that fires while the objective is kept.

use crate::base::Ratio;
use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::lint::subject::Subject;
use crate::lint::tiers::{Tiers, percent, period_place};
use crate::model::policy::Pace;
use crate::plan::PlannedTier;

const AL012: Code = Code {
    id: "AL012",
    name: "burn-rate-below-one",
    level: Level::Warning,
};

pub static CHECK: Check = Check {
    code: AL012,
    finds: "A tier with a burn rate below 0.9. A policy that is made for 30 days has 0.93 where the period is 28 days; \
            that is close enough to 1.",
    why: "At a burn rate of 1 the budget lasts exactly as long as the period: below it the objective is kept, and \
          the alert has nobody to call. It comes from windows that are long for the period: 10 % of the budget in 3d is a \
          burn rate of 1 in 30 days, and of 0.23 in 7 days, where such a tier fires nearly all the time.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    period: 7d
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
"#,
    instead: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    period: 7d
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
    alerting:
      tiers:
        - {name: fast, severity: page, budget: 8%, long: 1h}
        - {name: steady, severity: page, budget: 15%, long: 6h}
        - {name: slow, severity: ticket, burn_rate: 1, long: 1d}
"#,
    options: None,
    ask: Ask::Slo(find),
};

/// A tenth below 1.
fn burn_rate_min() -> Ratio {
    Ratio::new(9, 10)
}

fn find(subject: &Subject<'_>, findings: &mut Findings) {
    let slo = subject.slo;
    let tiers = Tiers::of(subject, |planned| planned.tier.burn_rate < burn_rate_min());
    let own = tiers.own.iter().copied();
    // A burn rate that is written as such is too low for every SLO; one that follows the period, for this one.
    let literal = tiers.shared.iter().filter(|planned| is_literal(planned));
    let literal = literal.filter_map(|planned| Some((planned.tier.place?, *planned)));
    for (place, planned) in own.chain(literal) {
        let title = format!(
            "tier `{}` fires while the objective is kept",
            planned.tier.name
        );
        findings.push(explained(
            subject,
            Finding::new(AL012, place.pace, title),
            planned,
        ));
    }
    let mut derived = tiers;
    derived.shared.retain(|planned| !is_literal(planned));
    if let Some(first) = derived.shared.first() {
        let title = format!(
            "{} of policy `{}` {} while the objective is kept",
            derived.shared_names(),
            slo.policy.name,
            derived.shared_fire()
        );
        let mut finding = Finding::new(AL012, period_place(slo), title);
        if let Some(place) = first.tier.place {
            finding = finding.also(place.pace, "the pace of the tier");
        }
        findings.push(explained(subject, finding, first));
    }
}

fn is_literal(planned: &PlannedTier<'_>) -> bool {
    matches!(planned.tier.pace, Pace::BurnRate(_))
}

fn explained(subject: &Subject<'_>, finding: Finding, planned: &PlannedTier<'_>) -> Finding {
    let (tier, period) = (planned.tier, subject.slo.period);
    let rate = tier.burn_rate.round_to(4);
    let label = match tier.pace {
        Pace::BurnRate(_) => format!(
            "{} of what the objective allows is enough",
            percent(tier.burn_rate)
        ),
        Pace::Budget(share) => format!(
            "{} of a {period} budget in {} is a burn rate of {rate}",
            percent(share),
            tier.long
        ),
        Pace::ExhaustsIn(time) => {
            format!("a {period} budget that is gone in {time} is a burn rate of {rate}")
        }
    };
    let finding = finding.label(label);
    match tier.pace {
        Pace::Budget(_) => finding.help(format!(
            "in {} a share of {} is a burn rate of 1; or write `burn_rate: 1`, or a shorter window",
            tier.long,
            percent(Ratio::of_durations(tier.long, period))
        )),
        Pace::BurnRate(_) | Pace::ExhaustsIn(_) => finding.help("write a burn rate of 1 or more"),
    }
}
