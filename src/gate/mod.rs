//! Whether a deployment goes on: a decision made of what can be seen of SLOs since it began.
//!
//! Pure: looks and times come in, a decision comes out with its reasons. Promise: what could not be seen neither lets a
//! deployment pass nor rolls it back.

pub mod decide;
pub mod look;
pub mod reading;

pub use decide::{Decided, Gate, Outcome, Ruling};
pub use look::{Facts, Look, Page, Sighting, Subject};
pub use reading::{Reading, Terms, read};
