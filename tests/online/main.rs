//! The checks against a server: real ones with each fault provoked, and fake ones that misbehave; and those of links.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "helpers of tests are tests, and one that waits for a server needs a clock"
)]

mod attempts;
#[path = "../cli/case.rs"]
#[allow(dead_code, reason = "the tests of commands use the rest of it")]
mod case;
#[path = "../kit/certificates.rs"]
mod certificates;
mod data;
mod faults;
#[path = "../kit/mod.rs"]
mod kit;
mod links;
mod links_command;
mod order;
mod pure;
mod ranges;
mod scraped;
mod server_command;
mod servers;
mod slos;
mod tls;
mod traces;
