//! What a branch changes: objectives, budgets, alerts, and what would have paged, as one comment.
//!
//! Reading the older state and asking for a server are left to whoever calls. Promise: no text of a file or a server stands
//! in the comment but as code, and it is never longer than GitHub takes.

mod comparison;
mod definition;
mod effect;
mod event;
mod json;
mod markdown;
mod outcome;
mod row;
mod simulate;
mod state;

pub use comparison::{Base, Check, Checks, Comparison, Moved, moved};
pub use definition::{Alert, Definition};
pub use effect::{Effect, Weight};
pub use event::{Began, Event, Kind as EventKind, Seen};
pub use json::json;
pub use markdown::{COMMENT_CHARS_MAX, TAG, comment, markdown};
pub use outcome::Outcome;
pub use row::{AlertChange, Kind, Row, Simulated};
pub use simulate::{SIMULATED_MAX, Stage, simulate};
pub use state::{Pair, State, pairs};
