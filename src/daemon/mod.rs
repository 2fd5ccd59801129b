//! The daemon's engine and store together: what is decided is kept before anything of it is sent.
//!
//! Thin: decisions are `engine`, the disk is `store`; what the workspace says becomes the settings of
//! `source` and `serve`. Promise: a message leaves only after the batch that it belongs to was kept, or after the store said that
//! it can keep nothing, which is then itself told.

mod book;
mod keeper;
mod serve_settings;
mod source_settings;

pub use book::book;
pub use keeper::{Keeper, KeeperError, Opened};
pub use serve_settings::serve_settings;
pub use source_settings::{ServerFault, ServerTrouble, source_settings};
