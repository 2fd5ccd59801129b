//! Alertmanager's configuration: routes, inhibitions, receivers, mute times, message templates.
//!
//! What goes where is decided by `routing`; here it is written, and merged into the user's own file where there is one.
//! Total: whether every alert arrives is proven on what was written, by `lint`.

pub mod config;
pub mod intervals;
pub mod merge;
pub mod receivers;
pub mod template;

pub use config::{Request, TEMPLATE_FILE, config};
pub use merge::Base;
