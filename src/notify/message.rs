//! What a receiver is told about one episode or a storm of them: the same for every pager.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::base::Name;
use crate::model::roster::{Priority, Severity, Wakes};

use super::key::Key;

/// One message. Each is a whole picture: whoever gets only the last one knows how things stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// What names the incident at the receiver: the same in every message about the same SLO, group and severity.
    pub key: Key,
    /// What it is called here, for `burnwatch ack` and `burnwatch history`, such as `e42`.
    pub episode: String,
    /// Rises with each message about the episode, from 1.
    pub sequence: u64,
    /// What it says.
    pub news: News,
    /// What it is about.
    pub about: About,
    /// The severity, in the workspace's own word.
    pub severity: Name,
    /// How much it hurries.
    pub urgency: Urgency,
    /// One line, without the news: `checkout/availability is burning 14.4 times its error budget`.
    pub title: String,
    /// A few lines of plain text: numbers, budget, what to look at.
    pub text: String,
    /// The same numbers one by one, in order: what it is, and how much.
    pub facts: Vec<(String, String)>,
    /// The labels that the alert of a generated rule would have, and the user's own: the same in every message about an
    /// episode, since an Alertmanager knows the alert by them.
    pub labels: BTreeMap<String, String>,
    /// Where to go.
    pub links: Links,
    /// When the episode opened, in Unix milliseconds.
    pub opened_ms: i64,
    /// When it was over, in Unix milliseconds.
    pub resolved_ms: Option<i64>,
    /// When this attempt is made, in Unix milliseconds. Only a receiver that must be told again and again sees it.
    pub sent_ms: i64,
    /// Whether the receiver may have had exactly this before.
    pub repeat: Repeat,
    /// Whether anything is wrong at all.
    pub purpose: Purpose,
    /// Why it comes to this receiver, where that is not plain: another one refused it, nobody acknowledged.
    pub because: Option<String>,
    /// The episodes of a storm, the most urgent first; none where it is about one.
    pub members: Vec<Member>,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum News {
    /// It began.
    Opened,
    /// It goes on, and something about it is new: another tier, an acknowledgement, more members.
    Changed,
    /// It is over.
    Resolved {
        /// Why, such as `the burn rate is below every threshold` or `the SLO was removed`.
        why: String,
    },
    /// It is over, and nobody could be told that it had begun: from when to when it was is in the message.
    Missed,
}

/// What a message is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum About {
    /// An SLO: its error budget burns, or its data are missing, or it cannot be evaluated.
    Slo {
        /// The service.
        service: String,
        /// Its name within the service.
        name: String,
        /// The values of `group_by`, with the names of their labels.
        group: Vec<(String, String)>,
    },
    /// burnwatch itself: a source, the store, a receiver.
    Burnwatch {
        /// Which part.
        part: String,
    },
}

/// How much a message hurries; what each pager makes of it is its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Urgency {
    /// Somebody has to get up.
    Critical,
    /// Somebody has to get up, if less is at stake.
    Error,
    /// In office hours.
    Warning,
    /// To be known.
    Info,
}

impl Urgency {
    /// How much messages of a severity hurry: whether it wakes somebody comes first, then its priority.
    pub fn of(severity: &Severity) -> Urgency {
        match (severity.wakes, severity.priority) {
            (Wakes::Anytime, None | Some(Priority::P0 | Priority::P1)) => Urgency::Critical,
            (Wakes::Anytime, Some(Priority::P2 | Priority::P3)) => Urgency::Error,
            (Wakes::Never, Some(Priority::P0 | Priority::P1)) => Urgency::Error,
            (Wakes::Never, None | Some(Priority::P2)) => Urgency::Warning,
            (Wakes::Never, Some(Priority::P3)) => Urgency::Info,
        }
    }
}

/// Where to go from a message. Its `Debug` does not show what acknowledges.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Links {
    /// The runbook.
    pub runbook: Option<String>,
    /// The dashboard.
    pub dashboard: Option<String>,
    /// Acknowledges the episode when it is opened; signed, so it is not to be logged.
    pub acknowledge: Option<String>,
}

impl fmt::Debug for Links {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Links")
            .field("runbook", &self.runbook)
            .field("dashboard", &self.dashboard)
            .field("acknowledge", &self.acknowledge.as_ref().map(|_| ".."))
            .finish()
    }
}

/// Whether a receiver may have had exactly this message before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Repeat {
    /// It has not.
    First,
    /// An attempt was under way when burnwatch stopped, or its answer was lost.
    Possible,
}

/// Whether anything is wrong at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// It is.
    Real,
    /// `burnwatch page --test`, or the canary of the heartbeat.
    Test,
}

/// One episode of a storm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// What it is called here.
    pub episode: String,
    /// How much it hurries.
    pub urgency: Urgency,
    /// One line.
    pub title: String,
    /// Whether it is over.
    pub is_over: bool,
    /// The runbook.
    pub runbook: Option<String>,
}
