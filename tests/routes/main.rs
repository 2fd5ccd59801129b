//! What is written for Alertmanager, where alerts land, and what is refused, against Alertmanager's own `amtool`.

#![allow(clippy::unwrap_used, reason = "a test may fail anywhere")]
#![allow(
    clippy::print_stderr,
    reason = "figures are for whoever asks to see them"
)]

#[path = "../kit/mod.rs"]
mod kit;

mod amtool;
mod arrivals;
mod broken;
mod intervals;
mod lengths;
mod arrives;
mod limits;
mod messages;
mod read;
mod receivers;
mod refused;
mod shadows;
mod syntax;
mod stage;
mod tree;
