//! Findings: what is wrong with the text that a user wrote, where, and what would be right.

pub mod code;
mod excerpt;
pub mod finding;
pub mod fixes;
mod hidden;
pub mod human;
mod masked;
mod once;
mod secret_names;
pub mod shown;
pub mod sources;

pub use code::{Code, Level};
pub use excerpt::{GAP_MAX_LINES, LINE_MAX_BYTES, SPAN_MAX_LINES};
pub use finding::{Certainty, Edit, Finding, Findings, Label, Patch};
pub use human::{Colour, human, summary};
pub use masked::{masked, redacted};
pub use once::{PLACES_MAX, once};
pub use shown::{SHOWN_MAX_CHARS, shown};
pub use sources::{Source, Sources};
