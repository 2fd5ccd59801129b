//! The alerts that the rules of an SLO can send: what they are called and which labels they carry.
//!
//! Rules are written with these labels and routes are proven with them, so that both speak of the same alerts.

use crate::base::Name;
use crate::base::naming;

use super::{Plan, Settings, no_data_tier};

/// An alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// What it is called.
    pub name: &'static str,
    /// Its tier; that of missing data is called `no-data`.
    pub tier: Name,
    /// Its severity.
    pub severity: Name,
    /// Its labels but `alertname` and those of its group, in the order in which they are written. Values of users' labels
    /// stand as the user wrote them.
    pub labels: Vec<(String, String)>,
}

/// Every alert of `plan`, that of missing data last.
pub fn alerts(plan: &Plan<'_>, settings: &Settings) -> Vec<Alert> {
    let burns = plan.tiers.iter().map(|planned| {
        let tier = planned.tier;
        let windows = [
            (naming::LONG, tier.long.to_string()),
            (naming::SHORT, tier.short.to_string()),
        ];
        alert(
            plan,
            settings,
            settings.naming.alert,
            (&tier.name, &tier.severity),
            &windows,
        )
    });
    let mut alerts: Vec<Alert> = burns.collect();
    if let (Some(no_data), false) = (&plan.slo.policy.no_data, plan.tiers.is_empty()) {
        let name = settings.naming.no_data_alert;
        let tier = (&no_data_tier(), &no_data.severity);
        alerts.push(alert(plan, settings, name, tier, &[]));
    }
    alerts
}

fn alert(
    plan: &Plan<'_>,
    settings: &Settings,
    name: &'static str,
    (tier, severity): (&Name, &Name),
    windows: &[(&str, String)],
) -> Alert {
    let slo = plan.slo;
    let mut labels = vec![
        (naming::SEVERITY.to_string(), severity.to_string()),
        (naming::SLO.to_string(), slo.id.to_string()),
        (naming::SERVICE.to_string(), slo.id.service.to_string()),
        (naming::NAME.to_string(), slo.id.name.to_string()),
        (naming::TIER.to_string(), tier.to_string()),
    ];
    if let Some(owner) = &slo.owner {
        labels.push((naming::OWNER.to_string(), owner.to_string()));
    }
    let said = settings.roster.severities.get(severity);
    if let Some(priority) = said.and_then(|severity| severity.priority) {
        labels.push((naming::PRIORITY.to_string(), priority.to_string()));
    }
    if let Some(response) = said.and_then(|severity| severity.response) {
        labels.push((naming::RESPONSE.to_string(), response.to_string()));
    }
    let windows = windows.iter();
    labels.extend(windows.map(|(name, value)| (name.to_string(), value.clone())));
    let own = slo.labels.iter();
    labels.extend(own.map(|(name, value)| (name.to_string(), value.clone())));
    Alert {
        name,
        tier: tier.clone(),
        severity: severity.clone(),
        labels,
    }
}
