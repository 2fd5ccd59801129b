//! The engine of the daemon: what was seen, answered and asked for comes in, what is to be kept and sent comes out. Pure.
//!
//! [`Engine::handle`] decides and writes [`Record`]s; [`State::apply`] is the only change of the state, live and when it is
//! read back. Whoever drives it keeps the records of a batch before anything of it is sent. Promise: every episode that was
//! told to anybody is told to be over, or is still owed; there is never more than one episode of a subject.

mod answered;
mod blame;
mod blindness;
pub mod book;
pub mod compile;
mod configured;
mod course;
mod dispatch;
mod due;
pub mod episode;
mod episodes;
mod handle;
pub mod history;
pub mod hold;
pub mod input;
mod learning;
mod looked;
mod message;
pub mod owes;
mod pass;
mod picture;
pub mod record;
pub mod state;
pub mod storm;
pub mod subject;

pub use book::{Book, Entry, LaneEntry, Limits, TierEntry};
pub use compile::{Manners, Own};
pub use episode::{Episode, Picture, Standing};
pub use handle::{Batch, Engine};
pub use input::{Answer, GroupLook, Input, Look, Scope, Send, Sight};
pub use record::{Outcome, Record};
pub use state::State;
pub use subject::{Subject, Waking};
