//! What an SLO means, as text by field: everything that shows in its rules, alerts or pages, and no place.
//!
//! A number that is derived stands as derived: a tier whose pace is named in another way means the same.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::model::core::{Core, Errors, Slices};
use crate::model::policy::{Mode, Of, Policy, Tier};
use crate::model::slo::{Runbook, WindowMode};
use crate::model::{Slo, SloId};
use crate::plan::Settings;
use crate::promql::Expr;

use super::canonical;

/// The name of a field, as a path through what users write: `objective`, `alerting.tiers.page-1h.burn_rate`.
pub type Field = Cow<'static, str>;

/// What an SLO means. Two SLOs with equal meanings differ at most in their names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Meaning(BTreeMap<Field, String>);

impl Meaning {
    /// What `slo` means under `settings`. Its name is not part of it.
    pub fn of(slo: &Slo, settings: &Settings) -> Meaning {
        let mut fields = BTreeMap::new();
        let mut put = |field: &'static str, text: Option<String>| {
            if let Some(text) = text {
                fields.insert(Cow::Borrowed(field), text);
            }
        };
        put("objective", Some(format!("{} %", slo.objective.percent())));
        put("period", Some(period(slo)));
        put("windows", Some(windows(slo).to_string()));
        put("group_by", group_by(slo));
        put("owner", slo.owner.as_ref().map(ToString::to_string));
        put(
            "description",
            slo.description
                .as_deref()
                .map(|text| text.trim().to_string()),
        );
        put("runbook", runbook(slo, settings));
        put(
            "expected_rate",
            slo.expected_per_hour.map(|rate| format!("{rate}/h")),
        );
        put("sli", Some(slo.kind.to_string()));
        put("rules.interval", Some(settings.interval.to_string()));
        put(
            "rules.scrape_interval",
            Some(settings.scrape_interval.to_string()),
        );
        put("rules.naming", Some(settings.naming.name.to_string()));
        put(
            "dashboard",
            settings.dashboard_url.as_ref().map(ToString::to_string),
        );
        put("alerting.mode", Some(mode(slo.mode).to_string()));
        put("alerting.reason", slo.mode_reason.clone());
        for (name, value) in &slo.labels {
            fields.insert(format!("labels.{name}").into(), value.clone());
        }
        core(&slo.core, &mut fields);
        policy(&slo.policy, &slo.core, &mut fields);
        Meaning(fields)
    }

    /// The text of every field that the SLO has, in order.
    pub fn fields(&self) -> &BTreeMap<Field, String> {
        &self.0
    }

    /// The text of a field.
    pub fn get(&self, field: &str) -> Option<&str> {
        self.0.get(field).map(String::as_str)
    }
}

/// The SLOs of a state by name; where several have the same name, all of them, in order.
pub(super) fn by_name<'a>(
    slos: &'a [Slo],
    settings: &Settings,
) -> BTreeMap<&'a SloId, Vec<Meaning>> {
    let mut meanings: BTreeMap<&SloId, Vec<Meaning>> = BTreeMap::new();
    for slo in slos {
        meanings
            .entry(&slo.id)
            .or_default()
            .push(Meaning::of(slo, settings));
    }
    for same_name in meanings.values_mut() {
        same_name.sort();
    }
    meanings
}

fn period(slo: &Slo) -> String {
    match &slo.calendar {
        None => slo.period.to_string(),
        Some(calendar) => format!("calendar {} in {}", calendar.unit, calendar.time_zone),
    }
}

fn windows(slo: &Slo) -> &'static str {
    match slo.windows {
        WindowMode::Recorded => "recorded",
        WindowMode::Raw => "raw",
    }
}

fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Alert => "alert",
        Mode::TicketOnly => "ticket-only",
        Mode::Observe => "observe",
    }
}

fn group_by(slo: &Slo) -> Option<String> {
    let mut labels: Vec<&str> = slo.group_by.iter().map(|label| label.as_str()).collect();
    labels.sort_unstable();
    (!labels.is_empty()).then(|| labels.join(", "))
}

/// The link to it, where it is a file and the workspace says how files become links.
fn runbook(slo: &Slo, settings: &Settings) -> Option<String> {
    match (slo.runbook.as_ref()?, &settings.runbook_url) {
        (Runbook::Url(url), _) => Some(url.trim().to_string()),
        (Runbook::File(path), None) => Some(path.clone()),
        (Runbook::File(path), Some(link)) => Some(format!("{path} at {link}")),
    }
}

fn core(core: &Core, fields: &mut BTreeMap<Field, String>) {
    let mut put = |field: &'static str, text: String| {
        fields.insert(Cow::Borrowed(field), text);
    };
    let text = |expr: &Expr| canonical::text(expr);
    match core {
        Core::Events { events, errors } => {
            put("sli.events", text(events));
            match errors {
                Errors::Counted(errors) => put("sli.errors", text(errors)),
                Errors::Remaining(good) => put("sli.good", text(good)),
            }
        }
        Core::Slices { source, slice } => {
            put("sli.slice", slice.to_string());
            match source {
                Slices::Samples { known, bad } => {
                    put("sli.known", text(known));
                    put("sli.bad", text(bad));
                }
                Slices::Condition(bad) => put("sli.bad_when", text(bad)),
                Slices::Ratio(ratio) => put("sli.error_ratio", text(ratio)),
            }
        }
    }
}

fn policy(policy: &Policy, core: &Core, fields: &mut BTreeMap<Field, String>) {
    let mut put = |field: &'static str, text: Option<String>| {
        if let Some(text) = text {
            fields.insert(Cow::Borrowed(field), text);
        }
    };
    put("alerting.policy", Some(policy.name.clone()));
    // Only the guard of what the SLO counts is asked.
    match core {
        Core::Events { .. } => put("alerting.min_errors", Some(policy.min_errors.to_string())),
        Core::Slices { .. } => put("alerting.min_bad", Some(policy.min_bad.to_string())),
    }
    put(
        "alerting.confidence",
        policy.confidence.map(|c| format!("{} %", c.percent)),
    );
    let no_data = policy.no_data.as_ref();
    put(
        "alerting.no_data",
        no_data.map(|n| format!("{} after {}", n.severity, n.after)),
    );
    for tier in &policy.tiers {
        tier_fields(tier, fields);
    }
}

fn tier_fields(tier: &Tier, fields: &mut BTreeMap<Field, String>) {
    let mut put = |field: &str, text: Option<String>| {
        if let Some(text) = text {
            fields.insert(format!("alerting.tiers.{}.{field}", tier.name).into(), text);
        }
    };
    let of = match tier.of {
        Of::Full => "full",
        Of::Remaining => "remaining",
    };
    put("severity", Some(tier.severity.to_string()));
    put("burn_rate", Some(tier.burn_rate.to_string()));
    put("of", Some(of.to_string()));
    put("long", Some(tier.long.to_string()));
    put("short", Some(tier.short.to_string()));
    put("for", tier.hold.map(|hold| hold.to_string()));
    put(
        "keep_firing_for",
        tier.keep_firing_for.map(|keep| keep.to_string()),
    );
}
