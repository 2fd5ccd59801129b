//! PromQL from outside: verdicts and places of faults, printing, limits, hostile texts.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod additive;
mod conformance;
mod corpus;
#[path = "../kit/dice.rs"]
mod dice;
mod faults;
mod hostile;
mod printing;
