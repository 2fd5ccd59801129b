//! `burnwatch run` as a process of its own, between a Prometheus and services that fail when they are told to.
//!
//! A test that begins with an id is a row of the reliability matrix: delivery and crashes (`d`), evaluation (`e`),
//! configuration (`c`), several daemons (`h`), the dead man's switch and tests (`x`), privacy (`p`).

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "helpers of tests are tests, and wait for other processes with a deadline"
)]

mod alive;
mod crashes;
mod disks;
#[path = "../kit/mod.rs"]
mod kit;
mod patience;
mod privacy;
mod process;
mod receivers;
mod reloads;
mod scene;
mod services;
mod shim;
mod site;
mod sources;
mod whole;
#[path = "../world/mod.rs"]
mod world;
