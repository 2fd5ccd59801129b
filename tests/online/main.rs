//! The checks against a server: real ones with each fault provoked, and fake ones that misbehave.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "helpers of tests are tests, and one that waits for a server needs a clock"
)]

mod data;
mod faults;
#[path = "../kit/mod.rs"]
mod kit;
mod pure;
mod scraped;
mod servers;
mod slos;
