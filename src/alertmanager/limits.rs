//! How much of a configuration is read.
//!
//! Routes nest as deep as YAML does (`yaml::limits::DEPTH_MAX`), and no deeper.

/// The most routes of one file.
pub const ROUTES_MAX: usize = 10_000;
/// The most findings of one file; where there are more, the last says so.
pub const FINDINGS_MAX: usize = 100;
/// What the regular expressions of one file may weigh together, each different one counted once (`promql::Search`).
/// Compiled they then take 64 MiB at most.
pub const PATTERNS_WEIGHT_MAX: usize = 256 << 10;
/// How many pairs of sibling routes are compared where no common value of a label tells them apart.
pub const PAIRS_MAX: usize = 1_000_000;
