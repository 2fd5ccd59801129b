//! The daemon's face over HTTP, with a daemon that says what a test wants.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "helpers of tests are tests, and how long something takes is asked of a clock"
)]

mod auth;
#[path = "../kit/certificates.rs"]
#[allow(dead_code, reason = "other tests use the rest of it")]
mod certificates;
mod client;
mod config;
mod fake;
#[path = "../kit/mod.rs"]
mod kit;
mod limits;
mod own;
mod pages;
mod reload;
mod running;
mod scraped;
mod tls;
