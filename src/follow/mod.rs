//! One SLO followed from evaluation to evaluation: what must be asked next, and what its answers say. Pure.
//!
//! The same counts, histories and judges as for the past (`replay`, `evaluate`), so that the daemon sees what a backtest of the
//! same time would. Who asks and when is decided elsewhere. Promise: what is not known yet is `Unknown` or unseen, never zero.

mod coverage;
mod follower;
mod kept;

pub use coverage::Coverage;
pub use follower::{Follower, GroupSeen, Seen, Step};
