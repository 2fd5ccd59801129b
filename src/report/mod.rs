//! What `validate` found, in the formats that people, CI systems and review tools read.
//!
//! A format is one value in a file of its own and one name in [`FORMATS`]. Rendering is pure: the same report gives the
//! same bytes, without a clock and without a path of the machine. What a format cannot say is left out of it and named in
//! `docs/formats.md`; the exit code depends on the report alone.

mod fingerprint;
mod order;
mod owner;
mod pages;
mod region;
mod request;
mod words;
mod written;
mod xml;

use crate::base::Span;
use crate::diagnostics::{Colour, Finding, Sources};
use crate::lint::{Check, Suppressed};

pub use request::{Request, RequestError, Target};
pub use written::written;

/// The tool's name in every format that asks for one.
const TOOL: &str = "burnwatch";

/// What a run found and what it looked at.
#[derive(Clone, Copy)]
pub struct Report<'a> {
    /// The findings that count, by place, with the levels that the workspace gives them.
    pub findings: &'a [Finding],
    /// How many more there are, less important than these: a run may have more than anybody reads.
    pub left_out: usize,
    /// Findings that a comment suppresses, by place.
    pub suppressed: &'a [Suppressed],
    /// The texts that spans point into, in the order of their names.
    pub sources: &'a Sources,
    /// The SLOs that were looked at, those with faults too: see [`written`].
    pub slos: &'a [ReportedSlo],
    /// What could not be checked, a sentence each.
    pub unchecked: &'a [String],
    /// Every check that could have spoken.
    pub checks: &'a [&'a Check],
    /// Whether `human` and `concise` are for a terminal; the other formats never have colours.
    pub colour: Colour,
}

/// An SLO that was looked at.
#[derive(Clone, Debug)]
pub struct ReportedSlo {
    /// What it is called everywhere, `service/name`.
    pub id: String,
    /// All that is written of it: a finding that begins inside is a finding of this SLO.
    pub span: Span,
}

/// What the paths of a format are relative to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paths {
    /// The workspace, as the user sees it.
    Workspace,
    /// The repository that the workspace is in: services that show findings in a diff know no other paths.
    Repository,
}

/// A format of reports.
pub struct Format {
    /// Its name in `--format`.
    pub name: &'static str,
    /// What it is for, in a sentence.
    pub doc: &'static str,
    /// The ending of file names that its readers insist on, with the dot.
    pub extension: Option<&'static str>,
    /// What its paths are relative to.
    pub paths: Paths,
    /// The text of a report; it ends with a line feed unless it is empty.
    pub render: fn(&Report<'_>) -> String,
}

macro_rules! formats {
    ($($module:ident),* $(,)?) => {
        $(mod $module;)*
        /// Every format, the usual one first.
        pub static FORMATS: &[&Format] = &[$(&$module::FORMAT),*];
    };
}

formats! { human, concise, json, github, sarif, gitlab, junit, checkstyle, rdjson }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_need_no_quoting() {
        for (at, format) in FORMATS.iter().enumerate() {
            assert!(format.name.chars().all(|c| c.is_ascii_lowercase()));
            assert!(FORMATS[..at].iter().all(|other| other.name != format.name));
        }
    }
}
