//! From verdicts over time to alerts: phases of tiers, episodes of severities, blindness. Pure: times come in.
//!
//! Who is told of it is decided elsewhere. Promise: what fires goes on until an evaluation that could see says otherwise.

pub mod episode;
pub mod phase;
pub mod watch;

pub use episode::{Episode, Firing, Log};
pub use phase::{Phase, Timers};
pub use watch::{Change, Look, NotLater, State, Tiers, Watch, What};
