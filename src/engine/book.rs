//! What the engine must know of the configuration: which SLOs there are, who answers for them, where people are told.
//!
//! A value, made at start and at each reload; nothing of it is kept but the settings of receivers that are owed something.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::alert::Tiers;
use crate::base::{Duration, Name};
use crate::model::SloId;
use crate::model::roster::{self, Pager, Roster, Wakes};
use crate::notify::{Budget, Cadence, Identity, Urgency};
use crate::outbox::LaneId;

use super::subject::Waking;

/// The configuration, as far as the engine needs it.
#[derive(Clone, Debug)]
pub struct Book {
    /// What sets the incidents of this daemon apart from those of others.
    pub namespace: String,
    /// The SLOs.
    pub slos: BTreeMap<SloId, Entry>,
    /// The ways to receivers.
    pub lanes: BTreeMap<LaneId, LaneEntry>,
    /// Teams, severities, planned maintenance.
    pub roster: Roster,
    /// The team that is told what is wrong with burnwatch itself; every team that owns an SLO where there is none.
    pub owner: Option<Name>,
    /// How long things may take.
    pub limits: Limits,
}

/// How long things may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// After so long the owner is told that an SLO cannot be evaluated.
    pub blind_after: Duration,
    /// After so long a receiver that could not be told is given up.
    pub expire_after: Duration,
    /// After so long the fallback is told of a page that could not be delivered.
    pub fallback_after: Duration,
}

/// One SLO.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The team that answers for it.
    pub owner: Option<Name>,
    /// The names of the labels that it is grouped by.
    pub group_by: Vec<String>,
    /// How its tiers wait.
    pub tiers: Tiers,
    /// What people are told of each tier, in the order of the policy.
    pub tellings: Vec<TierEntry>,
    /// The tier of missing data, where its policy has one.
    pub missing: Option<(Tiers, TierEntry)>,
    /// What it promises, in the user's words.
    pub description: Option<String>,
    /// What it depends on, with the places of the labels that both are grouped by: here and there.
    pub depends_on: Vec<(SloId, Vec<(usize, usize)>)>,
}

/// What people are told of a tier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TierEntry {
    /// What it is called.
    pub name: Name,
    /// Its severity.
    pub severity: Name,
    /// Its long window.
    pub long: String,
    /// Its short window.
    pub short: String,
    /// The labels of its alert, but those of the group.
    pub labels: BTreeMap<String, String>,
    /// The runbook.
    pub runbook: Option<String>,
    /// The dashboard.
    pub dashboard: Option<String>,
}

/// One way to a receiver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaneEntry {
    /// The receiver.
    pub receiver: Name,
    /// What takes its messages.
    pub pager: Pager,
    /// Whether a message twice is seen twice.
    pub identity: Identity,
    /// How many messages it takes.
    pub budget: Budget,
    /// How often it must be told.
    pub cadence: Cadence,
}

impl Book {
    /// The lane of a receiver.
    pub fn lane(&self, receiver: &Name) -> Option<&LaneId> {
        let mut lanes = self.lanes.iter();
        let found = lanes.find(|(_, entry)| entry.receiver == *receiver);
        found.map(|(lane, _)| lane)
    }

    /// Whether episodes of a severity wake somebody.
    pub fn wakes(&self, severity: &Name) -> Waking {
        match self.roster.wakes(severity) {
            true => Waking::Wakes,
            false => Waking::Waits,
        }
    }

    /// How much episodes of a severity hurry.
    pub fn urgency(&self, severity: &Name) -> Urgency {
        let of = self.roster.severities.get(severity);
        of.map_or(Urgency::Critical, Urgency::of)
    }

    /// Where a team is told of a severity, each lane once. A team without receivers for it is told where it falls back to.
    pub fn audience(&self, team: &Name, severity: &Name) -> Vec<LaneId> {
        let Some(of_team) = self.roster.teams.get(team) else {
            return Vec::new();
        };
        let notified = of_team.notify.get(severity);
        let lanes = self.lanes_of(notified.into_iter().flatten().map(|name| &name.value));
        match lanes.is_empty() && self.wakes(severity) == Waking::Wakes {
            true => self.fallback(team),
            false => lanes,
        }
    }

    /// Where a team is told when nothing else works.
    pub fn fallback(&self, team: &Name) -> Vec<LaneId> {
        let of_team = self.roster.teams.get(team);
        let names = of_team.into_iter().flat_map(|team| &team.fallback);
        self.lanes_of(names.map(|name| &name.value))
    }

    /// The lanes of some receivers, each once, in their order.
    pub fn lanes_of<'a>(&self, names: impl Iterator<Item = &'a Name>) -> Vec<LaneId> {
        each_once(names.filter_map(|name| self.lane(name).cloned()))
    }

    /// The teams that are told what is wrong with burnwatch itself.
    pub fn own_teams(&self) -> Vec<&Name> {
        if let Some(owner) = &self.owner {
            return vec![owner];
        }
        let owners = self.slos.values().filter_map(|entry| entry.owner.as_ref());
        let owners: std::collections::BTreeSet<&Name> = owners.collect();
        owners.into_iter().collect()
    }

    /// The severity with which burnwatch speaks of itself: the most urgent one that wakes somebody, or the quiet one.
    pub fn own_severity(&self, wakes: Waking) -> Option<Name> {
        let severities = self.roster.severities.iter();
        let fits =
            severities.filter(|(_, of)| (of.wakes == Wakes::Anytime) == (wakes == Waking::Wakes));
        let first = fits.min_by_key(|(name, of)| (of.rank(), (*name).clone()));
        match (first, wakes) {
            (Some((name, _)), _) => Some(name.clone()),
            (None, Waking::Wakes) => self.own_severity(Waking::Waits),
            (None, Waking::Waits) => None,
        }
    }
}

/// Lanes, each once, in the order in which they come first.
pub fn each_once(lanes: impl Iterator<Item = LaneId>) -> Vec<LaneId> {
    let mut once: Vec<LaneId> = Vec::new();
    for lane in lanes {
        if !once.contains(&lane) {
            once.push(lane);
        }
    }
    once
}

impl Entry {
    /// The severities of its tiers, each once.
    pub fn severities(&self) -> std::collections::BTreeSet<&Name> {
        self.tellings.iter().map(|tier| &tier.severity).collect()
    }

    /// The most urgent severity of its tiers.
    pub fn worst_severity(&self, roster: &Roster) -> Option<&Name> {
        let severities = self.tellings.iter().map(|tier| &tier.severity);
        severities
            .min_by_key(|severity| roster.severities.get(*severity).map(roster::Severity::rank))
    }
}
