//! Alertmanager's configuration: receivers, mute times, message templates.

pub mod intervals;
pub mod receivers;
pub mod template;
