//! What benchmarks share: SLO files by the thousand, child processes that are measured, figures and tables.
//!
//! Measured is the program, in a process of its own.
#![allow(
    dead_code,
    reason = "each benchmark includes this module and uses a part of it"
)]
#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

pub mod corpus;
pub mod measured;
pub mod slo;
pub mod spread;
pub mod table;
pub mod twins;
