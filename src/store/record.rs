//! What a store gives back at start.

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::checksum::Checksum;

/// The state of everything after the batch with the number `seq`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The last batch that is in it.
    pub seq: u64,
    /// When it was made, in Unix milliseconds.
    pub at_ms: i64,
    /// As the caller wrote it.
    pub body: String,
}

/// One input with what followed from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Its number: one more than that of the batch before, except after [`super::Store::heal`].
    pub seq: u64,
    /// When it was committed, in Unix milliseconds.
    pub at_ms: i64,
    /// As the caller wrote it.
    pub body: String,
}

/// All that was there at start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovered {
    /// Where to begin; nothing means at the very beginning.
    pub snapshot: Option<Snapshot>,
    /// What was committed since, in order.
    pub batches: Vec<Batch>,
    /// What is not as it was written. It is said at every start until a commit or [`super::Store::heal`] succeeds: the caller
    /// puts it into its first batch.
    pub damage: Option<Damage>,
    /// Whether there was nothing before, and nothing says that there should have been.
    pub is_new: bool,
}

/// What was found at start that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Damage {
    /// What was found, for people.
    pub what: String,
    /// The name that the damaged database has now; nothing where it stays in use, or was not there.
    pub set_aside: Option<PathBuf>,
    /// What the state at this start was read from.
    pub from: DamageSource,
    /// The number of the last batch that the state has in it.
    pub reaches_seq: u64,
    /// The number of the last batch that was committed, as far as that is known.
    pub committed_seq: Option<u64>,
}

/// What the state was read from although something was damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DamageSource {
    /// The database itself: its snapshot and what followed can still be verified.
    Database,
    /// A snapshot beside the database, and what of the database's journal could be verified to follow it.
    Side {
        /// The last batch in the snapshot.
        seq: u64,
        /// When it was made, in Unix milliseconds.
        at_ms: i64,
    },
    /// Nothing could be read: the state is empty.
    Nothing,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; ", self.what)?;
        match self.from {
            DamageSource::Database => write!(f, "the state was read from the database")?,
            DamageSource::Side { seq, .. } => {
                write!(f, "the state was read from the side snapshot at {seq}")?;
            }
            DamageSource::Nothing => write!(f, "nothing could be read, and the state is empty")?,
        }
        match self.committed_seq {
            Some(seq) if seq > self.reaches_seq => {
                write!(f, "; {} of {seq} inputs are lost", seq - self.reaches_seq)?;
            }
            Some(_) => write!(f, "; no input is lost")?,
            None => write!(f, "; how much is lost cannot be told")?,
        }
        match &self.set_aside {
            Some(path) => write!(f, "; the damaged file is `{}`", path.display()),
            None => Ok(()),
        }
    }
}

/// A point in the journal: the number of a batch and its checksum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub seq: u64,
    pub chain: Checksum,
}

impl Mark {
    /// Before the first batch.
    pub const START: Mark = Mark {
        seq: 0,
        chain: Checksum::ZERO,
    };
}

/// A snapshot with what links the next batch to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Base {
    pub snapshot: Snapshot,
    pub chain: Checksum,
}

impl Base {
    /// The point in the journal that it stands for.
    pub fn mark(&self) -> Mark {
        Mark {
            seq: self.snapshot.seq,
            chain: self.chain,
        }
    }

    /// Over all of it.
    pub fn checksum(&self) -> Checksum {
        let Snapshot { seq, at_ms, body } = &self.snapshot;
        Checksum::of_snapshot(self.chain, *seq, *at_ms, body)
    }
}
