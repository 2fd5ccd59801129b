//! What is wrong with a template, and where.

use std::ops::Range;

/// A fault of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The bytes of the template that show it.
    pub range: Range<usize>,
    /// What it is: lower case, no full stop.
    pub what: String,
    /// What would be right.
    pub help: Option<String>,
}

/// How braces are written that are not ours.
const BRACES: &str = "where Prometheus or a shell is to see the braces, write `\\{{`";

impl Fault {
    /// A fault without help.
    pub(super) fn new(range: Range<usize>, what: impl Into<String>) -> Fault {
        Fault {
            range,
            what: what.into(),
            help: None,
        }
    }

    /// The same, so many bytes further on.
    pub(super) fn later(mut self, bytes: usize) -> Fault {
        self.range = self.range.start + bytes..self.range.end + bytes;
        self
    }

    /// With help.
    pub(super) fn help(mut self, help: impl Into<String>) -> Fault {
        self.help = Some(help.into());
        self
    }

    /// With help for a tag that may be somebody else's.
    pub(super) fn braces(self, tag: &str) -> Fault {
        let theirs =
            tag.contains(['$', '|', '"', '(']) || tag.contains(" .") || tag.starts_with('.');
        match theirs {
            true => self.help(BRACES),
            false => self,
        }
    }
}
