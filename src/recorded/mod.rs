//! SLOs by what generated rules have recorded of them: what is asked about all of them at once, and what the answers say. Pure.
//!
//! The numbers of windows are read instead of counted; what follows from them is decided by the same conditions as everywhere
//! (`evaluate`). Who asks and when is decided elsewhere. Promise: the number of questions depends on how many windows there are,
//! not on how many SLOs; what was not recorded, or not lately, is blind or unknown, never zero.

mod batch;
mod looks;
mod reading;
mod subject;
mod survey;

pub use batch::{Batch, Part, RECENT};
pub use reading::{Reading, SERIES_MAX};
pub use survey::{BATCHES_MAX, NAMES_MAX_BYTES, Survey};
