//! What is known of an SLO at a moment, and what its tiers make of it: buckets, windows, budgets, verdicts.
//!
//! The same for the past (`replay`), for the daemon and for the tests of generated rules. What follows from verdicts over time
//! is `alert`. Pure: counts and times come in.

pub mod contents;
pub mod counted;
pub mod counts;
pub mod feed;
pub mod group;
pub mod histories;
pub mod history;
pub mod layout;
pub mod period;
pub mod resolution;
pub mod tier;
pub mod verdict;

pub use contents::Contents;
pub use counted::Counted;
pub use counts::{Bridge, Counts, Sight};
pub use feed::Feed;
pub use group::Group;
pub use histories::{GROUPS_MAX, Grouping, Histories};
pub use history::History;
pub use period::Period;
pub use resolution::Resolution;
pub use tier::{Armed, Condition, Decision, Evidence, Judgement, Limits, Margins};
pub use verdict::{BudgetLeft, Judge, TierVerdict, Verdict};
