//! One fault in a PromQL text: its kind, the bytes it is about, and what would be right.
//!
//! A fault knows only the text it was found in. Turning it into a finding of a file is left to whoever
//! knows where that text stands.

use std::ops::Range;

/// What sort of fault it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultKind {
    /// The text does not follow the grammar.
    Syntax,
    /// The parts do not fit together: argument types, operators, selectors.
    Type,
    /// Larger or deeper than is read.
    Limit,
    /// A query over the window that never mentions `$window`.
    MissingWindow,
    /// A fixed range where `[$window]` must stand.
    FixedRange,
    /// A part whose values over two windows do not add up to the value over both.
    NotAdditive,
    /// A result that cannot carry the labels that are asked for.
    Labels,
}

/// One fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What sort of fault it is.
    pub kind: FaultKind,
    /// The bytes of the text that show it; its start is where Prometheus reports the same fault.
    pub range: Range<usize>,
    /// The bytes to look at, where those are others: a bracket that is never closed, not the end of the text.
    pub look: Option<Range<usize>>,
    /// What was found, in words that make sense alone.
    pub message: String,
    /// What to say at the place; may be empty.
    pub label: String,
    /// What would be right.
    pub help: Option<String>,
    /// Another place of the same cause, and what to say there.
    pub related: Option<(Range<usize>, String)>,
}

impl Fault {
    /// A fault of `kind` at `range`.
    pub fn new(kind: FaultKind, range: Range<usize>, message: impl Into<String>) -> Fault {
        Fault {
            kind,
            range,
            look: None,
            message: message.into(),
            label: String::new(),
            help: None,
            related: None,
        }
    }

    /// The bytes that a reader should look at.
    pub fn look_at(mut self, range: Range<usize>) -> Fault {
        self.look = Some(range);
        self
    }

    /// The bytes that a reader should look at: those of the fault, unless others show it better.
    pub fn place(&self) -> Range<usize> {
        self.look.clone().unwrap_or(self.range.clone())
    }

    /// What to say at the place.
    pub fn label(mut self, text: impl Into<String>) -> Fault {
        self.label = text.into();
        self
    }

    /// What would be right.
    pub fn help(mut self, text: impl Into<String>) -> Fault {
        self.help = Some(text.into());
        self
    }

    /// Another place of the same cause.
    pub fn related(mut self, range: Range<usize>, text: impl Into<String>) -> Fault {
        self.related = Some((range, text.into()));
        self
    }
}
