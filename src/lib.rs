//! burnwatch compiles service level objectives into multi-window burn-rate alerts.
//!
//! Data flows one way, and each stage is its own type: files → [`yaml`] (a tree with places) → [`spec`] (what was written,
//! checked) → [`model`] (what it means) → [`plan`] (what must be computed) → [`lint`] (what is suspicious), [`diff`] (what changed) and [`emit`] (texts) → [`files`];
//! what is wrong or suspicious is shown by [`report`].
//! `docs/architecture.md` has the map and its invariants.

pub mod alert;
pub mod alertmanager;
pub mod archive;
pub mod base;
pub mod cli;
pub mod clock;
pub mod daemon;
pub mod diagnostics;
pub mod diff;
pub mod emit;
pub mod engine;
pub mod evaluate;
pub mod files;
pub mod follow;
pub mod gate;
pub mod lint;
pub mod model;
pub mod net;
pub mod notify;
pub mod outbox;
pub mod plan;
pub mod preview;
pub mod prometheus;
pub mod promql;
pub mod recorded;
pub mod replay;
pub mod report;
pub mod routing;
pub mod runbook;
pub mod serve;
pub mod show;
pub mod source;
pub mod spec;
pub mod status;
pub mod store;
pub mod template;
pub mod transport;
pub mod web;
pub mod yaml;
