//! What a watcher is given, what is asked of it, and what it tells.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::asker::Asker;
use super::timetable::Class;
use super::vitals::Covered;
use crate::base::Trace;
use crate::engine::{Book, Sight};
use crate::follow::Follower;
use crate::model::SloId;

/// What the watcher watches, and how.
pub struct Scene {
    /// The SLOs with what is known of them.
    pub followers: Vec<(Follower, Class)>,
    /// Who is asked.
    pub asker: Arc<Asker>,
    /// How long after a moment its samples are there, in milliseconds.
    pub query_offset_ms: i64,
}

/// What is asked of the watcher.
pub enum Command {
    /// Another configuration: the book is put on the desk when nothing is under way any more that was asked under the old one.
    Change {
        /// For the desk.
        book: Arc<Book>,
        /// Makes the new scene from what is known of SLOs.
        scene: Box<dyn FnOnce(Vec<Follower>) -> Scene + Send>,
        /// Told when it holds.
        done: oneshot::Sender<()>,
    },
    /// No evaluation is begun any more, and those under way are dropped.
    Stop,
}

/// What the watcher tells of its work.
#[derive(Debug)]
pub enum Event<'a> {
    /// It looked around.
    Ticked(Standing),
    /// An SLO was evaluated, or could not be.
    Evaluated {
        /// Which.
        slo: &'a SloId,
        /// What came of it.
        sight: &'a Sight,
        /// How many questions that took.
        questions: usize,
        /// How long, in milliseconds.
        took_ms: i64,
        /// As a part of what.
        trace: Trace,
    },
    /// So many evaluations could not begin before the next ones were due.
    Missed(u64),
    /// The source answered; by how many milliseconds its clock is ahead, where that is worth a word.
    Answered(Option<i64>),
    /// The source did not answer.
    Unanswered(&'a str),
    /// Work on this SLO ended by a fault of burnwatch's own.
    Broke(&'a SloId),
    /// What is known of this SLO may be kept.
    Known(&'a Follower),
}

/// How the watcher stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// How far SLOs are.
    pub covered: Covered,
    /// Most evaluations at the same time now.
    pub limit: usize,
    /// Whether that is less than it may be.
    pub is_lowered: bool,
}
