//! When an alert fires. The condition is in counts, never a ratio: without traffic it is `0 > 0`, which is false.

use std::fmt::Write;

use crate::base::{Duration, Ratio};
use crate::model::policy::{Confidence, NoData};
use crate::plan::alert::Alert;
use crate::plan::naming;
use crate::plan::threshold::Scale;
use crate::plan::windows::TILE_LOOKBACK;
use crate::plan::{self, Plan, PlannedTier, Settings};

use super::annotation;
use super::series::Writer;
use super::{Rule, RuleKind};

/// Room for a condition, in bytes; more is found when it is needed.
const CONDITION_BYTES: usize = 896;

/// The alerting rules of `plan`.
pub(super) fn rules(plan: &Plan<'_>, settings: &Settings) -> Vec<Rule> {
    let mut alerts = plan::alert::alerts(plan, settings).into_iter();
    let burns = plan.tiers.iter().zip(alerts.by_ref());
    let mut rules: Vec<Rule> = burns
        .map(|(tier, alert)| burn(plan, tier, alert, settings))
        .collect();
    if let Some((no_data, alert)) = plan.slo.policy.no_data.as_ref().zip(alerts.next()) {
        rules.push(missing(plan, no_data, alert, settings));
    }
    rules
}

fn burn(plan: &Plan<'_>, planned: &PlannedTier<'_>, alert: Alert, settings: &Settings) -> Rule {
    let tier = planned.tier;
    Rule {
        kind: RuleKind::Alert {
            name: alert.name.to_string(),
            hold: tier.hold,
            keep_firing_for: tier.keep_firing_for,
            annotations: annotation::burn(plan, planned, settings),
        },
        expr: condition(plan, planned, settings),
        labels: labels(alert),
    }
}

/// As they stand: Prometheus takes the labels of alerts for templates too. Only users can write braces.
fn labels(alert: Alert) -> Vec<(String, String)> {
    let literal = |(name, value): (String, String)| match value.contains("{{") {
        true => (name, annotation::literal(&value)),
        false => (name, value),
    };
    alert.labels.into_iter().map(literal).collect()
}

/// The condition of a tier: long window, short window, enough errors, and history where the short window is long.
pub fn condition(plan: &Plan<'_>, planned: &PlannedTier<'_>, settings: &Settings) -> String {
    let tier = planned.tier;
    let writer = Writer::new(plan, settings);
    let errors_long = writer.errors_series(tier.long);
    let threshold = |window: Duration| threshold(plan, planned, &writer, settings, window);
    let mut text = String::with_capacity(CONDITION_BYTES);
    text.push_str(&errors_long);
    text.push_str(" > ");
    text.push_str(&threshold(tier.long));
    text.push_str(&guard(plan, planned, &writer));
    text.push_str("\nand (");
    text.push_str(&writer.errors_series(tier.short));
    text.push_str(" > ");
    text.push_str(&threshold(tier.short));
    text.push_str(" or (");
    text.push_str(&writer.events_series(tier.short));
    let _ = write!(
        text,
        " < {} and on ({}) ",
        plan.nothing,
        identity(plan).join(", ")
    );
    text.push_str(&firing(plan, tier, settings));
    text.push_str("))\nand ");
    text.push_str(&errors_long);
    let _ = write!(text, " >= {}", plan.bad_min);
    if let Some(after) = planned.armed_after {
        // Judged for the whole SLO: a group value that is new in an old SLO is no reason to wait.
        let _ = write!(text, "\nand on ({}) last_over_time(", naming::SLO);
        text.push_str(&writer.events_series(crate::plan::windows::RAW_MAX));
        let _ = write!(text, "[{TILE_LOOKBACK}] offset {after})");
    }
    text
}

/// The labels that tell one alert of the SLO from another.
fn identity<'a>(plan: &'a Plan<'_>) -> Vec<&'a str> {
    std::iter::once(naming::SLO)
        .chain(plan.slo.group_by.iter().map(|l| l.as_str()))
        .collect()
}

/// Intervals beyond this look further back than instant queries do: since Prometheus 3 the sample of five minutes ago is just
/// out of sight.
const PLAIN_INTERVAL_MAX: Duration = Duration::minutes(4);

/// The alert of this tier at the last evaluation: it holds the tier while its short window is empty, and never starts it.
fn firing(plan: &Plan<'_>, tier: &crate::model::policy::Tier, settings: &Settings) -> String {
    let alerts = format!(
        "ALERTS{{alertname=\"{}\", alertstate=\"firing\", {}=\"{}\", {}=\"{}\"}}",
        settings.naming.alert,
        naming::SLO,
        plan.slo.id,
        naming::TIER,
        tier.name
    );
    match hold_back(settings.interval) {
        None => alerts,
        Some(back) => format!("last_over_time({alerts}[{back}])"),
    }
}

/// How far the hold term looks back at what fired, where that is more than the last evaluation.
pub fn hold_back(interval: Duration) -> Option<Duration> {
    (interval > PLAIN_INTERVAL_MAX).then(|| Duration::from_ms(interval.as_ms() * 2))
}

/// theta * events, where theta may shrink with the budget that is left.
fn threshold(
    plan: &Plan<'_>,
    planned: &PlannedTier<'_>,
    writer: &Writer<'_>,
    settings: &Settings,
    window: Duration,
) -> String {
    let theta = planned.threshold.theta;
    let events = writer.events_series(window);
    match planned.threshold.scale {
        Scale::Fixed => [&theta.to_string(), " * ", &events].concat(),
        Scale::Remaining { floor } => {
            let left = writer.series(settings.naming.budget_remaining, plan.slo.period);
            format!("{theta} * clamp({left}, {floor}, 1) * {events}")
        }
    }
}

/// The score test of a binomial share, one-sided: errors - theta * n > z * sqrt(theta * (1 - theta) * n), which is Wilson's
/// lower bound above theta, said without a division.
fn guard(plan: &Plan<'_>, planned: &PlannedTier<'_>, writer: &Writer<'_>) -> String {
    let theta = planned.threshold.theta;
    match plan.slo.policy.confidence {
        Some(Confidence { z, .. }) if theta < Ratio::ONE => {
            let variance = theta * (Ratio::ONE - theta) * plan.slo.core.quantum();
            format!(
                " + {z} * sqrt({variance} * {})",
                writer.events_series(planned.tier.long)
            )
        }
        Some(_) | None => String::new(),
    }
}

/// No series at all: never zero traffic, which is a series of zeros.
fn missing(plan: &Plan<'_>, no_data: &NoData, alert: Alert, settings: &Settings) -> Rule {
    let writer = Writer::new(plan, settings);
    let shortest = plan
        .windows
        .first()
        .expect("the period is a window")
        .length();
    Rule {
        kind: RuleKind::Alert {
            name: alert.name.to_string(),
            hold: Some(no_data.after),
            keep_firing_for: None,
            annotations: annotation::missing(plan, no_data, settings),
        },
        expr: format!("absent({})", writer.events_series(shortest)),
        labels: labels(alert),
    }
}
