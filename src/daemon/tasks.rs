//! Pieces of work that are under way, each a task of its own.
//!
//! What is begun, and when, is the watcher's. Promise: each piece comes back once, finished or broken, unless all are stopped.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::task::{Id, JoinSet};

use super::asker::Asker;
use super::clockwork::Clockwork;
use super::evaluation::{Done, Work, work};
use super::pace::{Lane, UnderWay};
use crate::base::Trace;
use crate::follow::Follower;

/// Pieces of work that are under way.
#[derive(Default)]
pub struct Tasks {
    set: JoinSet<Finished>,
    begun: HashMap<Id, Begun>,
}

/// What is done for which SLO.
#[derive(Clone, Copy, Debug)]
pub struct Piece {
    /// The SLO's place.
    pub place: usize,
    /// What is done.
    pub work: Work,
    /// Beside what.
    pub lane: Lane,
    /// For which moment, in Unix milliseconds.
    pub slot_ms: i64,
    /// When it was due, on the steady clock.
    pub due_ms: i64,
}

/// A piece of work that is under way, or broke.
pub struct Begun {
    /// Which.
    pub piece: Piece,
    /// The SLO, with nothing known of it.
    pub anew: Follower,
}

/// A piece of work that is over.
pub struct Finished {
    /// Which.
    pub piece: Piece,
    /// When it began, on the steady clock.
    pub began_ms: i64,
    /// As a part of what.
    pub trace: Trace,
    /// What came of it.
    pub done: Done,
}

/// How a piece of work ended.
pub enum Ended {
    /// It is over.
    Finished(Finished),
    /// By a fault of burnwatch's own.
    Broke(Begun),
}

impl Tasks {
    /// Begins a piece of work.
    pub fn begin(
        &mut self,
        piece: Piece,
        follower: Follower,
        asker: Arc<Asker>,
        clock: Clockwork,
        trace: Trace,
    ) {
        let anew = follower.forgotten();
        let task = self.set.spawn(async move {
            let began_ms = clock.steady_ms();
            let done = work(follower, piece.work, piece.slot_ms, &asker, trace).await;
            Finished {
                piece,
                began_ms,
                trace,
                done,
            }
        });
        self.begun.insert(task.id(), Begun { piece, anew });
    }

    /// The next one that ends; nothing where none is under way.
    pub async fn next(&mut self) -> Option<Ended> {
        loop {
            match self.set.join_next_with_id().await? {
                Ok((id, finished)) => {
                    self.begun.remove(&id);
                    return Some(Ended::Finished(finished));
                }
                Err(error) => {
                    if let Some(begun) = self.begun.remove(&error.id()) {
                        return Some(Ended::Broke(begun));
                    }
                }
            }
        }
    }

    /// How many are under way.
    pub fn under_way(&self) -> UnderWay {
        let mut under_way = UnderWay::default();
        let lanes = self.begun.values().map(|begun| begun.piece.lane);
        lanes.for_each(|lane| under_way.begins(lane));
        under_way
    }

    /// Ends all of them, and gives those that were under way.
    pub fn stop(&mut self) -> Vec<Begun> {
        self.set = JoinSet::new();
        self.begun.drain().map(|(_, begun)| begun).collect()
    }
}
