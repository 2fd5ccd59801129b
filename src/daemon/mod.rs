//! The daemon's engine and store together: what is decided is kept before anything of it is sent.
//!
//! Thin: decisions are `engine`, the disk is `store`; what the workspace says becomes the settings of `source` and `serve`. Promise: a message leaves only after the batch that it belongs to was
//! kept, or after the store said that it can keep nothing, which is then itself told.

pub mod acks;
mod asker;
pub mod bodies;
mod book;
pub mod census;
mod clockwork;
pub mod courier;
mod desk;
mod evaluation;
pub mod face;
mod keeper;
pub mod keyring;
pub mod labels;
pub mod log;
pub mod metrics;
mod pace;
mod process;
mod series;
mod serve_settings;
mod source_clock;
mod source_settings;
mod timetable;
mod traces;
pub mod vitals;
mod watched;
mod watcher;

pub use acks::Acks;
pub use asker::Asker;
pub use bodies::{Bodies, BodyFault};
pub use book::book;
pub use clockwork::Clockwork;
pub use courier::{Courier, CourierSettings, Delivery, DeliveryResult};
pub use desk::{Desk, DeskThread, Turn};
pub use face::DaemonFace;
pub use keeper::{Keeper, KeeperError, Opened};
pub use metrics::Metrics;
pub use serve_settings::serve_settings;
pub use source_settings::{ServerFault, ServerTrouble, source_settings};
pub use timetable::Class;
pub use traces::Traces;
pub use vitals::Vitals;
pub use watcher::{Command, Event, Scene, Standing, Watcher};
