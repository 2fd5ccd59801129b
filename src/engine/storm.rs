//! Storms: where more begins at once than a receiver takes, one message speaks of all of it, the most urgent first.

use std::collections::BTreeMap;

use crate::base::Name;
use crate::notify::{Cadence, Member, Receipt};
use crate::outbox::{Ended, LaneId, Says, Told};

use super::episode::{Episode, Picture, name};
use super::handle::Engine;
use super::owes::{Owes, owes};
use super::picture;
use super::record::{Flap, Record};
use super::state::State;
use super::subject::{Subject, Waking};

/// Beyond so many beginnings that wait for one receiver they are told in one message.
pub const STORM_MIN: usize = 10;
/// For so long a storm takes in what begins, in milliseconds. After that it is told itself, unless it is as much again: a
/// storm that somebody took over wakes nobody.
const TAKES_MS: i64 = 5 * 60_000;
/// Most members of a storm that a message carries; it says how many more there are.
pub const MEMBERS_MAX: usize = 100;

impl Engine {
    pub(super) fn storms(&mut self, now_ms: i64) {
        for ((lane, wakes), waiting) in self.waiting(now_ms) {
            self.storm(&lane, wakes, waiting, now_ms);
        }
    }

    fn storm(&mut self, lane: &LaneId, wakes: Waking, waiting: Vec<u64>, now_ms: i64) {
        let entry = &self.state.lanes[lane].entry;
        let subject = Subject::Storm {
            lane: lane.clone(),
            wakes,
        };
        let many = STORM_MIN.max(entry.budget.burst as usize);
        let on = self.state.about(&subject).filter(|one| !one.is_over());
        let is_given_up =
            on.is_some_and(|storm| storm.debts.iter().any(|debt| debt.ended.is_some()));
        let takes = on.is_some_and(|storm| !is_given_up && now_ms - storm.opened_ms < TAKES_MS);
        if !takes && waiting.len() <= many {
            return;
        }
        let picture = self.picture(&waiting);
        match on.map(|storm| storm.number) {
            None => {
                let Some(severity) = self.severity(&waiting) else {
                    return;
                };
                self.open(subject.clone(), None, severity, picture, now_ms);
            }
            // What the receiver did not take, it is told again with what is new.
            Some(episode) if is_given_up => self.note(Record::Reopened {
                episode,
                picture,
                flap: Flap::No,
                at_ms: now_ms,
            }),
            Some(_) => {}
        }
        let Some(storm) = self.state.subjects.get(&subject).copied() else {
            return;
        };
        for episode in &waiting {
            self.note(Record::Ended {
                episode: *episode,
                lane: lane.clone(),
                why: Ended::Bundled(storm),
            });
        }
        self.note(Record::Bundled {
            storm,
            members: waiting,
        });
        let members = self.state.episodes[&storm].members.clone();
        let picture = self.picture(&members);
        let why = "there are more".to_string();
        self.change(&subject, picture, why);
    }

    /// The episodes whose beginning waits for each receiver. What is told again and again is told of each.
    fn waiting(&self, now_ms: i64) -> BTreeMap<(LaneId, Waking), Vec<u64>> {
        let mut waiting: BTreeMap<(LaneId, Waking), Vec<u64>> = BTreeMap::new();
        let episodes = self.state.episodes.values();
        for episode in episodes.filter(|episode| episode.subject.slo().is_some()) {
            let news = episode.debts.iter().filter(|debt| {
                let is_untold = debt.told == Told::Nothing && debt.receipt == Receipt::None;
                debt.due_ms.is_some() && is_untold
            });
            for debt in news {
                let Some(state) = self.state.lanes.get(&debt.lane) else {
                    continue;
                };
                let is_each = matches!(state.entry.cadence, Cadence::While { .. });
                if !is_each && owes(episode, debt, &state.entry, now_ms) == Owes::Now(Says::Opened)
                {
                    let of_lane = waiting.entry((debt.lane.clone(), episode.wakes));
                    of_lane.or_default().push(episode.number);
                }
            }
        }
        waiting
    }

    /// The severity of the most urgent of some episodes.
    fn severity(&self, of: &[u64]) -> Option<Name> {
        let episodes = of
            .iter()
            .filter_map(|number| self.state.episodes.get(number));
        let first = episodes.min_by_key(|episode| (episode.urgency, episode.number));
        first.map(|episode| episode.severity.clone())
    }

    fn picture(&self, members: &[u64]) -> Picture {
        let all = members.len();
        let open = members
            .iter()
            .filter_map(|number| self.state.episodes.get(number));
        let open = open.filter(|episode| !episode.is_over()).count();
        let facts = vec![
            ("alerts".to_string(), all.to_string()),
            ("over again".to_string(), (all - open).to_string()),
        ];
        picture::own(format!("{all} alerts at once"), facts)
    }

    /// Whether everything in a storm is over.
    pub(super) fn is_calm(&self, storm: &Episode) -> bool {
        let mut members = storm.members.iter();
        members.all(|number| {
            let member = self.state.episodes.get(number);
            member.is_none_or(Episode::is_over)
        })
    }
}

/// What a message says of the members of a storm: the most urgent first, what goes on before what is over.
pub(super) fn members(state: &State, storm: &Episode) -> Vec<Member> {
    let episodes = storm.members.iter();
    let mut episodes: Vec<&Episode> = episodes
        .filter_map(|number| state.episodes.get(number))
        .collect();
    episodes.sort_by_key(|episode| (episode.is_over(), episode.urgency, episode.number));
    let member = |episode: &Episode| Member {
        episode: name(episode.number),
        urgency: episode.urgency,
        title: episode.picture.title.clone(),
        is_over: episode.is_over(),
        runbook: episode.picture.runbook.clone(),
    };
    let first = episodes.into_iter().take(MEMBERS_MAX);
    first.map(member).collect()
}
