//! Episodes and the tiers in them, put together from changes: one incident of one SLO, group and severity.

use std::collections::BTreeMap;

use crate::base::Name;
use crate::evaluate::Group;

use super::watch::{Change, Tiers, What};

/// A time in which a tier fired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Firing {
    /// Which, by its place in the policy.
    pub tier: usize,
    /// From when, in Unix milliseconds.
    pub from_ms: i64,
    /// Until when; it still does where there is none.
    pub to_ms: Option<i64>,
}

/// One incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Episode {
    /// The group.
    pub group: Group,
    /// The severity.
    pub severity: Name,
    /// When the first tier fired, in Unix milliseconds; with SLO, group and severity this names the episode.
    pub opened_ms: i64,
    /// When the last one ceased; it is still open where there is none.
    pub resolved_ms: Option<i64>,
    /// What fired in it, in the order of time.
    pub firings: Vec<Firing>,
}

/// What was seen of one group, as it is put together.
#[derive(Clone, Debug, Default)]
pub struct Log {
    /// Its episodes, in the order in which they opened.
    pub episodes: Vec<Episode>,
    /// When nothing could be seen: from and, where it is over, until.
    pub blind: Vec<(i64, Option<i64>)>,
    /// Where the open episode of a severity is.
    open: BTreeMap<Name, usize>,
}

impl Log {
    /// Takes in what changed in `group`.
    pub fn apply(&mut self, group: &Group, tiers: &Tiers, change: &Change) {
        let at_ms = change.at_ms;
        match &change.what {
            What::Opened(severity) => {
                self.open.insert(severity.clone(), self.episodes.len());
                self.episodes.push(Episode {
                    group: group.clone(),
                    severity: severity.clone(),
                    opened_ms: at_ms,
                    resolved_ms: None,
                    firings: Vec::new(),
                });
            }
            What::Fired(tier) => {
                let firing = Firing {
                    tier: *tier,
                    from_ms: at_ms,
                    to_ms: None,
                };
                if let Some(episode) = self.episode(tiers.severity(*tier)) {
                    episode.firings.push(firing);
                }
            }
            What::Ceased(tier) => {
                let episode = self.episode(tiers.severity(*tier));
                let mut firings = episode.into_iter().flat_map(|e| e.firings.iter_mut().rev());
                if let Some(firing) = firings.find(|firing| firing.tier == *tier) {
                    firing.to_ms = Some(at_ms);
                }
            }
            What::Resolved(severity) => {
                if let Some(episode) = self.episode(severity) {
                    episode.resolved_ms = Some(at_ms);
                }
                self.open.remove(severity);
            }
            What::Blinded => self.blind.push((at_ms, None)),
            What::Sighted => {
                if let Some(last) = self.blind.last_mut() {
                    last.1 = Some(at_ms);
                }
            }
        }
    }

    fn episode(&mut self, severity: &Name) -> Option<&mut Episode> {
        let at = self.open.get(severity)?;
        self.episodes.get_mut(*at)
    }
}
