//! The engine over made-up pasts: phases and episodes, windows, and the rows of the reliability matrix that need no daemon.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod answers;
mod churn;
#[path = "../kit/dice.rs"]
mod dice;
mod edges;
mod follow;
mod matrix;
mod no_counts;
mod notes;
mod phases;
mod recorded;
mod recorded_questions;
#[path = "../given/slos.rs"]
mod slos;
mod stages;
mod track;
mod windows;
