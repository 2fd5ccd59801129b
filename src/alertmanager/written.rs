//! A matcher as a parser finds it in a text, its regular expression not yet looked at.

use std::ops::Range;

use super::matcher::MatchOp;

/// A matcher in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Written {
    pub label: String,
    pub op: MatchOp,
    pub value: String,
    /// Its bytes in the text.
    pub range: Range<usize>,
}

/// Why a text is no list of matchers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    /// The bytes that show it.
    pub range: Range<usize>,
    /// What is wrong, to follow "this matcher …".
    pub reason: &'static str,
}
