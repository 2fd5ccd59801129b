//! What is wrong with a file of counts.

use std::fmt;

/// Most faults that are said of one file; what is beyond them is not read.
pub const FAULTS_MAX: usize = 20;

/// One fault, with its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataFault {
    /// The line, from 1 on.
    pub line: usize,
    /// What was found and what is expected.
    pub message: String,
}

/// Why a file says nothing of an SLO.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Its lines are at fault; at most [`FAULTS_MAX`] of them are named.
    Faults(Vec<DataFault>),
    /// It is a whole and not a line that is at fault, or nothing of it is of this SLO.
    Whole(String),
}

impl fmt::Display for DataFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

/// The faults of a file as they are found.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<DataFault>);

impl Faults {
    /// Notes one.
    pub fn add(&mut self, line: usize, message: impl Into<String>) {
        self.0.push(DataFault {
            line,
            message: message.into(),
        });
    }

    /// Whether there are so many that reading on says nothing more.
    pub fn is_full(&self) -> bool {
        self.0.len() >= FAULTS_MAX
    }

    /// All of them, where there are any.
    pub fn refusal(self) -> Result<(), Refusal> {
        match self.0.is_empty() {
            true => Ok(()),
            false => Err(Refusal::Faults(self.0)),
        }
    }
}
