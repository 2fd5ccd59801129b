//! The world around a daemon, on 127.0.0.1: a Prometheus that counts by a formula, and the services that are told.
//!
//! The services keep the rules that their makers document, and a ledger of what they took; faults are told to them by the test.
//! Nothing here knows the crate under test.
#![allow(
    dead_code,
    reason = "each binary that includes this module uses a part of it"
)]
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "helpers of tests are tests, and a service has a clock and a pace"
)]

pub mod bucket;
pub mod counters;
pub mod door;
pub mod fault;
pub mod front;
pub mod hook;
pub mod http;
pub mod mailbox;
pub mod opsgenie;
pub mod pagerduty;
pub mod rates;
pub mod slack;
pub mod wait;
