//! burnwatch compiles service level objectives into multi-window burn-rate alerts.
//!
//! Data flows one way, and each stage is its own type: files → [`yaml`] (a tree with places) → [`spec`] (what was written,
//! checked) → [`model`] (what it means) → [`plan`] (what must be computed) → [`lint`] (what is suspicious) and [`emit`] (texts) → [`files`].
//! `docs/architecture.md` has the map and its invariants.

pub mod base;
pub mod cli;
pub mod clock;
pub mod diagnostics;
pub mod emit;
pub mod files;
pub mod lint;
pub mod model;
pub mod plan;
pub mod prometheus;
pub mod promql;
pub mod source;
pub mod spec;
pub mod yaml;
