//! ON010: a tier that fires as soon as its rules are there.

use super::desk::Desk;
use super::past::{groups, named, past};
use super::scene::Scene;
use crate::alert::State;
use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::evaluate::Group;
use crate::lint::check::{Ask, Check};
use crate::plan::PlannedTier;
use crate::replay::GroupPast;

pub(super) const ON010: Code = Code {
    id: "ON010",
    name: "burning-now",
    level: Level::Warning,
};

pub static CHECK: Check = Check {
    code: ON010,
    finds: "An SLO of which a tier fires now, as its definition is: once it is merged, somebody is told. With `group_by` the \
            first group is told.",
    why: "Whoever merges it pages the one who is on call, for something that may be weeks old. Either there is an incident, \
          and nobody knew; or the objective is not what the service does.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="one-in-ten-fails-now"}', errors_where: 'code=~"5.."'}}
"#,
    instead: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    alerting: {mode: observe, reason: "one in ten requests fails until the new cache is there"}
    sli: {ratio: {events: 'http_requests_total{job="one-in-ten-fails-now"}', errors_where: 'code=~"5.."'}}
"#,
    options: None,
    ask: Ask::Server,
};

/// A tier that fires, and the burn rate of its long window.
type Fires<'a> = (&'a PlannedTier<'a>, Option<f64>);

pub(super) fn find(scenes: &[Scene<'_>], desk: &mut Desk, findings: &mut Findings) {
    for scene in scenes {
        let Some(past) = past(scene, desk) else {
            continue;
        };
        let firing: Vec<(&Group, Vec<Fires<'_>>)> = groups(&past)
            .filter(|(_, of)| of.state == Some(State::Firing))
            .map(|(group, of)| (group, fires(scene, of)))
            .collect();
        if let Some((group, tiers)) = firing.first() {
            findings.push(described(scene, group, tiers, firing.len() - 1));
        }
    }
}

/// The tiers that fire at the end, in the order of the policy.
fn fires<'a>(scene: &'a Scene<'_>, of: &GroupPast) -> Vec<Fires<'a>> {
    let episodes = of.incidents.iter().map(|incident| &incident.episode);
    let firings = episodes.flat_map(|episode| &episode.firings);
    let now = firings.filter(|firing| firing.to_ms.is_none());
    let mut tiers: Vec<usize> = now.map(|firing| firing.tier).collect();
    tiers.sort_unstable();
    let burn = |tier: usize| of.tiers.get(tier).and_then(|now| now.long_burn);
    let tiers = tiers.into_iter();
    tiers
        .map(|tier| (&scene.subject.plan.tiers[tier], burn(tier)))
        .collect()
}

fn described(scene: &Scene<'_>, group: &Group, tiers: &[Fires<'_>], more: usize) -> Finding {
    let slo = scene.subject.slo;
    let names: Vec<String> = tiers
        .iter()
        .map(|(planned, _)| format!("`{}`", planned.tier.name))
        .collect();
    let (noun, verb) = match names.len() {
        1 => ("tier", "fires"),
        _ => ("tiers", "fire"),
    };
    let title = format!(
        "{noun} {} {verb} now{}",
        names.join(", "),
        named(slo, group)
    );
    let rates = tiers.iter().filter_map(|(planned, burn)| {
        let (tier, burn) = (planned.tier, (*burn)?);
        Some(format!("{burn:.1} over {}", tier.long))
    });
    let rates: Vec<String> = rates.collect();
    let severities: std::collections::BTreeSet<&str> = tiers
        .iter()
        .map(|(planned, _)| planned.tier.severity.as_str())
        .collect();
    let severities: Vec<&str> = severities.into_iter().collect();
    let finding = Finding::new(ON010, slo.places.name, title)
        .label(format!("burn rate {}", rates.join(", ")))
        .note(format!("once this is merged: {}", severities.join(", ")))
        .help("look whether there is an incident; else let it observe until the objective is met");
    match more {
        0 => finding,
        1 => finding.note("it fires for one more group"),
        more => finding.note(format!("it fires for {more} more groups")),
    }
}
