//! From plans to files: one file a format. Total: what reaches this stage can be written.

pub mod alertmanager;
pub mod artifact;
pub mod operator;
pub mod prometheus;
pub mod promtool;
pub mod rules;
pub mod runbook;
pub mod service;

pub use artifact::{Artifact, Format};
