//! One change of a file, where its fault is, and whether the file is still valid with it.

use std::fmt;
use std::ops::{Range, RangeInclusive};

/// What is done to a key or to a token of PromQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Dropped,
    Misspelt,
    Doubled,
    WrongType,
    TokenDropped,
    TokenDoubled,
}

impl Kind {
    pub const ALL: [Kind; 6] = [
        Kind::Dropped,
        Kind::Misspelt,
        Kind::Doubled,
        Kind::WrongType,
        Kind::TokenDropped,
        Kind::TokenDoubled,
    ];
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Dropped => "key dropped",
            Kind::Misspelt => "key misspelt",
            Kind::Doubled => "key doubled",
            Kind::WrongType => "value of a wrong type",
            Kind::TokenDropped => "PromQL token dropped",
            Kind::TokenDoubled => "PromQL token doubled",
        })
    }
}

/// One change of one file.
pub struct Mutation {
    pub kind: Kind,
    /// The path of the key, and what was done.
    pub what: String,
    /// The file with the change.
    pub text: String,
    /// Bytes of `text` at which a finding is exact.
    pub places: Vec<RangeInclusive<usize>>,
    /// Names that nothing defines any more: a place in any file that uses one is exact too.
    pub names: Vec<String>,
    /// Why the file is still valid, if a rule says that it is.
    pub still_valid: Option<String>,
}

/// `text` with `range` replaced.
pub fn replaced(text: &str, range: Range<usize>, by: &str) -> String {
    format!("{}{by}{}", &text[..range.start], &text[range.end..])
}
