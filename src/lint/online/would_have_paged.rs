//! ON011: how often somebody would have been woken.

use super::desk::Desk;
use super::past::{REPLAYED, groups, named, past};
use super::scene::Scene;
use crate::base::spoken;
use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::evaluate::Group;
use crate::lint::check::{Ask, Check};
use crate::replay::Incident;

pub(super) const ON011: Code = Code {
    id: "ON011",
    name: "would-have-paged",
    level: Level::Info,
};

pub static CHECK: Check = Check {
    code: ON011,
    finds: "An SLO that would have woken somebody in the last 30 days, as its definition is: how often, and when it was \
            worst. Looked at in steps of five minutes. What fires still is another check's.",
    why: "What an alert will do is easiest judged by what it would have done. Nights that everybody remembers should be \
          among these; nights that nobody remembers are false alarms to come.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="failed-on-tuesday-night"}', errors_where: 'code=~"5.."'}}
"#,
    instead: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99
    sli: {ratio: {events: 'http_requests_total{job="failed-on-tuesday-night"}', errors_where: 'code=~"5.."'}}
"#,
    options: None,
    ask: Ask::Server,
};

/// So many of them are told, the worst first.
const TOLD_MAX: usize = 3;

pub(super) fn find(scenes: &[Scene<'_>], desk: &mut Desk, findings: &mut Findings) {
    for scene in scenes {
        let Some(past) = past(scene, desk) else {
            continue;
        };
        let roster = &scene.subject.settings.roster;
        let mut pages: Vec<(&Group, &Incident, i64)> = Vec::new();
        for (group, of) in groups(&past) {
            for incident in &of.incidents {
                let episode = &incident.episode;
                if let (Some(resolved_ms), true) =
                    (episode.resolved_ms, roster.wakes(&episode.severity))
                {
                    pages.push((group, incident, resolved_ms));
                }
            }
        }
        if !pages.is_empty() {
            let spent = |incident: &Incident| incident.spent.unwrap_or(0.0);
            pages.sort_by(|a, b| spent(b.1).total_cmp(&spent(a.1)));
            findings.push(described(scene, &pages));
        }
    }
}

fn described(scene: &Scene<'_>, pages: &[(&Group, &Incident, i64)]) -> Finding {
    let slo = scene.subject.slo;
    let often = match pages.len() {
        1 => "once".to_string(),
        2 => "twice".to_string(),
        times => format!("{times} times"),
    };
    let title = format!("this would have woken somebody {often} in the last {REPLAYED}");
    let told = pages.iter().take(TOLD_MAX);
    let mut finding = Finding::new(ON011, slo.places.name, title).label("as it is written now");
    for (group, incident, resolved_ms) in told {
        finding = finding.note(line(scene, group, incident, *resolved_ms));
    }
    match pages.len().saturating_sub(TOLD_MAX) {
        0 => finding,
        more => finding.note(format!("{more} more cost less of the budget")),
    }
}

/// `2026-01-30 02:40 UTC for 25 min: page-1h, burn rate up to 100, 12 % of the budget`.
fn line(scene: &Scene<'_>, group: &Group, incident: &Incident, resolved_ms: i64) -> String {
    let slo = scene.subject.slo;
    let episode = &incident.episode;
    let lasted_ms = (resolved_ms - episode.opened_ms).max(0) as u64;
    let opened = match jiff::Timestamp::from_millisecond(episode.opened_ms) {
        Ok(at) => at.strftime("%Y-%m-%d %H:%M UTC").to_string(),
        Err(_) => format!("{} ms", episode.opened_ms),
    };
    let tiers: std::collections::BTreeSet<usize> =
        episode.firings.iter().map(|firing| firing.tier).collect();
    let names: Vec<&str> = tiers
        .into_iter()
        .map(|tier| scene.subject.plan.tiers[tier].tier.name.as_str())
        .collect();
    let spent = match incident.spent {
        Some(spent) => format!(", {:.1} % of the budget", spent * 100.0),
        None => String::new(),
    };
    format!(
        "{opened} for {}{}: {}, burn rate up to {:.1}{spent}",
        spoken(lasted_ms),
        named(slo, group),
        names.join(", "),
        incident.burn_max
    )
}
