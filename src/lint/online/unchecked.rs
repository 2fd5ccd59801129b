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
    /// Adds what others found.
    pub fn append(&mut self, mut others: Online) {
        self.findings.append(&mut others.findings);
        self.unchecked.append(&mut others.unchecked);
        self.asked += others.asked;
    }

    /// Whether everything that this kind of server can tell was told.
    pub fn is_complete(&self) -> bool {
        self.unchecked
            .iter()
            .all(|unchecked| unchecked.weight == Weight::Unsupported)
    }
}

impl Unchecked {
    /// Which checks could not be made, if it is not all of them, and why; a heading says that they could not.
    pub fn text(&self) -> String {
        let why = &self.why;
        let text = match &self.codes[..] {
            [] => why.clone(),
            [code] => format!("{} {}: {why}", code.id, code.name),
            several => {
                let ids: Vec<&str> = several.iter().map(|code| code.id).collect();
                format!("{}: {why}", ids.join(", "))
            }
        };
        match self.questions {
            0 | 1 => text,
            several => format!("{text} (and {} more)", several - 1),
        }
    }
}

impl fmt::Display for Unchecked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = match self.codes[..] {
            [] => "against the server: ",
            _ => "",
        };
        write!(f, "could not check {of}{}", self.text())
    }
}
