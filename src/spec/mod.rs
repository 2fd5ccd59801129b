//! What was written: files of users, checked against their shape and not yet understood.
//!
//! Reading never fails: it gives what could be read, and findings. What a value means is left to the model.

pub mod check;
pub mod daemon;
mod mend;
mod misspelt;
pub mod page;
pub mod receivers;
pub mod record;
pub mod scalar;
pub mod schema;
pub mod shape;
mod similar;
pub mod slo_file;
pub mod teams;
pub mod workspace_file;

pub use record::Record;
pub use shape::{Field, Object, Presence, Shape, Slot, Slots};
