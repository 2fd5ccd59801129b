//! AL002: a tier that stays silent until half of everything fails.

use crate::base::Ratio;
use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::lint::subject::Subject;
use crate::lint::tiers::{Tiers, percent};
use crate::plan::PlannedTier;
use crate::plan::threshold::Scale;
use crate::spec::scalar::PERCENT;
use crate::spec::shape::{Object, Shape, defaulted};

const AL002: Code = Code {
    id: "AL002",
    name: "tier-needs-near-outage",
    level: Level::Warning,
};

pub static CHECK: Check = Check {
    code: AL002,
    finds: "A tier whose threshold, burn rate x (1 - objective), is 50 % or more, so that less than half of the events \
            must be good before it fires. A tier that can never fire is `AL001`.",
    why: "A partial outage is the usual one. With an objective of 95 % a burn rate of 14.4 is an error ratio of 72 %: \
          while two of three requests fail, this tier says nothing, and a slower one is awaited. The same share of the \
          budget over a longer window has a lower threshold.",
    example: r#"apiVersion: burnwatch/v1
service: search
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: latency
    objective: 95
    sli: {latency: {histogram: 'search_duration_seconds{job="search"}', threshold: 250ms}}
"#,
    instead: r#"apiVersion: burnwatch/v1
service: search
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: latency
    objective: 95
    sli: {latency: {histogram: 'search_duration_seconds{job="search"}', threshold: 250ms}}
    alerting:
      tiers:
        - {name: fast, severity: page, budget: 2%, long: 2h}
        - {name: steady, severity: page, budget: 5%, long: 6h}
        - {name: slow, severity: ticket, budget: 10%, long: 3d}
"#,
    options: Some(&OPTIONS),
    ask: Ask::Slo(find),
};

/// What this check can be told.
pub static OPTIONS: Object = Object {
    name: "the options of AL002",
    fields: &[defaulted(
        "threshold",
        Shape::Scalar(&PERCENT),
        "50",
        "The error ratio, in percent, from which on a threshold is too high.",
    )],
    one_of: &[],
};

/// Half of everything.
const THRESHOLD_DEFAULT: Ratio = Ratio::whole(50);

fn find(subject: &Subject<'_>, findings: &mut Findings) {
    let slo = subject.slo;
    let from = subject
        .options(AL002)
        .and_then(|options| options.text("threshold"))
        .and_then(|text| text.value.trim_end_matches('%').parse().ok())
        .unwrap_or(THRESHOLD_DEFAULT)
        / Ratio::whole(100);
    let tiers = Tiers::of(subject, |planned| {
        planned.threshold.theta >= from
            && planned.threshold.scale == Scale::Fixed
            && planned.can_fire()
    });
    for (place, planned) in &tiers.own {
        let title = format!(
            "tier `{}` fires only when more than {} of everything fails",
            planned.tier.name,
            percent(planned.threshold.theta)
        );
        let finding = Finding::new(AL002, place.pace, title).label(product(subject, planned));
        findings.push(helped(
            finding.also(slo.places.objective, "the objective"),
            planned,
        ));
    }
    // A policy that does not fit the objective at all is one fault.
    if Tiers::of(subject, |planned| !planned.can_fire())
        .shared
        .is_empty()
        && let Some(first) = tiers.shared.first()
    {
        let title = format!(
            "{} of policy `{}` {} only when more than {} of everything fails",
            tiers.shared_names(),
            slo.policy.name,
            tiers.shared_fire(),
            percent(least(&tiers.shared))
        );
        let mut finding =
            Finding::new(AL002, slo.places.objective, title).label(product(subject, first));
        if let Some(place) = first.tier.place {
            finding = finding.also(place.pace, "the pace of the tier");
        }
        findings.push(helped(finding, first));
    }
}

fn least(tiers: &[&PlannedTier<'_>]) -> Ratio {
    let thetas = tiers.iter().map(|planned| planned.threshold.theta);
    thetas.min().unwrap_or(Ratio::ONE)
}

fn product(subject: &Subject<'_>, planned: &PlannedTier<'_>) -> String {
    format!(
        "{} x {} = {}",
        planned.tier.burn_rate.round_to(4),
        subject.slo.objective.budget(),
        planned.threshold.theta.round_to(4)
    )
}

fn helped(finding: Finding, planned: &PlannedTier<'_>) -> Finding {
    finding.help(format!(
        "the same share of the budget over more than {} has a lower threshold: write tiers with longer windows",
        planned.tier.long
    ))
}
