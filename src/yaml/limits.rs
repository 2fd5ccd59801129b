//! What is read of YAML at most, so that a hostile file costs bounded time and memory.
//!
//! A file of 10,000 SLOs has about 5 MiB and 250,000 nodes.

use crate::base::Span;
use crate::diagnostics::{Finding, code};

/// Size of a file, in bytes.
pub const FILE_MAX_BYTES: usize = 16 << 20;

/// Scalars, lists, mappings and aliases in a file, keys included.
pub const NODES_MAX: usize = 1_000_000;

/// Lists and mappings inside each other.
pub const DEPTH_MAX: usize = 64;

/// Size of one scalar, in bytes.
pub const SCALAR_MAX_BYTES: usize = 1 << 20;

/// What anchors and aliases may copy in one file, in bytes of memory.
pub const COPIED_MAX_BYTES: usize = 32 << 20;

/// Findings about one file; the last one says how many were left out.
pub const FINDINGS_MAX: usize = 100;

/// A limit that was passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    FileBytes,
    Nodes,
    Depth,
    ScalarBytes,
    CopiedBytes,
}

impl Limit {
    /// What to tell the user.
    pub(super) fn finding(self, place: Span) -> Finding {
        let (title, help) = match self {
            Limit::FileBytes => (
                format!(
                    "a file of more than {} MiB is not read",
                    FILE_MAX_BYTES >> 20
                ),
                "split the file",
            ),
            Limit::Nodes => (
                format!("a file with more than {NODES_MAX} values is not read"),
                "split the file",
            ),
            Limit::Depth => (
                format!("lists and mappings are nested more than {DEPTH_MAX} deep"),
                "flatten the value",
            ),
            Limit::ScalarBytes => (
                format!(
                    "a text of more than {} KiB is not read",
                    SCALAR_MAX_BYTES >> 10
                ),
                "shorten the text",
            ),
            Limit::CopiedBytes => (
                format!(
                    "the aliases of this file copy more than {} MiB",
                    COPIED_MAX_BYTES >> 20
                ),
                "use fewer aliases, or aliases of smaller values",
            ),
        };
        Finding::new(code::SP001, place, title)
            .label("reading stops here")
            .help(help)
    }
}
