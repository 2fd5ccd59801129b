//! What would have paged: the engine of `evaluate` and `alert` over counts of the past.
//!
//! Leaves asking to whoever has a server, and showing to others. The same definition, counts and span give the same past.

pub mod answers;
pub mod ask;
pub mod bridges;
pub mod inquiry;
pub mod note;
pub mod past;
pub mod replayer;
pub mod scrapes;
pub mod sections;
pub mod synthetic;

pub use ask::{ask, ask_all};
pub use inquiry::{Depth, Gathered, Inquiry, Progress};
pub use note::Note;
pub use past::{GroupPast, Incident, Past, TierNow};
pub use replayer::{Replayer, Span};
pub use sections::{Section, joined, sections};
