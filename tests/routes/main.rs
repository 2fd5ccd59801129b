//! Where alerts land, and what is refused, against Alertmanager's own `amtool`.

#![allow(clippy::unwrap_used, reason = "a test may fail anywhere")]
#![allow(
    clippy::print_stderr,
    reason = "figures are for whoever asks to see them"
)]

#[path = "../kit/mod.rs"]
mod kit;

mod arrivals;
mod arrives;
mod limits;
mod read;
mod refused;
mod stage;
mod tree;
