//! Whom to escalate to, as values of a template. Receivers are named; where their secrets are is nobody's business here.

use serde_json::{Value, json};

use crate::base::{Name, Spanned};
use crate::model::Slo;
use crate::model::roster::{OfficeHours, Roster, Team, Times, Weekday};

/// The team of an SLO; null where nobody owns it.
pub(super) fn team(slo: &Slo, roster: &Roster) -> Value {
    let Some(owner) = &slo.owner else {
        return Value::Null;
    };
    let nothing = json!({
        "name": owner.as_str(),
        "notify": [],
        "escalate": [],
        "fallback": null,
        "contacts": [],
        "office_hours": null,
        "silent": true,
    });
    roster
        .teams
        .get(owner)
        .map_or(nothing, |team| known(owner, team, roster))
}

fn known(owner: &Name, team: &Team, roster: &Roster) -> Value {
    let list = |names: &[Spanned<Name>]| {
        let shown = names.iter().map(|name| receiver(&name.value, roster));
        shown.collect::<Vec<String>>().join(", ")
    };
    let notify = team
        .notify
        .iter()
        .map(|(severity, names)| json!({"severity": severity.as_str(), "receivers": list(names)}));
    let steps = team
        .escalate
        .iter()
        .map(|step| json!({"after": step.after.to_string(), "receivers": list(&step.notify)}));
    let contacts = team
        .contacts
        .iter()
        .map(|(name, value)| json!({"name": name.as_str(), "value": value}));
    let silent = team.notify.is_empty() && team.escalate.is_empty() && team.contacts.is_empty();
    json!({
        "name": owner.as_str(),
        "notify": notify.collect::<Vec<Value>>(),
        "escalate": steps.collect::<Vec<Value>>(),
        "fallback": (!team.fallback.is_empty()).then(|| list(&team.fallback)),
        "contacts": contacts.collect::<Vec<Value>>(),
        "office_hours": team.office_hours.as_ref().map(hours),
        "silent": silent,
    })
}

/// `pagerduty-payments (pagerduty)`.
fn receiver(name: &Name, roster: &Roster) -> String {
    match roster.receivers.get(name) {
        Some(receiver) => format!("`{name}` ({})", receiver.pager.kind()),
        None => format!("`{name}`"),
    }
}

/// `monday to friday, 09:00 to 17:00, Europe/Berlin`.
fn hours(hours: &OfficeHours) -> String {
    let zone = &hours.time_zone;
    match &hours.times {
        Times::Weekly { days, from, to } => {
            format!("{}, {from} to {to}, {zone}", self::days(days))
        }
        Times::Once { from, to } => format!("{from} to {to}, {zone}"),
    }
}

fn days(days: &[Weekday]) -> String {
    let run = days.windows(2).all(|pair| pair[0].next() == pair[1]);
    match days {
        [first, _, .., last] if run => format!("{first} to {last}"),
        days => {
            let names: Vec<String> = days.iter().map(Weekday::to_string).collect();
            names.join(", ")
        }
    }
}
