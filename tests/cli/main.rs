//! The commands as users run them: files in, exact output out.

#![allow(clippy::unwrap_used, reason = "a test may fail anywhere")]

mod broken;
mod case;
mod checks;
mod completions;
#[path = "../kit/dice.rs"]
mod dice;
mod drift;
mod findings;
mod fuzz;
mod generate;
mod history;
mod hostile;
mod line_ends;
mod order;
#[cfg(unix)]
mod pull_request;
mod reports;
mod routing;
mod runbooks;
mod say;
mod secrets;
mod simulate;
