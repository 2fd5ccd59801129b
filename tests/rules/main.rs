//! Generated rules against the programs that will read them.

#![allow(clippy::unwrap_used, reason = "a test may fail anywhere")]

#[path = "../kit/mod.rs"]
mod kit;

mod accepted;
mod generated;
mod kinds;
mod parsers;
