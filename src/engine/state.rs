//! What the engine remembers, and the one way in which that changes.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::alert::Watch;
use crate::base::Name;
use crate::evaluate::Group;
use crate::model::SloId;
use crate::notify::{Receipt, Size};
use crate::outbox::{Attempt, Debt, Ended, Lane, LaneId, Says, Told};

use super::book::LaneEntry;
use super::episode::{Episode, Standing};
use super::record::{Outcome, Record};
use super::subject::Subject;

/// What is remembered. Equal records applied in equal order give equal states.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The watches that are not at rest.
    #[serde(with = "pairs")]
    pub watches: BTreeMap<(SloId, Group), Kept>,
    /// Those over missing data.
    pub missing: BTreeMap<SloId, Watch>,
    /// The episodes about which anything is or may be owed.
    pub episodes: BTreeMap<u64, Episode>,
    /// Which episode is about what.
    #[serde(with = "pairs")]
    pub subjects: BTreeMap<Subject, u64>,
    /// The ways to receivers that are in use.
    pub lanes: BTreeMap<LaneId, LaneState>,
    /// So many episodes there were.
    pub numbered: u64,
    /// So many attempts.
    pub attempts: u64,
}

/// A watch with the names of its tiers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The watch.
    pub watch: Watch,
    /// What its tiers are called.
    pub tiers: Vec<Name>,
}

/// A way to a receiver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaneState {
    /// Its settings.
    pub entry: LaneEntry,
    /// How it stands.
    pub lane: Lane,
    /// So many attempts are under way.
    pub under_way: usize,
}

impl State {
    /// The episode about `subject`.
    pub fn about(&self, subject: &Subject) -> Option<&Episode> {
        let number = self.subjects.get(subject)?;
        self.episodes.get(number)
    }

    /// The groups of an SLO whose watches are not at rest.
    pub fn watched<'s>(&'s self, slo: &'s SloId) -> impl Iterator<Item = &'s Group> {
        // No group comes before that of an SLO that is not grouped.
        let first = (slo.clone(), Group::default());
        let kept = self.watches.range(first..);
        let of_it = kept.take_while(move |((other, _), _)| other == slo);
        of_it.map(|((_, group), _)| group)
    }

    /// The burning episodes of an SLO, over or not, with their groups.
    pub fn burning<'s>(&'s self, slo: &'s SloId) -> impl Iterator<Item = (&'s Group, &'s Episode)> {
        // No name comes before this one, and no group before that of an SLO that is not grouped.
        let first = Subject::Burn {
            slo: slo.clone(),
            group: Group::default(),
            severity: "0".parse().expect("a digit is a name"),
        };
        let of_it =
            self.subjects
                .range(first..)
                .map_while(move |(subject, number)| match subject {
                    Subject::Burn {
                        slo: other, group, ..
                    } if other == slo => Some((group, number)),
                    _ => None,
                });
        of_it.filter_map(|(group, number)| Some((group, self.episodes.get(number)?)))
    }

    /// Takes in what happened: the only change of the state, when it happens and when it is read back. What speaks of
    /// something that is not there changes nothing.
    pub fn apply(&mut self, record: &Record) {
        match record {
            Record::Watched {
                slo,
                group,
                watch,
                tiers,
            } => {
                let at = (slo.clone(), group.clone());
                match watch {
                    Some(watch) => {
                        let kept = Kept {
                            watch: watch.clone(),
                            tiers: tiers.clone(),
                        };
                        self.watches.insert(at, kept);
                    }
                    None => {
                        self.watches.remove(&at);
                    }
                }
            }
            Record::MissingWatched { slo, watch } => match watch {
                Some(watch) => {
                    self.missing.insert(slo.clone(), watch.clone());
                }
                None => {
                    self.missing.remove(slo);
                }
            },
            Record::Opened { .. } => self.open(record),
            Record::LaneKnown { lane, entry } => {
                let state = LaneState {
                    entry: entry.clone(),
                    lane: Lane::default(),
                    under_way: 0,
                };
                self.lanes.entry(lane.clone()).or_insert(state);
            }
            Record::LaneForgotten { lane } => {
                self.lanes.remove(lane);
            }
            Record::Forgotten { episode } => {
                if let Some(episode) = self.episodes.remove(episode) {
                    self.subjects.remove(&episode.subject);
                }
            }
            Record::ClockSet { by_ms } => self.shift(*by_ms),
            Record::Attempted {
                episode,
                lane,
                says,
                at_ms,
            } => self.attempt(*episode, lane, *says, *at_ms),
            Record::Answered {
                episode,
                lane,
                outcome,
                at_ms,
            } => self.answer(*episode, lane, outcome, *at_ms),
            Record::Reopened { episode, .. } => {
                self.unbundle(*episode);
                if let Some(episode) = self.episodes.get_mut(episode) {
                    episode.apply(record);
                }
            }
            Record::Changed { episode, .. }
            | Record::Settling { episode, .. }
            | Record::Resolved { episode, .. }
            | Record::Acknowledged { episode, .. }
            | Record::Escalated { episode, .. }
            | Record::Owned { episode, .. }
            | Record::FellBack { episode } => {
                if let Some(episode) = self.episodes.get_mut(episode) {
                    episode.apply(record);
                }
            }
            Record::Owed {
                episode,
                lane,
                role,
            } => {
                let Some(episode) = self.episodes.get_mut(episode) else {
                    return;
                };
                match episode.debts.iter_mut().find(|debt| debt.lane == *lane) {
                    Some(debt) if debt.ended == Some(Ended::Withdrawn) => debt.revive(role),
                    Some(_) => {}
                    None => episode.debts.push(Debt::new(lane.clone(), role.clone())),
                }
            }
            Record::Due {
                episode,
                lane,
                at_ms,
            } => {
                if let Some(debt) = self.debt(*episode, lane) {
                    debt.due_ms = Some(*at_ms);
                }
            }
            Record::Ended { episode, lane, why } => {
                if let Some(debt) = self.debt(*episode, lane) {
                    debt.ended = Some(why.clone());
                }
            }
            Record::Bundled { storm, members } => {
                if let Some(episode) = self.episodes.get_mut(storm) {
                    let known: BTreeSet<u64> = episode.members.iter().copied().collect();
                    let new = members.iter().filter(|number| !known.contains(number));
                    episode.members.extend(new);
                    episode.sequence += 1;
                }
            }
        }
    }

    fn open(&mut self, record: &Record) {
        let Record::Opened {
            episode: number,
            subject,
            namespace,
            owner,
            severity,
            wakes,
            urgency,
            picture,
            at_ms,
        } = record
        else {
            return;
        };
        self.numbered = self.numbered.max(*number);
        self.subjects.insert(subject.clone(), *number);
        let episode = Episode {
            number: *number,
            subject: subject.clone(),
            namespace: namespace.clone(),
            owner: owner.clone(),
            severity: severity.clone(),
            wakes: *wakes,
            urgency: *urgency,
            standing: Standing::Open,
            opened_ms: *at_ms,
            flaps: 0,
            sequence: 1,
            picture: picture.clone(),
            acknowledged: None,
            paged_ms: None,
            steps: 0,
            fell_back: false,
            debts: Vec::new(),
            members: Vec::new(),
        };
        self.episodes.insert(*number, episode);
    }

    /// An episode comes back: what a storm said of it is old. A storm that comes back forgets whom it was told of.
    fn unbundle(&mut self, number: u64) {
        let Some(mut episode) = self.episodes.remove(&number) else {
            return;
        };
        for debt in &mut episode.debts {
            if let Some(Ended::Bundled(_)) = &debt.ended {
                *debt = Debt::new(debt.lane.clone(), debt.role.clone());
            }
        }
        let mut debts = episode.debts.iter();
        let is_told = debts.all(|debt| matches!(debt.told, Told::Over { .. }));
        if matches!(episode.subject, Subject::Storm { .. }) && episode.is_over() && is_told {
            episode.members.clear();
        }
        self.episodes.insert(number, episode);
    }

    fn debt(&mut self, episode: u64, lane: &LaneId) -> Option<&mut Debt> {
        let episode = self.episodes.get_mut(&episode)?;
        episode.debts.iter_mut().find(|debt| debt.lane == *lane)
    }

    fn attempt(&mut self, episode: u64, lane: &LaneId, says: Says, at_ms: i64) {
        self.attempts += 1;
        let number = self.attempts;
        if let Some(state) = self.lanes.get_mut(lane) {
            state.lane.begin(state.entry.budget, at_ms);
            state.under_way += 1;
        }
        let mut members = Vec::new();
        if let Some(episode) = self.episodes.get_mut(&episode) {
            episode.paged_ms.get_or_insert(at_ms);
            members.clone_from(&episode.members);
            let sequence = episode.sequence;
            let debt = episode.debts.iter_mut().find(|debt| debt.lane == *lane);
            if let Some(debt) = debt {
                debt.attempt = Some(Attempt {
                    number,
                    says,
                    sequence,
                    at_ms,
                });
            }
        }
        for member in members {
            if let Some(member) = self.episodes.get_mut(&member) {
                member.paged_ms.get_or_insert(at_ms);
            }
        }
    }

    fn answer(&mut self, episode: u64, lane: &LaneId, outcome: &Outcome, at_ms: i64) {
        if let Some(state) = self.lanes.get_mut(lane) {
            state.under_way = state.under_way.saturating_sub(1);
            match outcome {
                Outcome::Delivered { .. }
                | Outcome::Refused { .. }
                | Outcome::Postponed { .. }
                | Outcome::HandleForgotten
                | Outcome::Choked { .. }
                | Outcome::TooLarge => {
                    state.lane.answered();
                }
                Outcome::Failed {
                    closed_until_ms, ..
                } => state.lane.failed(*closed_until_ms),
                Outcome::Needless | Outcome::Interrupted => {}
            }
        }
        if let Some(debt) = self.debt(episode, lane) {
            answer(debt, outcome, at_ms);
        }
    }

    /// The latest moment that anything here tells of as past, in Unix milliseconds.
    pub(super) fn latest_ms(&self) -> i64 {
        let episodes = self.episodes.values().map(Episode::latest_ms);
        let lanes = self.lanes.values();
        let lanes = lanes.map(|state| state.lane.latest_ms(state.entry.budget));
        episodes.chain(lanes).max().unwrap_or(i64::MIN / 2)
    }

    /// The clock was set by so much: what is to come keeps its distance.
    fn shift(&mut self, by_ms: i64) {
        for state in self.lanes.values_mut() {
            state.lane.shift(by_ms);
        }
        for episode in self.episodes.values_mut() {
            episode.shift(by_ms);
        }
    }
}

/// What a debt is after an attempt ended so.
fn answer(debt: &mut Debt, outcome: &Outcome, at_ms: i64) {
    let Some(attempt) = debt.attempt.take() else {
        return;
    };
    match outcome {
        Outcome::Delivered {
            handle,
            secret_mark,
        } => {
            debt.tries = 0;
            debt.end_not_before_ms = None;
            debt.size = Size::Whole;
            debt.receipt = Receipt::None;
            debt.end_receipt = Receipt::None;
            debt.due_ms = None;
            if handle.is_some() {
                debt.handle.clone_from(handle);
            }
            match attempt.says {
                Says::Opened | Says::Changed => {
                    debt.secret_mark.clone_from(secret_mark);
                    debt.told = Told::Open {
                        sequence: attempt.sequence,
                        at_ms,
                    };
                }
                Says::Resolved | Says::Missed => over(debt, at_ms),
            }
        }
        Outcome::Needless => {
            debt.due_ms = None;
            over(debt, at_ms);
        }
        Outcome::Failed { receipt, .. } => {
            debt.tries += 1;
            possible(debt, attempt.says, *receipt);
        }
        Outcome::Interrupted => possible(debt, attempt.says, Receipt::Possible),
        Outcome::TooLarge => debt.size = Size::Least,
        Outcome::Choked { receipt } => {
            debt.size = Size::Least;
            possible(debt, attempt.says, *receipt);
        }
        Outcome::HandleForgotten => debt.handle = None,
        Outcome::Postponed { until_ms, .. } => {
            debt.tries += 1;
            debt.end_not_before_ms = Some(*until_ms);
        }
        Outcome::Refused { reason } => {
            debt.ended = Some(match attempt.says {
                Says::Resolved => Ended::Unresolved(reason.clone()),
                Says::Opened | Says::Changed | Says::Missed => Ended::Refused(reason.clone()),
            });
        }
    }
}

fn over(debt: &mut Debt, at_ms: i64) {
    debt.told = match debt.told {
        Told::Over { at_ms: first, .. } => Told::Over {
            at_ms: first,
            again_ms: at_ms,
        },
        Told::Nothing | Told::Open { .. } => Told::Over {
            at_ms,
            again_ms: at_ms,
        },
    };
}

fn possible(debt: &mut Debt, says: Says, receipt: Receipt) {
    if receipt == Receipt::None {
        return;
    }
    match says {
        Says::Opened | Says::Changed => debt.receipt = Receipt::Possible,
        Says::Resolved | Says::Missed => debt.end_receipt = Receipt::Possible,
    }
}

/// Maps whose keys are no texts, as lists of pairs.
mod pairs {
    use std::collections::BTreeMap;

    use serde::de::DeserializeOwned;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<K: Serialize, V: Serialize, S: Serializer>(
        map: &BTreeMap<K, V>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(map)
    }

    pub fn deserialize<
        'de,
        K: DeserializeOwned + Ord,
        V: DeserializeOwned,
        D: Deserializer<'de>,
    >(
        deserializer: D,
    ) -> Result<BTreeMap<K, V>, D::Error> {
        let pairs: Vec<(K, V)> = Deserialize::deserialize(deserializer)?;
        Ok(pairs.into_iter().collect())
    }
}
