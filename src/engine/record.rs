//! What happened, in the words that are kept. Applied in their order to nothing, records give the state.

use serde::{Deserialize, Serialize};

use crate::alert::Watch;
use crate::base::Name;
use crate::evaluate::Group;
use crate::model::SloId;
use crate::notify::{Reason, Receipt, Urgency};
use crate::outbox::{Ended, LaneId, Role, Says};

use super::book::LaneEntry;
use super::episode::Picture;
use super::subject::{Subject, Waking};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Record {
    /// A group of an SLO stands otherwise than before.
    Watched {
        /// Of which SLO.
        slo: SloId,
        /// Which group.
        group: Group,
        /// How it stands; nothing where there is nothing to remember.
        watch: Option<Watch>,
        /// What its tiers are called.
        tiers: Vec<Name>,
    },
    /// The watch over missing data of an SLO stands otherwise than before.
    MissingWatched {
        /// Of which SLO.
        slo: SloId,
        /// How it stands.
        watch: Option<Watch>,
    },
    /// An episode opened.
    Opened {
        /// Its number.
        episode: u64,
        /// What it is about.
        subject: Subject,
        /// The namespace of its key. Records of before that was kept have none.
        #[serde(default)]
        namespace: Option<String>,
        /// Who answers for it.
        owner: Option<Name>,
        /// Its severity.
        severity: Name,
        /// Whether it wakes somebody.
        wakes: Waking,
        /// How much it hurries.
        urgency: Urgency,
        /// What it looks like.
        picture: Picture,
        /// When, in Unix milliseconds.
        at_ms: i64,
    },
    /// An episode that was over, or may have been, goes on.
    Reopened {
        /// Which.
        episode: u64,
        /// What it looks like.
        picture: Picture,
        /// Whether it is so soon that it counts as the same incident.
        flap: Flap,
        /// When, in Unix milliseconds.
        at_ms: i64,
    },
    /// An episode looks otherwise.
    Changed {
        /// Which.
        episode: u64,
        /// What it looks like.
        picture: Picture,
        /// How much it hurries now.
        urgency: Urgency,
        /// What is new.
        why: String,
    },
    /// An episode may be over.
    Settling {
        /// Which.
        episode: u64,
        /// When, in Unix milliseconds.
        at_ms: i64,
        /// Why.
        why: String,
    },
    /// An episode is over.
    Resolved {
        /// Which.
        episode: u64,
        /// When, in Unix milliseconds.
        at_ms: i64,
        /// Why.
        why: String,
    },
    /// Somebody took an episode over.
    Acknowledged {
        /// Which.
        episode: u64,
        /// Who.
        by: String,
        /// When, in Unix milliseconds.
        at_ms: i64,
    },
    /// A receiver is owed the news of an episode, sooner or later.
    Owed {
        /// Of which episode.
        episode: u64,
        /// Which receiver.
        lane: LaneId,
        /// Why it.
        role: Role,
    },
    /// From now on nothing holds back what a receiver is owed.
    Due {
        /// Of which episode.
        episode: u64,
        /// Which receiver.
        lane: LaneId,
        /// When, in Unix milliseconds.
        at_ms: i64,
    },
    /// Another team answers for an episode now.
    Owned {
        /// Which.
        episode: u64,
        /// Who.
        owner: Option<Name>,
    },
    /// A step of escalation was taken.
    Escalated {
        /// Of which episode.
        episode: u64,
        /// So many were taken.
        steps: usize,
    },
    /// The fallback of an episode is told.
    FellBack {
        /// Of which episode.
        episode: u64,
    },
    /// A storm speaks of more episodes, or is about them from the beginning.
    Bundled {
        /// The storm.
        storm: u64,
        /// The episodes.
        members: Vec<u64>,
    },
    /// A way to a receiver is used, and is to be remembered with its settings.
    LaneKnown {
        /// Which.
        lane: LaneId,
        /// Its settings.
        entry: LaneEntry,
    },
    /// A way to a receiver is not needed any more.
    LaneForgotten {
        /// Which.
        lane: LaneId,
    },
    /// An attempt begins: it is kept before anything is sent.
    Attempted {
        /// About which episode.
        episode: u64,
        /// To which receiver.
        lane: LaneId,
        /// What it says.
        says: Says,
        /// When, in Unix milliseconds.
        at_ms: i64,
    },
    /// An attempt ended.
    Answered {
        /// About which episode.
        episode: u64,
        /// To which receiver.
        lane: LaneId,
        /// How.
        outcome: Outcome,
        /// When, in Unix milliseconds.
        at_ms: i64,
    },
    /// A receiver is told nothing more of an episode.
    Ended {
        /// Of which episode.
        episode: u64,
        /// Which receiver.
        lane: LaneId,
        /// Why.
        why: Ended,
    },
    /// Nothing more is owed about an episode.
    Forgotten {
        /// Which.
        episode: u64,
    },
    /// The clock was set.
    ClockSet {
        /// By how much, in milliseconds.
        by_ms: i64,
    },
}

/// Whether an episode that goes on again is the same incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Flap {
    /// It is: it comes back soon after it was over.
    Yes,
    /// It is another one, whose forerunner is not yet told to be over everywhere.
    No,
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// The receiver has it.
    Delivered {
        /// What it calls the message.
        handle: Option<String>,
        /// The mark of the secret that was used.
        secret_mark: Option<String>,
    },
    /// The receiver needs no such message.
    Needless,
    /// Later.
    Failed {
        /// Why not now.
        reason: Reason,
        /// Whether it may have been received.
        receipt: Receipt,
        /// The lane is closed until then, in Unix milliseconds.
        closed_until_ms: i64,
    },
    /// The receiver refuses to be told of the end. It is asked again, for nobody is woken by that.
    Postponed {
        /// Why.
        reason: Reason,
        /// Not before this moment, in Unix milliseconds.
        until_ms: i64,
    },
    /// Never.
    Refused {
        /// Why.
        reason: Reason,
    },
    /// Not as a whole.
    TooLarge,
    /// The receiver fails again and again where it is told the whole.
    Choked {
        /// Whether it may have been received.
        receipt: Receipt,
    },
    /// Not by the handle, which the receiver has forgotten.
    HandleForgotten,
    /// burnwatch stopped while it was under way.
    Interrupted,
}
