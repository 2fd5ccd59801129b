//! What the online checks found, and what they could not find out.

use std::fmt;

use crate::diagnostics::{Code, Findings};

/// The outcome of all online checks.
#[derive(Debug, Default)]
pub struct Online {
    /// What is wrong.
    pub findings: Findings,
    /// What could not be checked: each reason once.
    pub unchecked: Vec<Unchecked>,
    /// How many questions were asked.
    pub asked: usize,
}

/// Something that could not be checked, which says nothing about the SLOs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unchecked {
    /// The checks; none where no check could be made at all.
    pub codes: Vec<Code>,
    /// Why not: lower case, no full stop.
    pub why: String,
    /// How many questions it was that lacked their answer.
    pub questions: usize,
    /// Whether somebody should do something about it.
    pub weight: Weight,
}

/// How much it matters that something could not be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// The server does not have what the check needs, and never will: worth a note.
    Unsupported,
    /// It should have been possible.
    Failed,
}

impl Online {
    /// Whether everything that this kind of server can tell was told.
    pub fn is_complete(&self) -> bool {
        self.unchecked
            .iter()
            .all(|unchecked| unchecked.weight == Weight::Unsupported)
    }
}

impl fmt::Display for Unchecked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.codes[..] {
            [] => write!(f, "could not check against the server: {}", self.why)?,
            [code] => write!(f, "could not check {} {}: {}", code.id, code.name, self.why)?,
            several => {
                let ids: Vec<&str> = several.iter().map(|code| code.id).collect();
                write!(f, "could not check {}: {}", ids.join(", "), self.why)?;
            }
        }
        match self.questions {
            0 | 1 => Ok(()),
            several => write!(f, " (and {} more)", several - 1),
        }
    }
}
