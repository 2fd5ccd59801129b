//! What is remembered, counted: how episodes stand, what is owed to whom, which page waits longest at a receiver that fails.
//! Pure.

use std::collections::BTreeMap;

use crate::engine::owes::{Owes, owes};
use crate::engine::{Episode, Standing, State, Waking};
use crate::outbox::Debt;

/// What is remembered, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Census {
    /// Episodes that go on.
    pub open: usize,
    /// Those that are over if they stay so.
    pub settling: usize,
    /// Those that are over, and not forgotten yet.
    pub over: usize,
    /// How many messages each receiver is owed now, where it is any.
    pub owed: BTreeMap<String, usize>,
    /// The page that waits longest at a receiver that fails.
    pub oldest_page: Option<OwedPage>,
}

/// A page that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwedPage {
    /// The receiver that does not take it.
    pub receiver: String,
    /// Since when nothing holds it back here, in Unix milliseconds.
    pub since_ms: i64,
}

impl Census {
    /// Counts.
    pub fn of(state: &State, now_ms: i64) -> Census {
        let mut census = Census::default();
        for episode in state.episodes.values() {
            match episode.standing {
                Standing::Open => census.open += 1,
                Standing::Settling { .. } => census.settling += 1,
                Standing::Over { .. } => census.over += 1,
            }
            for debt in &episode.debts {
                census.take(state, episode, debt, now_ms);
            }
        }
        census
    }

    fn take(&mut self, state: &State, episode: &Episode, debt: &Debt, now_ms: i64) {
        let Some(lane) = state.lanes.get(&debt.lane) else {
            return;
        };
        let is_owed = matches!(owes(episode, debt, &lane.entry, now_ms), Owes::Now(_));
        let Some(since_ms) = debt.due_ms.filter(|_| is_owed || debt.attempt.is_some()) else {
            return;
        };
        let receiver = debt.lane.receiver();
        *self.owed.entry(receiver.to_owned()).or_default() += 1;
        let fails = debt.tries > 0 || lane.lane.failures > 0;
        let oldest_ms = self
            .oldest_page
            .as_ref()
            .map_or(i64::MAX, |page| page.since_ms);
        if fails && episode.wakes == Waking::Wakes && since_ms < oldest_ms {
            self.oldest_page = Some(OwedPage {
                receiver: receiver.to_owned(),
                since_ms,
            });
        }
    }
}
