//! A file that is to be written, as a value.

use std::collections::BTreeSet;

use super::{prometheus, runbook};

/// What kind of output a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Recording and alerting rules.
    Rules,
    /// Unit tests for the rules.
    Tests,
    /// Alertmanager's configuration.
    Routes,
    /// Runbooks.
    Runbooks,
}

impl Format {
    /// Every format, in the order in which they are written.
    pub const ALL: &[Format] = &[
        Format::Rules,
        Format::Tests,
        Format::Routes,
        Format::Runbooks,
    ];

    /// What the command line calls it.
    pub fn name(self) -> &'static str {
        match self {
            Format::Rules => "rules",
            Format::Tests => "tests",
            Format::Routes => "routes",
            Format::Runbooks => "runbooks",
        }
    }
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// Where it belongs below the output folder, with `/` between the parts.
    pub path: String,
    /// What kind of output it is.
    pub format: Format,
    /// Its whole text.
    pub text: String,
    /// The files that it was made from, as they are shown to the user.
    pub sources: BTreeSet<String>,
}

/// Whether a text bears the first line of what is generated, with either line end.
pub fn is_ours(text: &str) -> bool {
    [prometheus::HEADER, runbook::HEADER].iter().any(|header| {
        let rest = text.strip_prefix(header.trim_end());
        rest.is_some_and(|rest| rest.starts_with('\n') || rest.starts_with("\r\n"))
    })
}

/// A text with the line ends of what is generated: git may give those of a checkout others.
pub fn with_line_feeds(text: String) -> String {
    match text.contains("\r\n") {
        true => text.replace("\r\n", "\n"),
        false => text,
    }
}
