//! `validate --fix` and `--diff`: what is certain is changed, and nothing else.

#![allow(clippy::unwrap_used, reason = "a test may fail anywhere")]

#[allow(dead_code, reason = "shared with the tests of other commands")]
#[path = "../cli/case.rs"]
mod case;
mod certain;
mod files;
mod mutants;
