//! How SLOs stand now: what fires, what is left of budgets, how fast they are spent. The worst first.
//!
//! Everything comes from the engine, which has gone through the last hours when this begins; asking and showing are left to
//! others. What could not be seen is its own case and never fine.

pub mod known;
pub mod order;
pub mod span;
pub mod stand;
pub mod standing;

pub use known::{Known, Part};
pub use order::worst_first;
pub use span::span;
pub use stand::{Times, stand};
pub use standing::{Burn, Firing, GroupStanding, Sight, Spending, Standing};
