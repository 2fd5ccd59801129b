//! `preview` on real repositories, made by `git` in temporary folders.

#![allow(clippy::unwrap_used, reason = "a test may fail anywhere")]

mod cases;
mod exits;
mod hostile;
#[path = "../kit/mod.rs"]
mod kit;
mod limit;
mod rendered;
mod run;
mod simulated;
mod steady;
mod together;
