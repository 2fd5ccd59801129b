//! Findings: what is wrong with the text that a user wrote, where, and what would be right.

pub mod code;
pub mod finding;
pub mod shown;
pub mod sources;

pub use code::{Code, Level};
pub use finding::{Edit, Finding, Findings, Label};
pub use shown::{SHOWN_MAX_CHARS, shown};
pub use sources::{Source, Sources};
