//! What comes in.

use crate::evaluate::{Group, Verdict};
use crate::model::SloId;
use crate::notify::Judged;
use crate::outbox::LaneId;

/// What comes in.
#[derive(Clone, Debug)]
pub enum Input {
    /// burnwatch started with what was kept: attempts that were under way have no answer any more.
    Started,
    /// An SLO was evaluated, or could not be.
    Looked(Look),
    /// An attempt was answered.
    Answered {
        /// About which episode.
        episode: u64,
        /// To which receiver.
        lane: LaneId,
        /// What the receiver's pager makes of the answer.
        answer: Answer,
    },
    /// Somebody takes an episode over.
    Acknowledge {
        /// Which.
        episode: u64,
        /// Who.
        by: String,
    },
    /// A test for these receivers.
    Test {
        /// What it is for, in words: a team, a receiver.
        of: String,
        /// Which.
        lanes: Vec<LaneId>,
    },
    /// What happens is kept again.
    Saved,
    /// What happens cannot be kept.
    Unsaved {
        /// Why.
        why: String,
    },
    /// What was kept was found damaged.
    Damaged {
        /// How, and what was lost.
        how: String,
    },
    /// The clock was set.
    ClockSet {
        /// By how much, in milliseconds.
        by_ms: i64,
    },
    /// Time passed.
    Tick,
}

/// What came of an attempt.
#[derive(Clone, Debug)]
pub enum Answer {
    /// This, with the mark of the secret that was used.
    Judged(Judged, Option<String>),
    /// The receiver needs no such message; nothing was sent.
    Needless,
}

/// One evaluation of an SLO.
#[derive(Clone, Debug)]
pub struct Look {
    /// Which.
    pub slo: SloId,
    /// For which moment, in Unix milliseconds.
    pub at_ms: i64,
    /// What was to be seen.
    pub sight: Sight,
}

/// What was to be seen of an SLO.
#[derive(Clone, Debug)]
pub enum Sight {
    /// These groups; one that is not there has no events.
    Seen(Vec<GroupLook>),
    /// An answer without any series.
    Nothing,
    /// No series at all, where series are recorded by rules: whether there are any to count is not known.
    Unrecorded {
        /// Why that may be.
        why: String,
    },
    /// No answer.
    Failed {
        /// Why, without secrets.
        why: String,
        /// Whose fault it is.
        scope: Scope,
    },
}

impl Sight {
    /// Whether its verdicts are on so many tiers.
    pub(super) fn is_of(&self, tiers: usize) -> bool {
        let Sight::Seen(groups) = self else {
            return true;
        };
        let mut verdicts = groups.iter().filter_map(|group| group.verdict.as_ref());
        verdicts.all(|verdict| verdict.tiers.len() == tiers)
    }
}

/// Whose fault it is that there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The source's: others will not be answered either.
    Source,
    /// That of the question.
    Question,
}

/// What was to be seen of a group.
#[derive(Clone, Debug)]
pub struct GroupLook {
    /// Which.
    pub group: Group,
    /// What its tiers say; nothing where its numbers are no counts.
    pub verdict: Option<Verdict>,
    /// The burn rates of the long and the short window of each tier, where there are any.
    pub burns: Vec<(Option<f64>, Option<f64>)>,
    /// The share of the budget that is left.
    pub left: Option<f64>,
}

/// Something to be sent, once the records of its batch are kept.
#[derive(Clone, Debug)]
pub struct Send {
    /// About which episode.
    pub episode: u64,
    /// On which lane.
    pub lane: LaneId,
    /// Its settings.
    pub entry: super::book::LaneEntry,
    /// What.
    pub message: crate::notify::Message,
    /// What the receiver called the first message.
    pub handle: Option<String>,
    /// The mark of the secret that the first message was sent with.
    pub secret_mark: Option<String>,
    /// How much of it.
    pub size: crate::notify::Size,
}
