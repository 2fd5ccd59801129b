//! The book of a workspace: made of plans, so that the daemon tells of what rules would.

use std::collections::BTreeMap;

use crate::alert::Tiers;
use crate::base::Name;
use crate::model::roster::Pager;
use crate::model::{Slo, SloId};
use crate::notify::{Budget, Cadence, Identity, Key};
use crate::outbox::LaneId;
use crate::plan::alert::{Alert, alerts};
use crate::plan::{Plan, Settings, link};
use crate::routing::dependency::dependency;

use super::book::{Book, Entry, LaneEntry, Limits, TierEntry};

/// So many digits mark the settings of a receiver.
const MARK_DIGITS: usize = 8;

/// What a pager is like.
pub type Manners = (Identity, Budget, Cadence);

/// What the daemon is told about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    /// What sets its incidents apart from those of others.
    pub namespace: String,
    /// The team that answers for it.
    pub owner: Option<Name>,
    /// How long things may take.
    pub limits: Limits,
}

impl Book {
    /// The book of these SLOs. `manners` says what the pagers of receivers are like.
    pub fn of(
        plans: &[Plan<'_>],
        settings: &Settings,
        own: Own,
        manners: impl Fn(&Pager) -> Manners,
    ) -> Book {
        let slos: Vec<&Slo> = plans.iter().map(|plan| plan.slo).collect();
        let entries = plans.iter();
        let entries = entries.map(|plan| (plan.slo.id.clone(), entry(plan, settings, &slos)));
        let receivers = settings.roster.receivers.iter();
        let lanes = receivers.map(|(name, receiver)| {
            let (identity, budget, cadence) = manners(&receiver.pager);
            let entry = LaneEntry {
                receiver: name.clone(),
                pager: receiver.pager.clone(),
                identity,
                budget,
                cadence,
            };
            (LaneId::new(name.as_str(), &mark(&receiver.pager)), entry)
        });
        Book {
            namespace: own.namespace,
            slos: entries.collect(),
            lanes: lanes.collect(),
            roster: (*settings.roster).clone(),
            owner: own.owner,
            limits: own.limits,
        }
    }
}

/// The same for the same settings.
fn mark(pager: &Pager) -> String {
    let settings = serde_json::to_string(pager).expect("settings are texts and numbers");
    Key::of([settings.as_str()]).as_str()[..MARK_DIGITS].to_string()
}

fn entry(plan: &Plan<'_>, settings: &Settings, slos: &[&Slo]) -> Entry {
    let slo = plan.slo;
    let mut tellings: Vec<TierEntry> = alerts(plan, settings)
        .into_iter()
        .map(|alert| telling(slo, settings, alert))
        .collect();
    let missing = match tellings.len() > plan.tiers.len() {
        true => tellings.pop(),
        false => None,
    };
    for (telling, planned) in tellings.iter_mut().zip(&plan.tiers) {
        telling.long = planned.tier.long.to_string();
        telling.short = planned.tier.short.to_string();
    }
    let no_data = slo.policy.no_data.as_ref();
    Entry {
        owner: slo.owner.clone(),
        group_by: slo.group_by.iter().map(|label| label.to_string()).collect(),
        tiers: Tiers::of(plan, settings.interval),
        tellings,
        missing: no_data
            .map(|no_data| Tiers::missing(no_data, settings.interval))
            .zip(missing),
        description: slo.description.clone(),
        depends_on: depends_on(slo, slos),
    }
}

fn telling(slo: &Slo, settings: &Settings, alert: Alert) -> TierEntry {
    let (tier, severity) = (alert.tier.as_str(), alert.severity.as_str());
    let name = [("alertname".to_string(), alert.name.to_string())];
    let labels: BTreeMap<String, String> = name.into_iter().chain(alert.labels).collect();
    TierEntry {
        runbook: link::runbook(slo, settings, tier, severity),
        dashboard: link::dashboard(slo, settings, tier, severity),
        name: alert.tier,
        severity: alert.severity,
        long: String::new(),
        short: String::new(),
        labels,
    }
}

/// What an SLO depends on, with the places of the labels that both are grouped by.
fn depends_on(slo: &Slo, slos: &[&Slo]) -> Vec<(SloId, Vec<(usize, usize)>)> {
    let named = slo.depends_on.iter();
    let found = named.filter_map(|name| dependency(&name.value, slos));
    let others = found.flat_map(|on| on.slos().to_vec());
    others
        .map(|other| {
            let here = slo.group_by.iter().enumerate();
            let shared = here.filter_map(|(at, label)| {
                let mut there = other.group_by.iter();
                Some((at, there.position(|other| other == label)?))
            });
            (other.id.clone(), shared.collect())
        })
        .collect()
}
