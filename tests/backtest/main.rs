//! `burnwatch backtest`: from files, from a real Prometheus, and what it refuses.
#![allow(clippy::unwrap_used, reason = "a test may fail anywhere")]

#[path = "../cli/case.rs"]
#[allow(dead_code, reason = "the tests of commands use the rest of it")]
mod case;
mod example;
mod files;
mod goldens;
mod history;
#[path = "../kit/mod.rs"]
mod kit;
mod refused;
mod servers;
mod workspace;
