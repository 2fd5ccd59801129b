//! What one receiver is owed about one episode.

use serde::{Deserialize, Serialize};

use crate::base::Name;
use crate::notify::{Reason, Receipt, Size};

use super::lane::LaneId;

/// What one receiver knows of an episode, and what stands in the way of more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Debt {
    /// The way to the receiver.
    pub lane: LaneId,
    /// Why it is told at all.
    pub role: Role,
    /// What it is known to know.
    pub told: Told,
    /// Whether it may know of a beginning that it is not known to know of.
    pub receipt: Receipt,
    /// Whether it may know of an end that it is not known to know of.
    pub end_receipt: Receipt,
    /// The attempt that is under way.
    pub attempt: Option<Attempt>,
    /// Attempts that failed since one succeeded.
    pub tries: u32,
    /// Whether the whole message is too much for it.
    pub size: Size,
    /// What the receiver called the first message.
    pub handle: Option<String>,
    /// The mark of the secret that the first message was sent with.
    pub secret_mark: Option<String>,
    /// Since when nothing holds back what it is owed, in Unix milliseconds.
    pub due_ms: Option<i64>,
    /// It is not told of the end before this moment, in Unix milliseconds: it refused to be.
    pub end_not_before_ms: Option<i64>,
    /// Why it is told nothing any more.
    pub ended: Option<Ended>,
}

/// Why a receiver is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    /// The team is told there.
    Notified,
    /// Nobody acknowledged.
    Escalated {
        /// The step of the team's list.
        step: usize,
    },
    /// Another receiver could not be told.
    Fallback {
        /// Which one.
        of: Name,
        /// Why not.
        why: String,
    },
    /// Somebody asked for it: a test.
    Asked,
}

/// What a receiver is known to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Told {
    /// Nothing.
    Nothing,
    /// That it began, or goes on.
    Open {
        /// The number of the newest message that it has.
        sequence: u64,
        /// When it was told, in Unix milliseconds.
        at_ms: i64,
    },
    /// That it is over.
    Over {
        /// When it was told first, in Unix milliseconds.
        at_ms: i64,
        /// When it was told last.
        again_ms: i64,
    },
}

/// An attempt that is under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Which one of all attempts there ever were.
    pub number: u64,
    /// What it says.
    pub says: Says,
    /// The number of its message.
    pub sequence: u64,
    /// When it began, in Unix milliseconds.
    pub at_ms: i64,
}

/// What a message says to a receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Says {
    /// It began.
    Opened,
    /// It goes on, and something is new.
    Changed,
    /// It is over.
    Resolved,
    /// It was, and nobody could be told.
    Missed,
}

/// Why a receiver is told nothing any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ended {
    /// It never will take it.
    Refused(Reason),
    /// It never will take that it is over; somebody has to close it by hand.
    Unresolved(Reason),
    /// It could not be told for too long.
    Expired,
    /// It was over before anybody had to be told.
    Dropped,
    /// The team is not told there any more.
    Withdrawn,
    /// The message of a storm speaks of it: that of this episode.
    Bundled(u64),
}

impl Debt {
    /// Nothing was told yet.
    pub fn new(lane: LaneId, role: Role) -> Debt {
        Debt {
            lane,
            role,
            told: Told::Nothing,
            receipt: Receipt::None,
            end_receipt: Receipt::None,
            attempt: None,
            tries: 0,
            size: Size::Whole,
            handle: None,
            secret_mark: None,
            due_ms: None,
            end_not_before_ms: None,
            ended: None,
        }
    }

    /// It is told again, after it was not any more.
    pub fn revive(&mut self, role: &Role) {
        self.role = role.clone();
        self.ended = None;
        self.due_ms = None;
        self.tries = 0;
    }

    /// Whether the receiver knows, or may know, of something that goes on.
    pub fn is_open_there(&self) -> bool {
        matches!(self.told, Told::Open { .. }) || self.receipt == Receipt::Possible
    }
}
