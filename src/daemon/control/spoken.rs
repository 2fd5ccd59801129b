//! What is said over the socket, each a line of JSON.

use serde::{Deserialize, Serialize};

use crate::daemon::acknowledge::Acknowledged;
use crate::serve::{Dependency, DependencyState, Face, Live};

/// Longest line that asks, in bytes, with its end.
pub const LINE_BYTES_MAX: usize = 64 << 10;
/// Longest line that answers, in bytes, with its end: the names of all receivers.
pub const ANSWER_BYTES_MAX: usize = 4 << 20;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Ask {
    /// Somebody takes an episode over.
    Acknowledge {
        /// Its number.
        episode: u64,
        /// Who.
        by: String,
    },
    /// Receivers are to be told a test, and that it is over.
    Try(Whom),
    /// How the daemon is.
    Health,
}

/// Who is told a test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whom {
    /// Every receiver.
    Everybody,
    /// All that a team is ever told at.
    Team(String),
    /// These receivers.
    Receivers(Vec<String>),
}

/// What is answered. Of a test there are several, the last of which is [`Said::Tried`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// What came of an acknowledgement.
    Acknowledged(Acknowledged),
    /// There is no such team or receiver.
    Nobody {
        /// In words: "team `x`".
        what: String,
        /// Which there are.
        known: Vec<String>,
    },
    /// A test begins.
    Trying {
        /// Its episode, such as `e42`.
        episode: String,
        /// Who is told.
        receivers: Vec<String>,
    },
    /// Something happened at a receiver.
    News {
        /// Which.
        receiver: String,
        /// What.
        what: TrialNews,
    },
    /// How the daemon is.
    Health(Health),
    /// How a test ended, by receiver.
    Tried(Vec<(String, TrialOutcome)>),
    /// Nothing is done; why.
    Refused(String),
}

/// How the daemon is: what it says at `/livez` and `/readyz`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Health {
    /// Why it does not do what it is there for, where that is so.
    pub wedged: Option<String>,
    /// Whether it has all that it needs.
    pub is_ready: bool,
    /// What it needs, and how that is: lines of "source: fine: it answered 2 s ago".
    pub needs: Vec<String>,
}

impl Health {
    /// That of a face. May wait, as [`Face::ready`] does.
    pub fn of(face: &dyn Face) -> Health {
        let needs = face.ready();
        let line = |need: &Dependency| {
            let Dependency {
                name,
                state,
                reason,
            } = need;
            format!("{name}: {}: {reason}", state.name())
        };
        Health {
            wedged: match face.live() {
                Live::Alive => None,
                Live::Wedged(why) => Some(why),
            },
            is_ready: needs.iter().all(|need| need.state != DependencyState::Gone),
            needs: needs.iter().map(line).collect(),
        }
    }
}

/// What happens at a receiver during a test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrialNews {
    /// It was told that the test began.
    Opened,
    /// It was told that the test is over.
    Resolved,
    /// An attempt failed; the next one comes.
    Failed {
        /// Why, where that is known.
        why: String,
    },
    /// It refuses.
    Refused {
        /// Why.
        why: String,
    },
}

/// How a test ended at a receiver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrialOutcome {
    /// It was told that the test began and that it is over.
    Told,
    /// It was told that the test began, and not yet that it is over.
    Open {
        /// Why not, where that is known.
        why: String,
    },
    /// It was told nothing.
    Untold {
        /// Why not, where that is known.
        why: String,
    },
}
