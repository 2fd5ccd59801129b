//! What an episode is about.

use serde::{Deserialize, Serialize};

use crate::base::Name;
use crate::evaluate::Group;
use crate::model::SloId;
use crate::notify::Key;
use crate::outbox::LaneId;

/// What an episode is about. There is never more than one episode of a subject.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Subject {
    /// The error budget of an SLO burns.
    Burn {
        /// Of which SLO.
        slo: SloId,
        /// Of which group.
        group: Group,
        /// With which severity.
        severity: Name,
    },
    /// The data of an SLO are missing, and its policy wants that told.
    Missing {
        /// Of which SLO.
        slo: SloId,
        /// With which severity.
        severity: Name,
    },
    /// An SLO cannot be evaluated.
    Blind {
        /// Which.
        slo: SloId,
    },
    /// The source cannot be asked at all.
    Source,
    /// What was kept was found damaged at a start.
    Damage,
    /// What happens cannot be kept.
    Unsaved,
    /// A receiver refuses what it is told.
    Refusal {
        /// Which.
        lane: LaneId,
    },
    /// Too much happens at once for one receiver.
    Storm {
        /// For which.
        lane: LaneId,
        /// Of which kind.
        wakes: Waking,
    },
    /// A test that somebody asked for.
    Test {
        /// The receivers or the team that it is for.
        of: String,
    },
}

/// What tests for the heartbeat begin with: they come every minute, and are news only where they fail.
pub const CANARY: &str = "the heartbeat, ";

/// Whether an episode wakes somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Waking {
    /// It does.
    Wakes,
    /// It does not.
    Waits,
}

impl Subject {
    /// The SLO that it is about.
    pub fn slo(&self) -> Option<&SloId> {
        match self {
            Subject::Burn { slo, .. } | Subject::Missing { slo, .. } | Subject::Blind { slo } => {
                Some(slo)
            }
            Subject::Source
            | Subject::Damage
            | Subject::Unsaved
            | Subject::Refusal { .. }
            | Subject::Storm { .. }
            | Subject::Test { .. } => None,
        }
    }

    /// A word for it, for metrics and history.
    pub fn kind(&self) -> &'static str {
        match self {
            Subject::Burn { .. } => "burn",
            Subject::Missing { .. } => "missing",
            Subject::Blind { .. } => "blind",
            Subject::Source => "source",
            Subject::Damage => "damage",
            Subject::Unsaved => "unsaved",
            Subject::Refusal { .. } => "refusal",
            Subject::Storm { .. } => "storm",
            Subject::Test { of } if of.starts_with(CANARY) => "canary",
            Subject::Test { .. } => "test",
        }
    }

    /// The key of its incident at receivers.
    pub fn key(&self, namespace: &str) -> Key {
        let mut parts = vec![namespace.to_string(), self.kind().to_string()];
        match self {
            Subject::Burn {
                slo,
                group,
                severity,
            } => {
                parts.extend([slo.to_string(), severity.to_string()]);
                parts.extend(group.values().iter().cloned());
            }
            Subject::Missing { slo, severity } => {
                parts.extend([slo.to_string(), severity.to_string()]);
            }
            Subject::Blind { slo } => parts.push(slo.to_string()),
            Subject::Source | Subject::Damage | Subject::Unsaved => {}
            // Other settings of the same receiver are another lane, and another incident.
            Subject::Refusal { lane } => parts.push(lane.as_str().to_string()),
            Subject::Storm { lane, wakes } => {
                parts.extend([lane.as_str().to_string(), format!("{wakes:?}")]);
            }
            Subject::Test { of } => parts.push(of.clone()),
        }
        Key::of(parts.iter().map(String::as_str))
    }
}
