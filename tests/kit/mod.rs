//! What test binaries share: Debian's tools, a Prometheus of one's own, a client for its API, repositories of git.
//!
//! It imports nothing of the crate under test. Traffic stays on 127.0.0.1, processes end with their handle.
#![allow(
    dead_code,
    reason = "each test binary includes this module and uses a part of it"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "a test waits for other processes with a deadline, which needs a clock"
)]

pub mod alertmanager;
pub mod fake;
pub mod http;
pub mod preload;
pub mod prometheus;
pub mod repository;
pub mod server;
pub mod signal;
pub mod tools;
pub mod victoria;
