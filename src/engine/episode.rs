//! One episode: what it is about, how it stands, who is owed what about it.

use serde::{Deserialize, Serialize};

use crate::base::Name;
use crate::notify::{Key, Urgency};
use crate::outbox::{Debt, Told};

use super::subject::{Subject, Waking};

/// For how long after its end an episode that begins again is the same one, in milliseconds. And for so long one that came
/// back is quiet before it is said to be over: a condition that toggles pages twice, not at each turn.
pub const FLAP_MS: i64 = 10 * 60_000;

/// One episode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Episode {
    /// Its number, from 1; `e42` for people.
    pub number: u64,
    /// What it is about.
    pub subject: Subject,
    /// The namespace of the daemon when it opened. Episodes of before that was kept have none.
    #[serde(default)]
    pub namespace: Option<String>,
    /// Who answers for it.
    pub owner: Option<Name>,
    /// Its severity.
    pub severity: Name,
    /// Whether it wakes somebody.
    pub wakes: Waking,
    /// How much it hurries.
    pub urgency: Urgency,
    /// How it stands.
    pub standing: Standing,
    /// When it opened, in Unix milliseconds; when it came back last, where it was over in between.
    pub opened_ms: i64,
    /// How often it came back soon after it was over.
    pub flaps: u32,
    /// The number of its newest message: rises with whatever changes.
    pub sequence: u64,
    /// What it looks like.
    pub picture: Picture,
    /// Who took it over.
    pub acknowledged: Option<Acknowledgement>,
    /// When the first attempt to tell anybody began, in Unix milliseconds.
    pub paged_ms: Option<i64>,
    /// So many steps of the team's escalation were taken.
    pub steps: usize,
    /// Whether the fallback was told.
    pub fell_back: bool,
    /// What each receiver is owed.
    pub debts: Vec<Debt>,
    /// The episodes of a storm.
    pub members: Vec<u64>,
}

/// How an episode stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// It goes on.
    Open,
    /// It is over if it stays so: it came back before.
    Settling {
        /// Since when, in Unix milliseconds.
        since_ms: i64,
        /// Why it may be over.
        why: String,
    },
    /// It is over.
    Over {
        /// Since when, in Unix milliseconds.
        at_ms: i64,
        /// Why.
        why: String,
    },
}

/// What an episode looks like, in words: written when it opens or changes, so that what is sent later says what was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// One line.
    pub title: String,
    /// A few lines.
    pub text: String,
    /// Numbers, one by one.
    pub facts: Vec<(String, String)>,
    /// The labels of its alert.
    pub labels: std::collections::BTreeMap<String, String>,
    /// The runbook.
    pub runbook: Option<String>,
    /// The dashboard.
    pub dashboard: Option<String>,
}

/// Who took an episode over, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledgement {
    /// Who, as far as is known: a name, or the way in which it was done.
    pub by: String,
    /// When, in Unix milliseconds.
    pub at_ms: i64,
}

impl Episode {
    /// What it is called.
    pub fn name(&self) -> String {
        name(self.number)
    }

    /// The key of its incident at receivers: made with the namespace under which it opened, whatever that of the daemon is by
    /// now, or nobody could close it. `namespace` is that of now, for episodes of which that was not kept.
    pub fn key(&self, namespace: &str) -> Key {
        let of = self.namespace.as_deref();
        self.subject.key(of.unwrap_or(namespace))
    }

    /// Whether it is over for good.
    pub fn is_over(&self) -> bool {
        matches!(self.standing, Standing::Over { .. })
    }

    /// When it was over.
    pub fn over_ms(&self) -> Option<i64> {
        match self.standing {
            Standing::Over { at_ms, .. } => Some(at_ms),
            Standing::Open | Standing::Settling { .. } => None,
        }
    }

    /// Whether any receiver knows, or may know, that it goes on.
    pub fn is_open_anywhere(&self) -> bool {
        self.debts.iter().any(Debt::is_open_there)
    }

    /// Whether anybody was told of it.
    pub fn is_told(&self) -> bool {
        self.debts.iter().any(|debt| debt.told != Told::Nothing)
    }
}

/// What the episode of a number is called.
pub fn name(number: u64) -> String {
    format!("e{number}")
}

/// The number of the episode that is called so.
pub fn number(name: &str) -> Option<u64> {
    let digits = name.strip_prefix('e').unwrap_or(name);
    match digits.bytes().all(|byte| byte.is_ascii_digit()) {
        true => digits.parse().ok(),
        false => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn episodes_are_found_by_their_names() {
        assert_eq!(name(42), "e42");
        for (text, expected) in [
            ("e42", Some(42)),
            ("42", Some(42)),
            ("e", None),
            ("x1", None),
        ] {
            assert_eq!(number(text), expected, "{text}");
        }
        assert_eq!(number("+1"), None);
    }
}
