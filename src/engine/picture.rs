//! What episodes look like, in words. Pure text; what each pager makes of it is `notify`.

use std::collections::BTreeMap;

use crate::base::{Name, spoken};
use crate::evaluate::{Contents, Decision};
use crate::model::SloId;

use super::book::{Entry, TierEntry};
use super::episode::Picture;
use super::input::GroupLook;

/// Longest value of a group's label in a title, in characters.
const VALUE_MAX_CHARS: usize = 60;

/// An error budget that burns: `firing` are the tiers of its severity that fire, by their places.
pub(super) fn burning(slo: &SloId, entry: &Entry, look: &GroupLook, firing: &[usize]) -> Picture {
    // The fastest tells what to hurry for.
    let first = firing.first().copied().unwrap_or(0);
    let telling = &entry.tellings[first];
    let whose = whose(slo, entry, look);
    let (long, short) = look.burns.get(first).copied().unwrap_or((None, None));
    let title = match long {
        Some(long) => format!(
            "{whose} burns its error budget {} times too fast",
            rate(long)
        ),
        None => format!("{whose} burns its error budget"),
    };
    let mut facts = Vec::new();
    if let Some(long) = long {
        facts.push((
            format!("burn rate over {}", telling.long),
            format!("{}x", rate(long)),
        ));
    }
    if let Some(short) = short {
        facts.push((
            format!("burn rate over {}", telling.short),
            format!("{}x", rate(short)),
        ));
    }
    let verdict = look.verdict.as_ref();
    let evidence = verdict.and_then(|verdict| verdict.tiers.get(first));
    if let Some(contents) = evidence.and_then(|tier| tier.evidence.long) {
        facts.push((format!("errors in {}", telling.long), counted(contents)));
    }
    if let Some(left) = look.left {
        facts.push(("budget left".to_string(), percent(left)));
    }
    let tiers: Vec<&str> = firing
        .iter()
        .map(|at| entry.tellings[*at].name.as_str())
        .collect();
    if !tiers.is_empty() {
        facts.push(("tiers".to_string(), tiers.join(", ")));
    }
    picture(entry, telling, look, title, facts)
}

/// Data that are missing.
pub(super) fn missing(slo: &SloId, entry: &Entry, telling: &TierEntry) -> Picture {
    let nobody = GroupLook {
        group: Default::default(),
        verdict: None,
        burns: Vec::new(),
        left: None,
    };
    let title = format!("{slo} has no data");
    let facts = vec![(
        "meaning".to_string(),
        "no series matches; nothing can be said of the objective".to_string(),
    )];
    picture(entry, telling, &nobody, title, facts)
}

/// An SLO that cannot be evaluated.
pub(super) fn blind(slo: &SloId, entry: &Entry, why: &str, blind_ms: i64) -> Picture {
    let telling = entry.tellings.first();
    let facts = vec![
        ("since".to_string(), ago(blind_ms)),
        ("reason".to_string(), why.to_string()),
        (
            "meaning".to_string(),
            "what fired is held, and nothing new can be noticed".to_string(),
        ),
    ];
    let mut picture = own(format!("{slo} is not being evaluated"), facts);
    if let Some(telling) = telling {
        let keep = ["slo", "slo_service", "slo_name", "owner"];
        let labels = telling.labels.iter();
        let labels = labels.filter(|(name, _)| keep.contains(&name.as_str()));
        picture
            .labels
            .extend(labels.map(|(name, value)| (name.clone(), value.clone())));
        picture.dashboard.clone_from(&telling.dashboard);
    }
    picture
}

/// Something of burnwatch itself.
pub(super) fn own(title: String, facts: Vec<(String, String)>) -> Picture {
    Picture {
        text: text(None, &facts),
        title,
        facts,
        labels: BTreeMap::from([("alertname".to_string(), "Burnwatch".to_string())]),
        runbook: None,
        dashboard: None,
    }
}

/// Why an episode of a severity is over, by what the tiers of that severity say now.
pub(super) fn why_over(entry: &Entry, look: &GroupLook, severity: &Name) -> String {
    let Some(verdict) = &look.verdict else {
        return "it is over".to_string();
    };
    let tiers = entry.tellings.iter().zip(&verdict.tiers);
    let mut of_it = tiers.filter(|(telling, _)| telling.severity == *severity);
    let Some((telling, tier)) = of_it.next() else {
        return "no tier has this severity any more".to_string();
    };
    match tier.judgement.decision {
        Decision::ShortBelow => {
            format!(
                "the burn rate over {} is below its threshold",
                telling.short
            )
        }
        Decision::FewErrors => format!("too few errors are left in {}", telling.long),
        Decision::LongBelow
        | Decision::NotArmed
        | Decision::NoBudget
        | Decision::Unknown
        | Decision::Burning
        | Decision::Sustaining
        | Decision::Missing => {
            format!("the burn rate over {} is below its threshold", telling.long)
        }
    }
}

fn picture(
    entry: &Entry,
    telling: &TierEntry,
    look: &GroupLook,
    title: String,
    facts: Vec<(String, String)>,
) -> Picture {
    let mut labels = telling.labels.clone();
    for (name, value) in entry.group_by.iter().zip(look.group.values()) {
        if !value.is_empty() {
            labels.insert(name.clone(), value.clone());
        }
    }
    Picture {
        title,
        text: text(entry.description.as_deref(), &facts),
        facts,
        labels,
        runbook: telling.runbook.clone(),
        dashboard: telling.dashboard.clone(),
    }
}

fn text(description: Option<&str>, facts: &[(String, String)]) -> String {
    let facts = facts.iter().map(|(name, value)| format!("{name}: {value}"));
    let lines: Vec<String> = facts.chain(description.map(str::to_string)).collect();
    lines.join("\n")
}

/// `checkout/availability` and the values of its group, the beginning of long ones.
fn whose(slo: &SloId, entry: &Entry, look: &GroupLook) -> String {
    let values = entry.group_by.iter().zip(look.group.values());
    let values: Vec<String> = values
        .map(|(name, value)| format!("{name}={}", cut(value)))
        .collect();
    match values.is_empty() {
        true => slo.to_string(),
        false => format!("{slo} ({})", values.join(", ")),
    }
}

fn cut(value: &str) -> String {
    match value.char_indices().nth(VALUE_MAX_CHARS) {
        None => value.to_string(),
        Some((end, _)) => format!("{}…", &value[..end]),
    }
}

/// A burn rate with as many digits as say something.
fn rate(rate: f64) -> String {
    match rate {
        rate if rate >= 100.0 => format!("{rate:.0}"),
        rate if rate >= 10.0 => format!("{rate:.1}"),
        rate => format!("{rate:.2}"),
    }
}

fn counted(contents: Contents) -> String {
    format!("{:.0} of {:.0}", contents.errors, contents.events)
}

/// A share in percent; below nothing where more was spent than there was.
fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

fn ago(ms: i64) -> String {
    spoken(ms.max(0).unsigned_abs())
}
