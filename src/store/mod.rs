//! What the daemon must not forget, on the disk: a journal of inputs, snapshots, a history for people, and a cache of buckets.
//!
//! The store knows bytes, not meanings: bodies are text that its caller wrote and reads. It promises that a batch whose
//! [`Store::commit`] returned its number is there after a crash, that damage is found at start and said, and that it never
//! starts silently with less than there was. What cannot be written is no reason to stop: the store says that it is behind,
//! and [`Store::heal`] makes it whole from what the caller holds in memory.
//!
//! Calls block, and come from one thread. Nothing here reads a clock.

mod aside;
mod attach;
mod cache;
mod checksum;
mod error;
mod examine;
mod history;
mod lock;
mod open;
mod place;
mod record;
mod recover;
mod schema;
mod side;
mod write;

pub use aside::DAMAGED_KEPT_MAX;
pub use cache::{Cache, Kept};
pub use error::{Doing, StoreError, StoreFault};
pub use examine::WHOLE_CHECK_BYTES_MAX;
pub use history::{History, HistoryEntry, HistoryFilter, HistoryRow, PRUNE_ROWS_MAX};
pub use open::Store;
pub use record::{Batch, Damage, DamageSource, Recovered, Snapshot};
pub use schema::FORMAT;
