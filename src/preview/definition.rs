//! What an SLO promises and when it alerts, as a reviewer wants to compare it.

use crate::base::Ratio;
use crate::model::Slo;
use crate::model::core::Core;
use crate::model::objective::Objective;
use crate::model::slo::WindowMode;
use crate::plan::threshold::Scale;
use crate::plan::{Plan, PlannedTier, Settings, link, no_data_tier, plan};

/// One state of one SLO.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// How much must be good.
    pub objective: Objective,
    /// Over which time, in words.
    pub period: String,
    /// The budget as time of complete failure in that period, in milliseconds.
    pub budget_ms: u64,
    /// Its alerts, in the order of the policy.
    pub alerts: Vec<Alert>,
}

/// An alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Its tier.
    pub tier: String,
    /// Its severity.
    pub severity: String,
    /// When it fires, in words.
    pub condition: String,
    /// Who is told, where that is known.
    pub receivers: Vec<String>,
    /// The link to the runbook, where there is one.
    pub runbook: Option<String>,
}

impl Definition {
    /// What `slo` says under `settings`.
    pub fn of(slo: &Slo, settings: &Settings) -> Definition {
        let plan = plan(slo, WindowMode::Recorded);
        let alert = |tier: &str, severity: &str, condition: String| Alert {
            condition,
            receivers: receivers(slo, settings, severity),
            runbook: link::runbook(slo, settings, tier, severity),
            tier: tier.to_string(),
            severity: severity.to_string(),
        };
        let burns = plan.tiers.iter().map(|planned| {
            let tier = planned.tier;
            let condition = condition(&plan, planned);
            alert(tier.name.as_str(), tier.severity.as_str(), condition)
        });
        let mut alerts: Vec<Alert> = burns.collect();
        if let (Some(no_data), false) = (&slo.policy.no_data, plan.tiers.is_empty()) {
            let condition = format!("no data for {}", no_data.after);
            let tier = no_data_tier();
            alerts.push(alert(tier.as_str(), no_data.severity.as_str(), condition));
        }
        Definition {
            objective: slo.objective,
            period: match &slo.calendar {
                Some(calendar) => format!("{} of {}", calendar.unit, calendar.time_zone),
                None => slo.period.to_string(),
            },
            budget_ms: slo.objective.budget_ms(slo.period),
            alerts,
        }
    }
}

fn receivers(slo: &Slo, settings: &Settings, severity: &str) -> Vec<String> {
    let team = slo
        .owner
        .as_ref()
        .and_then(|owner| settings.roster.teams.get(owner));
    let notify = team.into_iter().flat_map(|team| &team.notify);
    let told = notify.filter(|(name, _)| name.as_str() == severity);
    told.flat_map(|(_, receivers)| receivers)
        .map(|receiver| receiver.value.to_string())
        .collect()
}

/// Such as `error ratio > 1.44 % over 1h and over 5m, at least 5 errors`.
fn condition(plan: &Plan<'_>, planned: &PlannedTier<'_>) -> String {
    let (slo, tier) = (plan.slo, planned.tier);
    let theta = planned.threshold.theta * Ratio::whole(100);
    if !planned.can_fire() {
        return format!("error ratio > {theta} %, which can never be");
    }
    let (long, short) = (tier.long, tier.short);
    let mut text = format!("error ratio > {theta} % over {long} and over {short}");
    if let Scale::Remaining { floor } = planned.threshold.scale {
        text.push_str(&format!(", down to {} % as the budget goes", theta * floor));
    }
    let least = match &slo.core {
        Core::Events { .. } => format!("{} errors", slo.policy.min_errors),
        Core::Slices { .. } => format!("{} bad", slo.policy.min_bad),
    };
    text.push_str(&format!(", at least {least}"));
    if let Some(confidence) = slo.policy.confidence {
        text.push_str(&format!(", at {} % confidence", confidence.percent));
    }
    if let Some(hold) = tier.hold {
        text.push_str(&format!(", for {hold}"));
    }
    if let Some(keep) = tier.keep_firing_for {
        text.push_str(&format!(", keeps firing for {keep}"));
    }
    text
}
