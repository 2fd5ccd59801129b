//! Where an alert leads: to its runbook and its dashboard.

use crate::model::Slo;
use crate::model::slo::Runbook;

use super::Settings;

/// The link to the runbook, at the tier's section; nothing where there is no runbook, or where nothing says how one of the
/// workspace becomes a link.
pub fn runbook(slo: &Slo, settings: &Settings, tier: &str, severity: &str) -> Option<String> {
    match (&slo.runbook, &settings.runbook_url) {
        (Some(Runbook::Url(url)), _) => Some(url.trim().to_string()),
        (Some(Runbook::File(_)), Some(template)) => {
            let id = slo.id.to_string();
            Some(template.fill(|place| value(slo, &id, tier, severity, place)))
        }
        (Some(Runbook::File(_)), None) | (None, _) => None,
    }
}

/// The link to the dashboard.
pub fn dashboard(slo: &Slo, settings: &Settings, tier: &str, severity: &str) -> Option<String> {
    let id = slo.id.to_string();
    let template = settings.dashboard_url.as_ref()?;
    Some(template.fill(|place| value(slo, &id, tier, severity, place)))
}

fn value<'a>(slo: &'a Slo, id: &'a str, tier: &'a str, severity: &'a str, place: &str) -> &'a str {
    match place {
        "service" => slo.id.service.as_str(),
        "slo" => slo.id.name.as_str(),
        "id" => id,
        "tier" => tier,
        "severity" => severity,
        "owner" => slo.owner.as_ref().map_or("", |owner| owner.as_str()),
        other => unreachable!("`{other}` is no place of a URL"),
    }
}
