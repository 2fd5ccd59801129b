//! `validate --changed-since` on real repositories, made by `git` in temporary folders.

#![allow(clippy::unwrap_used, reason = "a test may fail anywhere")]

mod cases;
mod clones;
mod hostile;
mod meaning;
mod repository;
