//! Keeps the house in order: layers, sizes, pages that are made from code, and everything that is shown.

#[path = "../cli/case.rs"]
#[allow(
    dead_code,
    clippy::unwrap_used,
    reason = "the tests of commands use the rest of it, and a test may fail anywhere"
)]
mod case;
mod ci;
#[cfg(unix)]
mod ci_comment;
#[cfg(unix)]
mod ci_note;
#[cfg(unix)]
mod ci_script;
mod deploy;
mod examples;
#[path = "../kit/mod.rs"]
mod kit;
mod layers;
mod metrics;
#[cfg(unix)]
mod mounted;
mod pages;
mod reliability;
mod size;
