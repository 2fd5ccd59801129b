//! The daemon's engine and store together: what is decided is kept before anything of it is sent.
//!
//! Thin: decisions are `engine`, the disk is `store`. Promise: a message leaves only after the batch that it belongs to was
//! kept, or after the store said that it can keep nothing, which is then itself told.

pub mod census;
pub mod face;
mod keeper;
pub mod labels;
pub mod log;
pub mod metrics;
mod process;
mod series;
pub mod vitals;

pub use face::DaemonFace;
pub use keeper::{Keeper, KeeperError, Opened};
pub use metrics::Metrics;
pub use vitals::Vitals;
