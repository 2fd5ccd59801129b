//! What a reader should know beside a past, a sentence each.

use std::fmt;

use crate::base::{Duration, spoken};

use super::bridges::BRIDGES_MAX;

/// Something about the data that a past was made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// Numbers of groups were no counts while those of others may have been.
    WithoutCount {
        /// Of how many groups.
        groups: usize,
        /// For how long, of the group with the longest time, in milliseconds.
        longest_ms: i64,
    },
    /// Samples are further apart than the workspace says, and were counted as they are.
    Scraped {
        /// How far apart they are, of the distances that are tried.
        found: Duration,
        /// What `rules.scrape_interval` says.
        declared: Duration,
    },
    /// So many gaps are not bridged: what counters rose by over them is lost.
    Unbridged(usize),
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Note::WithoutCount { groups, longest_ms } => {
                let of = match groups {
                    1 => "one group".to_string(),
                    groups => format!("{groups} groups"),
                };
                let longest = spoken(longest_ms.unsigned_abs());
                write!(
                    f,
                    "numbers of {of} are no counts (NaN, infinite or negative) for up to {longest}: nothing can be seen there"
                )
            }
            Note::Scraped { found, declared } => write!(
                f,
                "samples are about {} s apart, `rules.scrape_interval` says {} s: counted as they are, and generated rules need the right one",
                found.as_ms() / 1_000,
                declared.as_ms() / 1_000
            ),
            Note::Unbridged(gaps) => {
                let gaps = match gaps {
                    1 => "one gap".to_string(),
                    gaps => format!("{gaps} gaps"),
                };
                write!(
                    f,
                    "what counters rose by over {gaps} is not in it: of each answer the {BRIDGES_MAX} longest gaps are bridged"
                )
            }
        }
    }
}
