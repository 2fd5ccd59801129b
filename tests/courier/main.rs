//! Deliveries from a send of the engine to its answer: receivers on 127.0.0.1, secrets in files, links that acknowledge.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod bodies;
mod deliveries;
#[path = "../kit/mod.rs"]
mod kit;
mod office;
mod rotation;
mod secrecy;
