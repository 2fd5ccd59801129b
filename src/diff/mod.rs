//! What changed between two states of a workspace: SLOs by what they mean, whatever they look like.
//!
//! Where a thing is written is no part of its meaning: a file that was moved, reformatted or commented says the same. Pure:
//! who reads the other state, and from where, is decided elsewhere.

mod canonical;
mod changes;
mod meaning;
mod same;

pub use changes::{Change, Changes, Renamed, Side, diff};
pub use meaning::Meaning;
pub use same::same;
