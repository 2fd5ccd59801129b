//! What is sent now: of each lane the most urgent that it takes. Every attempt is a record before it is a message.

use std::collections::BTreeMap;

use crate::notify::{Receipt, Urgency};
use crate::outbox::{Admission, LaneId, Says, Told};

use super::handle::Engine;
use super::input::Send;
use super::message::message;
use super::owes::{Owes, owes};
use super::record::Record;
use super::subject::Waking;

/// What somebody is owed, in the order in which it is sent: news before what is told again, what wakes first, then what failed
/// least, then what hurries most, beginnings before ends, the oldest first.
type Want = (Newness, Waking, u32, Urgency, Says, i64, u64);

/// Whether a receiver was told the same before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Newness {
    /// It was not.
    News,
    /// It was, and must be told again that it goes on, or that it is over.
    Again,
}

impl Engine {
    pub(super) fn dispatch(&mut self, now_ms: i64) {
        self.storms(now_ms);
        for (lane, mut wants) in self.wants(now_ms) {
            wants.sort();
            for (.., says, _, number) in wants {
                let state = &self.state.lanes[&lane];
                let budget = state.entry.budget;
                match state.lane.admission(budget, state.under_way, now_ms) {
                    Admission::Now => self.attempt(number, &lane, says, now_ms),
                    Admission::At(_) | Admission::Busy => break,
                }
            }
        }
    }

    fn wants(&self, now_ms: i64) -> BTreeMap<LaneId, Vec<Want>> {
        let mut wants: BTreeMap<LaneId, Vec<Want>> = BTreeMap::new();
        for episode in self.state.episodes.values() {
            for debt in &episode.debts {
                let Some(state) = self.state.lanes.get(&debt.lane) else {
                    continue;
                };
                let owed = owes(episode, debt, &state.entry, now_ms);
                if let (Owes::Now(says), Some(_)) = (owed, debt.due_ms) {
                    let (newness, since_ms) = match (debt.told, says) {
                        (Told::Open { at_ms, .. }, Says::Opened)
                            if debt.end_receipt == Receipt::None =>
                        {
                            (Newness::Again, at_ms)
                        }
                        (Told::Over { again_ms, .. }, Says::Resolved) => (Newness::Again, again_ms),
                        (_, _) => (Newness::News, episode.opened_ms),
                    };
                    let want = (
                        newness,
                        episode.wakes,
                        debt.tries,
                        episode.urgency,
                        says,
                        since_ms,
                        episode.number,
                    );
                    wants.entry(debt.lane.clone()).or_default().push(want);
                }
            }
        }
        wants
    }

    fn attempt(&mut self, number: u64, lane: &LaneId, says: Says, now_ms: i64) {
        let episode = &self.state.episodes[&number];
        let Some(debt) = episode.debts.iter().find(|debt| debt.lane == *lane) else {
            return;
        };
        let send = Send {
            episode: number,
            lane: lane.clone(),
            entry: self.state.lanes[lane].entry.clone(),
            message: message(&self.book, &self.state, episode, debt, says, now_ms),
            handle: debt.handle.clone(),
            secret_mark: debt.secret_mark.clone(),
            size: debt.size,
        };
        self.note(Record::Attempted {
            episode: number,
            lane: lane.clone(),
            says,
            at_ms: now_ms,
        });
        self.sends.push(send);
    }
}
