//! The embedded store: what is committed stays, what is damaged is said, and what cannot be written stops nobody. Names begin
//! with the row of the reliability matrix that they show.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod child;
mod crash;
mod damage;
mod disk;
mod flips;
mod page;
mod plain;
#[path = "../kit/preload.rs"]
mod preload;
mod scene;
mod shim;
mod sync;
