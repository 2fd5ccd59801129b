//! burnwatch compiles service level objectives into multi-window burn-rate alerts.
//!
//! Data flows one way, and each stage is its own type:
//! files → [`yaml`] → spec → model → plan → emit → files.

pub mod base;
pub mod diagnostics;
pub mod promql;
pub mod yaml;
