//! An SLO as the daemon watches it: what is known of it, and what is still to be learnt.

use std::collections::BTreeMap;

use super::streak::Streak;
use super::vitals::{Covered, STALE_AFTER_MIN};
use crate::follow::{Coverage, Follower};
use crate::model::SloId;

/// What was evaluated so lately is fresh, however short the interval is, in milliseconds.
const FRESH_MS: i64 = STALE_AFTER_MIN.as_ms() as i64;

/// An SLO that is watched.
#[derive(Debug)]
pub struct Watched {
    /// What is known of it; not here while it is evaluated.
    follower: Option<Follower>,
    past: Past,
    /// When it was last evaluated with success, on the steady clock.
    pub seen_ms: Option<i64>,
    /// Whether the source refused what was asked for it last.
    pub is_refused: bool,
    /// How evaluations of it fail.
    pub evaluating: Streak,
    /// How learning its past fails.
    pub learning: Streak,
}

/// How far its past beyond what pages need is learnt.
#[derive(Debug)]
enum Past {
    /// Not as far as it is to be.
    Unknown,
    /// More of it is being learnt by somebody.
    UnderWay,
    /// More of it was, while it was evaluated.
    Learnt(Box<Follower>),
    /// All of it is known.
    Known,
}

impl Past {
    fn of(follower: &Follower) -> Past {
        match follower.coverage() {
            Some(Coverage::Whole) => Past::Known,
            Some(Coverage::Pages | Coverage::Tiers) | None => Past::Unknown,
        }
    }
}

impl Watched {
    /// What a start has of it.
    pub fn new(follower: Follower) -> Watched {
        Watched {
            past: Past::of(&follower),
            follower: Some(follower),
            seen_ms: None,
            is_refused: false,
            evaluating: Streak::default(),
            learning: Streak::default(),
        }
    }

    /// How far it is known.
    pub fn coverage(&self) -> Option<Coverage> {
        match self.past {
            Past::Known => Some(Coverage::Whole),
            _ => self.follower.as_ref()?.coverage(),
        }
    }

    /// It, where something is known of it and it is not evaluated just now.
    pub fn known(&self) -> Option<&Follower> {
        let follower = self.follower.as_ref()?;
        follower.coverage().is_some().then_some(follower)
    }

    /// Counts it among those that are covered; it is evaluated every `every_ms`.
    pub fn count(&self, covered: &mut Covered, every_ms: i64, steady_ms: i64) {
        let stale_ms = (2 * every_ms).max(FRESH_MS);
        let is_fresh = self
            .seen_ms
            .is_some_and(|seen_ms| steady_ms - seen_ms <= stale_ms);
        // One that is evaluated just now was known before.
        let is_known = self.seen_ms.is_some() || self.coverage().is_some();
        covered.pages += usize::from(is_known);
        covered.whole += usize::from(self.coverage() == Some(Coverage::Whole));
        covered.fresh += usize::from(is_fresh);
        covered.faulty += usize::from(self.is_refused && !is_fresh);
    }

    /// Which it is, and when it was last evaluated with success.
    pub fn seen(&self) -> Option<(SloId, i64)> {
        Some((self.follower.as_ref()?.id().clone(), self.seen_ms?))
    }

    /// Another configuration holds: what goes on was evaluated when it was.
    pub fn goes_on(&mut self, seen: &BTreeMap<SloId, i64>) {
        let follower = self.follower.as_ref();
        let known = follower.filter(|follower| follower.coverage().is_some());
        self.seen_ms = known.and_then(|known| seen.get(known.id()).copied());
    }

    /// Takes it away, for an evaluation.
    ///
    /// # Panics
    ///
    /// When it is away.
    pub fn lend(&mut self) -> Follower {
        self.follower
            .take()
            .expect("it is evaluated once at a time")
    }

    /// Takes it back.
    pub fn returned(&mut self, follower: Follower) {
        match std::mem::replace(&mut self.past, Past::Unknown) {
            Past::Learnt(learnt) => self.take(follower, *learnt),
            Past::UnderWay => {
                self.past = Past::UnderWay;
                self.follower = Some(follower);
            }
            Past::Unknown | Past::Known => {
                self.past = Past::of(&follower);
                self.follower = Some(follower);
            }
        }
    }

    /// A copy for whoever learns more of its past, and how much; nothing where that is not wanted, or nothing is known yet to
    /// begin with.
    pub fn learner(&mut self) -> Option<(Follower, Coverage)> {
        let follower = self.follower.as_ref()?;
        if follower.coverage().is_none() || !matches!(self.past, Past::Unknown) {
            return None;
        }
        let lacks = follower.lacks()?;
        let learner = follower.clone();
        self.past = Past::UnderWay;
        Some((learner, lacks))
    }

    /// More of its past was learnt, or could not be.
    pub fn learnt(&mut self, learner: Option<Follower>) {
        self.past = Past::Unknown;
        match (learner, self.follower.take()) {
            (Some(learner), Some(follower)) => self.take(follower, learner),
            (Some(learner), None) => self.past = Past::Learnt(Box::new(learner)),
            (None, follower) => self.follower = follower,
        }
    }

    /// Takes what was learnt beside, where that is more.
    fn take(&mut self, follower: Follower, learnt: Follower) {
        let is_more = learnt.coverage() > follower.coverage();
        let follower = if is_more { learnt } else { follower };
        self.past = Past::of(&follower);
        self.follower = Some(follower);
    }

    /// What is known of it, for another configuration; nothing where somebody works on it.
    pub fn into_follower(self) -> Option<Follower> {
        match self.past {
            Past::Learnt(learnt) => Some(*learnt),
            _ => self.follower,
        }
    }
}
