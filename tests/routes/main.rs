//! Where alerts land, and what is refused, against Alertmanager's own `amtool`.

#![allow(clippy::unwrap_used, reason = "a test may fail anywhere")]
#![allow(
    clippy::print_stderr,
    reason = "figures are for whoever asks to see them"
)]

#[path = "../kit/mod.rs"]
mod kit;

#[path = "../kit/dice.rs"]
mod dice;

mod amtool;
mod arrivals;
mod broken;
mod folder;
mod foreign;
mod inhibitions;
mod limits;
mod merging;
mod read;
mod refused;
mod shadows;
mod syntax;
mod tree;
