//! The engine of the daemon, scene by scene: what was seen and answered goes in, what receivers get comes out. The rows of the
//! reliability matrix that need no process bear their ids.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod again;
mod blind;
mod census;
mod changes;
mod delivery;
mod holds;
mod kept;
#[path = "../given/slos.rs"]
mod slos;
mod stage;
mod storms;
#[path = "../given/verdicts.rs"]
mod verdicts;
