//! YAML: read into a tree in which every key and value knows its place, and written so that every
//! reader sees the same text.
//!
//! Scalars stay text with their style; what a text means is left to `spec`. Reading never fails and
//! never panics: it returns the documents that could be understood and the findings, within the
//! time and memory that [`limits`] set, whatever the text.

mod align;
mod compose;
pub mod decode;
pub mod limits;
mod mapping;
mod places;
pub mod print;
mod quotes;
mod read;
mod report;
pub mod scalar;
mod syntax;
mod tags;
pub mod tree;
pub mod write;

pub use decode::{Garbled, decode};
pub use read::read;
pub use scalar::{Piece, Scalar, Style};
pub use tree::{Document, Entry, Mapping, Node, Value};
