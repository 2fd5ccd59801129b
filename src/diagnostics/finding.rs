//! One fault in the user's text: what was found, where, and what would be right.
//!
//! A finding is a value. Whoever finds builds it; how it is shown is decided elsewhere.

use crate::base::Span;

use super::{Code, Level};

/// A place and what is to be said at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What to say there; may be empty.
    pub text: String,
}

/// A replacement of one piece of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What to replace; empty to insert.
    pub span: Span,
    /// The new text.
    pub text: String,
}

/// A change of the user's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patch {
    /// What it does, in words.
    pub help: String,
    /// The change; edits do not overlap.
    pub edits: Vec<Edit>,
    /// Whether it may be made without asking.
    pub certainty: Certainty,
}

/// How sure it is that a change is what the user wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// Probably; somebody should look.
    Likely,
    /// There is nothing else that could have been meant: `--fix` makes it.
    Certain,
}

/// One fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The kind of fault.
    pub code: Code,
    /// How much it matters.
    pub level: Level,
    /// What was found: lower case, no full stop, identifiers in backticks, makes sense alone.
    pub title: String,
    /// The smallest place that shows the fault.
    pub primary: Label,
    /// The other halves of the cause.
    pub secondary: Vec<Label>,
    /// Context that explains.
    pub notes: Vec<String>,
    /// What would be right, in words.
    pub help: Vec<String>,
    /// What would be right, as a change that can be shown.
    pub patch: Option<Patch>,
    /// What names the cause, where several findings may have one; see [`once`](super::once).
    pub cause: Option<String>,
}

impl Finding {
    /// A finding of `code` at `span`, with the code's own level.
    pub fn new(code: Code, span: Span, title: impl Into<String>) -> Finding {
        Finding {
            code,
            level: code.level,
            title: title.into(),
            primary: Label {
                span,
                text: String::new(),
            },
            secondary: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
            patch: None,
            cause: None,
        }
    }

    /// What to say at the primary place.
    pub fn label(mut self, text: impl Into<String>) -> Finding {
        self.primary.text = text.into();
        self
    }

    /// A second place and what to say there.
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Finding {
        self.secondary.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// Context.
    pub fn note(mut self, text: impl Into<String>) -> Finding {
        self.notes.push(text.into());
        self
    }

    /// What would be right, in words.
    pub fn help(mut self, text: impl Into<String>) -> Finding {
        self.help.push(text.into());
        self
    }

    /// What names the cause: of findings with the same one, the first is told with the places of all.
    pub fn caused_by(mut self, cause: impl Into<String>) -> Finding {
        self.cause = Some(cause.into());
        self
    }

    /// What is probably right, as edits under a help text.
    pub fn patch(self, help: impl Into<String>, edits: Vec<Edit>) -> Finding {
        self.patched(help.into(), edits, Certainty::Likely)
    }

    /// What is certainly right, as edits under a help text.
    pub fn fix(self, help: impl Into<String>, edits: Vec<Edit>) -> Finding {
        self.patched(help.into(), edits, Certainty::Certain)
    }

    fn patched(mut self, help: String, edits: Vec<Edit>, certainty: Certainty) -> Finding {
        self.patch = Some(Patch {
            help,
            edits,
            certainty,
        });
        self
    }
}

/// Findings in the order in which they were made.
pub type Findings = Vec<Finding>;
