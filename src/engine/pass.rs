//! What time alone brings: what settled is over, who did not answer is passed over, what nobody is owed is forgotten.

use crate::base::Name;
use crate::notify::{Reason, Receipt};
use crate::outbox::{Debt, Ended, LaneId, Role, Told};

use super::book::each_once;
use super::episode::{Episode, FLAP_MS, Standing};
use super::handle::Engine;
use super::hold::hold;
use super::owes::{Owes, owes};
use super::record::Record;
use super::subject::{Subject, Waking};

/// For how long a damaged state is told of, and a receiver that refuses, unless somebody acknowledges it or it is found to be
/// otherwise, in milliseconds.
pub(super) const TOLD_OF_MS: i64 = 24 * 3_600_000;

impl Engine {
    pub(super) fn pass(&mut self, now_ms: i64) {
        let numbers: Vec<u64> = self.state.episodes.keys().copied().collect();
        for number in numbers {
            self.unanswered(number, now_ms);
            self.end(number, now_ms);
            self.escalate(number, now_ms);
            self.due(number, now_ms);
            self.forget(number, now_ms);
        }
        self.forget_lanes();
    }

    /// Episodes that are over by time, or by what became of others.
    fn end(&mut self, number: u64, now_ms: i64) {
        let episode = &self.state.episodes[&number];
        let all_told = || {
            let mut debts = episode.debts.iter();
            debts.all(|debt| debt.told != Told::Nothing || debt.ended.is_some())
        };
        let (at_ms, why) = match (&episode.standing, &episode.subject) {
            // What burned is over when it is seen to be: see `settled`.
            (Standing::Settling { .. }, Subject::Burn { .. }) => return,
            (Standing::Settling { since_ms, why }, _) if now_ms - since_ms >= FLAP_MS => {
                (*since_ms, why.clone())
            }
            (Standing::Open, Subject::Test { .. }) if all_told() => {
                (now_ms, "it was a test".to_string())
            }
            (Standing::Open, Subject::Damage | Subject::Refusal { .. })
                if episode.acknowledged.is_some() =>
            {
                (now_ms, "somebody took it over".to_string())
            }
            (Standing::Open, Subject::Damage | Subject::Refusal { .. })
                if now_ms - episode.opened_ms >= TOLD_OF_MS =>
            {
                (now_ms, "it was told a day ago".to_string())
            }
            (Standing::Open, Subject::Storm { .. }) if self.is_calm(episode) => {
                (now_ms, "everything in it is over".to_string())
            }
            (Standing::Open | Standing::Settling { .. } | Standing::Over { .. }, _) => return,
        };
        self.note(Record::Resolved {
            episode: number,
            at_ms,
            why,
        });
    }

    /// What burned and settled is over, for it was seen not to burn again for long enough.
    pub(super) fn settled(&mut self, subject: &Subject, now_ms: i64) {
        let Some(episode) = self.state.about(subject) else {
            return;
        };
        if let Standing::Settling { since_ms, why } = &episode.standing
            && now_ms - since_ms >= FLAP_MS
        {
            let record = Record::Resolved {
                episode: episode.number,
                at_ms: *since_ms,
                why: why.clone(),
            };
            self.note(record);
        }
    }

    /// Nobody acknowledged: the next ones are told.
    fn escalate(&mut self, number: u64, now_ms: i64) {
        let episode = &self.state.episodes[&number];
        let goes_on = episode.standing == Standing::Open
            && episode.wakes == Waking::Wakes
            && episode.acknowledged.is_none();
        let (Some(paged_ms), Some(owner), true) = (episode.paged_ms, &episode.owner, goes_on)
        else {
            return;
        };
        let Some(team) = self.book.roster.teams.get(owner) else {
            return;
        };
        let mut steps: Vec<(i64, Vec<LaneId>)> = Vec::new();
        for step in &team.escalate {
            let names = step.notify.iter().map(|name| &name.value);
            steps.push((step.after.as_ms() as i64, self.book.lanes_of(names)));
        }
        steps.sort_by_key(|(after_ms, _)| *after_ms);
        let taken = episode.steps;
        let late = steps.iter().skip(taken);
        let late: Vec<Vec<LaneId>> = late
            .take_while(|(after_ms, _)| now_ms - paged_ms >= *after_ms)
            .map(|(_, lanes)| lanes.clone())
            .collect();
        for (at, lanes) in late.into_iter().enumerate() {
            let step = taken + at;
            self.note(Record::Escalated {
                episode: number,
                steps: step + 1,
            });
            for lane in lanes {
                self.owe(number, lane, Role::Escalated { step });
            }
        }
    }

    /// What is held back by nothing is due; what was due for too long is told to others.
    fn due(&mut self, number: u64, now_ms: i64) {
        let episode = &self.state.episodes[&number];
        let mut held = None;
        let mut records = Vec::new();
        let mut late: Option<(LaneId, String)> = None;
        for debt in &episode.debts {
            let Some(state) = self.state.lanes.get(&debt.lane) else {
                continue;
            };
            let lane = debt.lane.clone();
            let is_new = !matches!(debt.told, Told::Open { .. }) && !episode.is_over();
            match owes(episode, debt, &state.entry, now_ms) {
                Owes::Unneeded => records.push(Record::Ended {
                    episode: number,
                    lane,
                    why: Ended::Dropped,
                }),
                Owes::Now(_) => match debt.due_ms {
                    None => {
                        let learning = &self.sight.learning;
                        let held = held.get_or_insert_with(|| {
                            hold(&self.book, &self.state, learning, episode, now_ms)
                        });
                        if held.is_none() || !is_new {
                            records.push(Record::Due {
                                episode: number,
                                lane,
                                at_ms: now_ms,
                            });
                        }
                    }
                    Some(due_ms) if is_news(episode, debt) => {
                        let limits = self.book.limits;
                        let waited_ms = now_ms - due_ms;
                        let is_late = waited_ms >= limits.fallback_after.as_ms() as i64;
                        if is_late && self.may_fall_back(episode) {
                            let why = "it could not be told in time".to_string();
                            late.get_or_insert((lane.clone(), why));
                        }
                        if waited_ms >= limits.expire_after.as_ms() as i64 {
                            records.push(Record::Ended {
                                episode: number,
                                lane: lane.clone(),
                                why: Ended::Expired,
                            });
                            late.get_or_insert((lane, "it could not be told at all".to_string()));
                        }
                    }
                    Some(_) => {}
                },
                Owes::From(_) | Owes::Nothing => {}
            }
        }
        records.into_iter().for_each(|record| self.note(record));
        if let Some((lane, why)) = late {
            self.fall_back(number, &lane, &why, now_ms);
        }
    }

    /// When the next thing becomes of what a receiver is owed and does not get, in Unix milliseconds: others are told, or it
    /// expires.
    pub(super) fn late_ms(&self, episode: &Episode, debt: &Debt, owed: Owes) -> Option<i64> {
        let limits = self.book.limits;
        match (owed, debt.due_ms) {
            (Owes::Now(_), Some(due_ms)) if is_news(episode, debt) => {
                let after = match self.may_fall_back(episode) {
                    true => limits.fallback_after.min(limits.expire_after),
                    false => limits.expire_after,
                };
                Some(due_ms + after.as_ms() as i64)
            }
            (_, _) => None,
        }
    }

    /// Whether a fallback could be told of it that was not. That of a storm is that of each of its members.
    fn may_fall_back(&self, episode: &Episode) -> bool {
        episode.wakes == Waking::Wakes
            && match episode.subject {
                Subject::Storm { .. } => !self.unheard(episode).is_empty(),
                _ => !episode.fell_back,
            }
    }

    /// The members of a storm that go on, and of which no fallback was told.
    fn unheard(&self, storm: &Episode) -> Vec<u64> {
        let members = storm.members.iter();
        let unheard = members.filter(|number| {
            let member = self.state.episodes.get(number);
            member.is_some_and(|member| !member.fell_back && !member.is_over())
        });
        unheard.copied().collect()
    }

    /// A receiver cannot be told: those are that a team named for that.
    pub(super) fn fall_back(&mut self, number: u64, lane: &LaneId, why: &str, now_ms: i64) {
        let Some(episode) = self.state.episodes.get(&number) else {
            return;
        };
        let is_over = episode.is_over();
        if episode.fell_back || (is_over && !is_missed(episode, lane)) {
            return;
        }
        if let Subject::Storm { .. } = episode.subject {
            // Each team has its own.
            for member in self.unheard(episode) {
                self.fall_back(member, lane, why, now_ms);
            }
            return;
        }
        let owner = episode.owner.clone().or_else(|| self.book.owner.clone());
        let mut lanes = owner.map_or(Vec::new(), |owner| self.book.fallback(&owner));
        lanes.retain(|other| other != lane);
        if lanes.is_empty() {
            lanes = self.own_fallback();
            lanes.retain(|other| other != lane);
        }
        let of: Name = match lane.receiver().parse() {
            Ok(name) => name,
            Err(_) => return,
        };
        self.note(Record::FellBack { episode: number });
        for lane in lanes {
            let role = Role::Fallback {
                of: of.clone(),
                why: why.to_string(),
            };
            self.owe(number, lane.clone(), role);
            if is_over {
                // It waits for nothing any more, and what nothing held back is told to have been.
                self.note(Record::Due {
                    episode: number,
                    lane,
                    at_ms: now_ms,
                });
            }
        }
    }

    /// The receivers of last resort: those of the team that answers for burnwatch.
    fn own_fallback(&self) -> Vec<LaneId> {
        let teams = self.book.own_teams().into_iter();
        each_once(teams.flat_map(|team| self.book.fallback(team)))
    }

    /// A receiver refuses for good: others are told, and that it does.
    pub(super) fn refused(&mut self, number: u64, lane: &LaneId, reason: &Reason, now_ms: i64) {
        self.fall_back(number, lane, &reason.text, now_ms);
        let Some(episode) = self.state.episodes.get(&number) else {
            return;
        };
        // Of a refusal of the news of a refusal nobody is told, or it would go on for ever.
        if matches!(episode.subject, Subject::Refusal { .. }) {
            return;
        }
        let wakes = episode.wakes;
        let title = format!("receiver {lane} refuses what it is told");
        let facts = vec![
            ("receiver".to_string(), lane.to_string()),
            ("reason".to_string(), reason.text.clone()),
            ("first refused".to_string(), episode.picture.title.clone()),
        ];
        let subject = Subject::Refusal { lane: lane.clone() };
        self.open_own(subject, wakes, &title, facts, now_ms);
    }

    /// Of what nobody is owed anything, nothing is remembered.
    fn forget(&mut self, number: u64, now_ms: i64) {
        let episode = &self.state.episodes[&number];
        let Some(over_ms) = episode.over_ms() else {
            return;
        };
        if now_ms - over_ms < FLAP_MS || self.is_in_storm(episode) {
            return;
        }
        let owes_nothing = |debt: &crate::outbox::Debt| match self.state.lanes.get(&debt.lane) {
            Some(lane) => {
                debt.attempt.is_none()
                    && matches!(
                        owes(episode, debt, &lane.entry, now_ms),
                        Owes::Nothing | Owes::Unneeded
                    )
            }
            None => true,
        };
        if episode.debts.iter().all(owes_nothing) {
            self.note(Record::Forgotten { episode: number });
        }
    }

    /// Whether a storm that is remembered speaks of an episode.
    fn is_in_storm(&self, episode: &Episode) -> bool {
        episode.debts.iter().any(|debt| match &debt.ended {
            Some(Ended::Bundled(storm)) => self.state.episodes.contains_key(storm),
            _ => false,
        })
    }

    /// Ways that lead nowhere any more, and on which nothing is owed.
    fn forget_lanes(&mut self) {
        let lanes = self.state.lanes.keys();
        let old = lanes.filter(|lane| !self.book.lanes.contains_key(*lane));
        let used = |lane: &&LaneId| {
            let mut episodes = self.state.episodes.values();
            episodes.any(|episode| episode.debts.iter().any(|debt| debt.lane == **lane))
        };
        let old: Vec<LaneId> = old.filter(|lane| !used(lane)).cloned().collect();
        for lane in old {
            self.note(Record::LaneForgotten { lane });
        }
    }
}

/// Whether an episode is a page that was over before a receiver could be told anything of it.
fn is_missed(episode: &Episode, lane: &LaneId) -> bool {
    let debt = episode.debts.iter().find(|debt| debt.lane == *lane);
    let is_untold = debt.is_some_and(|debt| debt.told == Told::Nothing && !debt.is_open_there());
    let is_storm = matches!(episode.subject, Subject::Storm { .. });
    episode.wakes == Waking::Wakes && is_untold && !is_storm
}

/// Whether what a receiver is owed is more than it knows of what goes on.
fn is_news(episode: &Episode, debt: &Debt) -> bool {
    let is_storm = matches!(episode.subject, Subject::Storm { .. });
    let knows = match debt.told {
        Told::Open { sequence, .. } => !is_storm || sequence == episode.sequence,
        Told::Nothing | Told::Over { .. } => false,
    };
    !episode.is_over() && (!knows || debt.end_receipt == Receipt::Possible)
}
