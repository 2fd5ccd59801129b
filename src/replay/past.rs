//! What would have happened: episodes, what fired in them, and the budget over time.

use std::collections::BTreeMap;

use crate::alert::{Episode, State};
use crate::evaluate::{BudgetLeft, Contents, Group, Judgement};

use super::note::Note;

/// The past of one SLO, as its definition would have seen it.
#[derive(Clone, Debug, Default)]
pub struct Past {
    /// From when on it was evaluated, in Unix milliseconds.
    pub from_ms: i64,
    /// Until when.
    pub to_ms: i64,
    /// Where the first step begins of which anything is known, history before `from_ms` among it; nothing where all is empty.
    pub known_from_ms: Option<i64>,
    /// How far evaluations lie apart, in milliseconds.
    pub interval_ms: i64,
    /// How often it was evaluated.
    pub evaluations: usize,
    /// Each group.
    pub groups: BTreeMap<Group, GroupPast>,
    /// Episodes of missing data.
    pub missing: Vec<Episode>,
    /// Times without any series, or with none whose number is a count, from and until.
    pub blind: Vec<(i64, i64)>,
    /// How many groups there were beyond those that are watched, when they were most.
    pub groups_refused: usize,
    /// What else to know about it.
    pub notes: Vec<Note>,
}

/// The past of one group.
#[derive(Clone, Debug, Default)]
pub struct GroupPast {
    /// Its incidents, in the order in which they opened.
    pub incidents: Vec<Incident>,
    /// The budget: at the first evaluation, then at even distances, and at the end.
    pub budget: Vec<(i64, BudgetLeft)>,
    /// What was counted from beginning to end.
    pub total: Contents,
    /// Times in which its own numbers were no counts, from and until.
    pub without_count: Vec<(i64, i64)>,
    /// How it stands at the end; nothing where it is gone and was let go.
    pub state: Option<State>,
    /// What each tier says at the end, in the order of the policy.
    pub tiers: Vec<TierNow>,
}

/// What a tier says at the end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TierNow {
    /// The burn rate of its long window; nothing without events.
    pub long_burn: Option<f64>,
    /// The burn rate of its short window.
    pub short_burn: Option<f64>,
    /// What decides.
    pub judgement: Judgement,
}

/// An episode with what it cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Incident {
    /// The episode; its firings name tiers by their place in the policy.
    pub episode: Episode,
    /// The highest burn rate of a long window that fired.
    pub burn_max: f64,
    /// What was counted while it was open.
    pub contents: Contents,
    /// The share of the budget of the period that was spent while it was open; nothing where there are no events.
    pub spent: Option<f64>,
}

impl Past {
    /// Whether nothing of it could be seen, from beginning to end.
    pub fn is_unseen(&self) -> bool {
        let is_whole =
            |(from_ms, to_ms): &(i64, i64)| *from_ms <= self.from_ms && *to_ms == self.to_ms;
        self.known_from_ms.is_none() || self.blind.iter().any(is_whole)
    }

    /// Every incident of a severity, over all groups.
    pub fn incidents<'a>(&'a self, severity: &'a str) -> impl Iterator<Item = &'a Incident> {
        let groups = self.groups.values().flat_map(|group| &group.incidents);
        groups.filter(move |incident| incident.episode.severity.as_str() == severity)
    }
}
