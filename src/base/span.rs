//! Places in the files that users write.
//!
//! A span names bytes of one source. What a source is called and what its text says is kept by
//! `diagnostics::Sources`.

use serde::{Deserialize, Serialize};

/// Which source a span points into: an index into `diagnostics::Sources`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u32);

/// A range of bytes in one source; `start == end` marks a place between two bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The source that the bytes belong to.
    pub source: SourceId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span of `start..end` in `source`.
    pub fn new(source: SourceId, start: usize, end: usize) -> Span {
        assert!(start <= end, "a span ends before it starts: {start}..{end}");
        // Sources are capped far below 4 GiB when they are read.
        Span {
            source,
            start: start as u32,
            end: end as u32,
        }
    }

    /// The empty place where it begins.
    pub fn beginning(self) -> Span {
        Span {
            end: self.start,
            ..self
        }
    }
}

/// A value and the place where the user wrote it.
///
/// Where it is kept beyond a run only the value is: the text may be another one by then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it was written.
    #[serde(skip)]
    pub span: Span,
}

impl<T> Spanned<T> {
    /// A value with its place.
    pub fn new(value: T, span: Span) -> Spanned<T> {
        Spanned { value, span }
    }

    /// The same place with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned {
            value: change(self.value),
            span: self.span,
        }
    }
}
