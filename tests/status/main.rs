//! `status` and `gate`: against a real server with a history, and against servers that fail.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "helpers of tests are tests, and one that waits for a server needs a clock"
)]

#[path = "../cli/case.rs"]
#[allow(dead_code, reason = "the tests of commands use the rest of it")]
mod case;
mod command;
mod data;
mod gate;
mod inquiries;
#[path = "../kit/mod.rs"]
mod kit;
mod scripts;
mod shop;
