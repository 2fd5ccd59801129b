//! What is written for Alertmanager, where alerts land, and what is refused, against Alertmanager's own `amtool`.

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
mod amtool_files;
mod arrivals;
mod arrives;
mod broken;
mod folder;
mod foreign;
mod generated;
mod github;
mod inhibitions;
mod intervals;
mod landings;
mod lengths;
mod limits;
mod merging;
mod messages;
mod office;
mod read;
mod receivers;
mod refused;
mod shadows;
mod stage;
mod syntax;
mod tracker;
mod tree;
