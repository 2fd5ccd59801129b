//! Where each byte of a scalar's text stands in its file.

use std::ops::Range;

use crate::base::{SourceId, Span};

/// How the bytes of a text go back to the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Places {
    /// The text stands in the file as it is, from this byte on.
    Verbatim(u32),
    /// Runs of the text, in order, without gaps.
    Runs(Box<[Run]>),
}

/// Some bytes of a text that come from one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// Where the run begins in the text.
    pub at: u32,
    /// Where it begins in the file.
    pub start: u32,
    /// Where it ends in the file.
    pub end: u32,
    /// Whether the file has the same bytes, or something that means them.
    pub copy: Copied,
}

/// How a run relates to its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Copied {
    /// Byte for byte.
    Bytes,
    /// As a whole: an escape, a folded line break, a placeholder.
    Whole,
}

impl Places {
    /// Every byte of the text comes from one place as a whole.
    pub(super) fn whole(place: Span) -> Places {
        Places::Runs(Box::new([Run {
            at: 0,
            start: place.start,
            end: place.end,
            copy: Copied::Whole,
        }]))
    }

    /// The place of a range of the text. An empty range is a place between two bytes.
    pub(super) fn span_of(&self, source: SourceId, range: Range<usize>) -> Span {
        let start = self.start_of(range.start);
        let end = if range.is_empty() {
            start
        } else {
            self.end_of(range.end).max(start)
        };
        Span::new(source, start, end)
    }

    /// Whether the file has the bytes of a range as they are, one after the other.
    pub(super) fn is_verbatim(&self, range: Range<usize>) -> bool {
        match self {
            Places::Verbatim(_) => true,
            Places::Runs(runs) => run_at(runs, range.start).is_some_and(|run| {
                let end = run.at as usize + (run.end - run.start) as usize;
                run.copy == Copied::Bytes && range.start >= run.at as usize && range.end <= end
            }),
        }
    }

    fn start_of(&self, at: usize) -> usize {
        match self {
            Places::Verbatim(start) => *start as usize + at,
            Places::Runs(runs) => run_at(runs, at).map_or(0, |run| run.place_of(at, run.start)),
        }
    }

    /// The end of a range that is not empty and ends before byte `at`.
    fn end_of(&self, at: usize) -> usize {
        match self {
            Places::Verbatim(start) => *start as usize + at,
            Places::Runs(runs) => run_at(runs, at - 1).map_or(0, |run| run.place_of(at, run.end)),
        }
    }

    /// Appends the runs of `range` of this text to `runs`, whose text is `at` bytes long.
    pub(super) fn copy_to(&self, runs: &mut Vec<Run>, at: usize, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        match self {
            Places::Verbatim(start) => runs.push(Run {
                at: at as u32,
                start: start + range.start as u32,
                end: start + range.end as u32,
                copy: Copied::Bytes,
            }),
            Places::Runs(own) => {
                let first = own.partition_point(|run| run.at as usize <= range.start) - 1;
                for run in own[first..]
                    .iter()
                    .take_while(|run| (run.at as usize) < range.end)
                {
                    let skipped = range.start.saturating_sub(run.at as usize);
                    let begins = (run.at as usize).max(range.start);
                    runs.push(match run.copy {
                        Copied::Whole => Run {
                            at: (at + begins - range.start) as u32,
                            ..*run
                        },
                        Copied::Bytes => Run {
                            at: (at + begins - range.start) as u32,
                            start: run.start + skipped as u32,
                            ..*run
                        },
                    });
                }
            }
        }
    }

    /// Memory that a copy takes beside the value itself, in bytes.
    pub(super) fn weight(&self) -> usize {
        match self {
            Places::Verbatim(_) => 0,
            Places::Runs(runs) => std::mem::size_of_val::<[Run]>(runs),
        }
    }
}

impl Run {
    /// Where byte `at` of the text stands in the file: `whole` where the run is one place.
    fn place_of(&self, at: usize, whole: u32) -> usize {
        match self.copy {
            Copied::Bytes => (self.start as usize + at - self.at as usize).min(self.end as usize),
            Copied::Whole => whole as usize,
        }
    }
}

/// The run that has byte `at`, or the last one for the end of the text.
fn run_at(runs: &[Run], at: usize) -> Option<&Run> {
    let after = runs.partition_point(|run| run.at as usize <= at);
    runs.get(after.saturating_sub(1))
}
