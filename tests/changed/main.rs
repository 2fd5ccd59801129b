//! `validate --changed-since` on real repositories, made by `git` in temporary folders.

#![allow(clippy::unwrap_used, reason = "a test may fail anywhere")]

mod cases;
mod clones;
mod hostile;
#[path = "../kit/mod.rs"]
mod kit;
mod meaning;
mod repository;
