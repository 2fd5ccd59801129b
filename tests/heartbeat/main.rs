//! The sign of life of a daemon whose parts break one by one: a desk with its store, receivers that answer as a test wants,
//! and somebody on 127.0.0.1 who is told.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "helpers of tests are tests, and a test waits with a deadline, which needs a clock"
)]

mod beats;
#[path = "../kit/mod.rs"]
mod kit;
#[path = "../given/slos.rs"]
mod slos;
mod ward;
