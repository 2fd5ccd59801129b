//! Generated rules against the programs that will read them.

#![allow(clippy::unwrap_used, reason = "a test may fail anywhere")]
#![allow(
    clippy::print_stderr,
    reason = "figures are for whoever asks to see them"
)]

#[path = "../kit/mod.rs"]
mod kit;

mod accepted;
mod generated;
mod generated_tests;
mod kinds;
mod mutants;
mod parsers;
mod sharpness;
mod workspace;
