//! Where alerts go: the routes, inhibitions and mute times that a workspace means, as values.
//!
//! Pure and total. How Alertmanager writes that is left to `emit`; whether every alert arrives is proven on what was
//! written, by `lint`.

pub mod dependency;
pub mod inhibition;
pub mod support;
pub mod tree;

pub use inhibition::Inhibition;
pub use tree::{Interval, Routing, TeamRoute};
