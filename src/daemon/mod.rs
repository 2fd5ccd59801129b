//! The daemon's engine and store together: what is decided is kept before anything of it is sent.
//!
//! Thin: decisions are `engine`, the disk is `store`; what the workspace says becomes the settings of
//! `source` and `serve`. Promise: a message leaves only after the batch that it belongs to was kept, or after the store said that
//! it can keep nothing, which is then itself told.

mod ack_key;
pub mod acknowledge;
pub mod acks;
mod asker;
mod avoided;
pub mod bodies;
mod book;
pub mod census;
mod checkpoints;
mod clockwork;
mod configuration;
#[cfg(unix)]
pub mod control;
pub mod courier;
mod deliveries;
mod desk;
mod evaluation;
pub mod face;
pub mod heartbeat;
mod keeper;
pub mod keyring;
pub mod labels;
mod lessons;
pub mod log;
pub mod metrics;
mod observer;
mod pace;
mod parts;
mod process;
mod reader;
mod recorded;
mod run;
mod run_error;
mod scene;
mod series;
mod serve_settings;
mod signals;
mod source_clock;
mod source_settings;
mod streak;
mod survey;
mod tasks;
mod timetable;
mod traces;
pub mod vitals;
mod watched;
mod watcher;
mod watching;

pub use ack_key::{AckKeyFault, AckKeyTrouble, ack_key};
pub use acknowledge::{Acknowledged, Links};
pub use acks::Acks;
pub use asker::Asker;
pub use bodies::{Bodies, BodyFault};
pub use book::book;
pub use clockwork::Clockwork;
pub use configuration::{Configuration, Configurations};
pub use courier::{Courier, CourierSettings, Delivery};
pub use desk::{Desk, DeskThread, Turn};
pub use face::DaemonFace;
pub use heartbeat::{Heartbeat, HeartbeatSettings};
pub use keeper::{Keeper, KeeperError, Opened};
pub use labels::DeliveryResult;
pub use metrics::Metrics;
pub use parts::{Reads, Start};
pub use recorded::RecordedWatcher;
pub use run::run;
pub use run_error::RunError;
pub use serve_settings::serve_settings;
pub use signals::Signals;
pub use source_settings::{ServerFault, ServerTrouble, source_settings};
pub use timetable::Class;
pub use traces::Traces;
pub use vitals::Vitals;
pub use watcher::Watcher;
pub use watching::{Command, Event, Scene, Standing};
