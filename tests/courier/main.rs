//! Deliveries from a send of the engine to its answer: receivers on 127.0.0.1, secrets in files, links that acknowledge; and
//! what commands ask the daemon that runs.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod bodies;
mod control;
mod deliveries;
#[path = "../kit/mod.rs"]
mod kit;
mod links;
mod looks;
mod office;
mod probe;
mod rotation;
mod running;
mod secrecy;
#[path = "../given/slos.rs"]
mod slos;
mod socket;
