//! AL013: burn rates that spend the budget, and that no tier hears.

use crate::base::{Duration, Ratio};
use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::lint::subject::Subject;
use crate::lint::tiers::policy_place;
use crate::model::policy::{Extent, Pace};
use crate::plan::PlannedTier;
use crate::plan::threshold::Scale;
use crate::spec::scalar::DECIMAL;
use crate::spec::shape::{Object, Shape, defaulted};

const AL013: Code = Code {
    id: "AL013",
    name: "slow-burn-silent",
    level: Level::Warning,
};

pub static CHECK: Check = Check {
    code: AL013,
    finds: "A policy whose slowest tier has a burn rate above 3: below it the budget is spent in a third of the period, \
            and no tier fires.",
    why: "Fast tiers find outages. A slow leak, such as one request in a hundred that fails since the last deployment, \
          stays below all of them and spends the budget in days, and the first who hears of it is whoever reads the \
          monthly report. A ticket at a burn rate of 1 over some days costs little.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
    alerting:
      tiers:
        - {name: fast, severity: page, budget: 2%, long: 1h}
        - {name: steady, severity: page, budget: 5%, long: 6h}
"#,
    instead: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
    alerting:
      tiers:
        - {name: fast, severity: page, budget: 2%, long: 1h}
        - {name: steady, severity: page, budget: 5%, long: 6h}
        - {name: slow, severity: ticket, burn_rate: 1, long: 3d}
"#,
    options: Some(&OPTIONS),
    ask: Ask::Slo(find),
};

/// What this check can be told.
pub static OPTIONS: Object = Object {
    name: "the options of AL013",
    fields: &[defaulted(
        "burn_rate",
        Shape::Scalar(&DECIMAL),
        "3",
        "The highest burn rate that the slowest tier may have.",
    )],
    one_of: &[],
};

/// A budget that is gone in a third of the period.
const BURN_RATE_DEFAULT: Ratio = Ratio::whole(3);

fn find(subject: &Subject<'_>, findings: &mut Findings) {
    if subject.slo.policy.extent == Extent::Partial {
        return;
    }
    let most = subject
        .options(AL013)
        .and_then(|options| options.parse("burn_rate"))
        .map_or(BURN_RATE_DEFAULT, |rate| rate.value);
    let slowest = subject
        .plan
        .tiers
        .iter()
        .filter(|planned| planned.can_fire())
        .min_by_key(|planned| silent_below(planned));
    if let Some(slowest) = slowest.filter(|slowest| silent_below(slowest) > most) {
        findings.push(silent(subject, slowest));
    }
}

/// The burn rate below which a tier is silent; with `of: remaining` it falls as the budget is spent.
fn silent_below(planned: &PlannedTier<'_>) -> Ratio {
    match planned.threshold.scale {
        Scale::Fixed => planned.tier.burn_rate,
        Scale::Remaining { .. } => Ratio::ONE,
    }
}

fn silent(subject: &Subject<'_>, slowest: &PlannedTier<'_>) -> Finding {
    let slo = subject.slo;
    let (tier, period) = (slowest.tier, slo.period);
    let rate = tier.burn_rate.round_to(2);
    let title = format!(
        "a {period} budget can be spent in {} without any alert",
        part(period, tier.burn_rate)
    );
    let label = format!(
        "`{}` is the slowest tier, and is silent at burn rates up to {rate}",
        tier.name
    );
    let long = part(period, Ratio::whole(SLOW_SHARE));
    let finding = match tier.place {
        Some(place) if subject.owns(place.name) => Finding::new(AL013, place.pace, title),
        // What is written as a burn rate is too high for every SLO; what follows the period, for this one.
        Some(place) if matches!(tier.pace, Pace::BurnRate(_)) => {
            Finding::new(AL013, place.pace, title)
        }
        Some(place) => {
            Finding::new(AL013, policy_place(slo), title).also(place.pace, "the slowest tier")
        }
        None => Finding::new(AL013, policy_place(slo), title),
    };
    finding.label(label).help(format!(
        "add a slow tier, such as `{{name: slow, severity: ticket, burn_rate: 1, long: {long}}}`"
    ))
}

/// The part of the period that a slow tier looks back over: 3d of 30d.
const SLOW_SHARE: i128 = 10;

/// A part of a duration as people say it: in whole days, or in whole hours where it is less than one, and at least one.
fn part(period: Duration, of: Ratio) -> Duration {
    let whole = |unit: Duration| {
        let units = (Ratio::of_durations(period, unit) / of).floor();
        u64::try_from(units).unwrap_or(0)
    };
    match whole(Duration::days(1)) {
        0 => Duration::hours(whole(Duration::hours(1)).max(1)),
        days => Duration::days(days),
    }
}
