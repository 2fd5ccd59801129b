//! What is owed to whom, and when it may be sent: debts, lanes, pauses. Pure: times and rolls come in.
//!
//! What a message says is `notify`; which episodes there are and what becomes of them is `engine`. Promise: a lane never
//! sends faster than its receiver takes messages, and a receiver that is down costs no other lane anything.

pub mod debt;
pub mod lane;
pub mod pause;

pub use debt::{Attempt, Debt, Ended, Role, Says, Told};
pub use lane::{Admission, Lane, LaneId};
