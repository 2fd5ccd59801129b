//! The face of the daemon over HTTP: whether it lives, whether it is ready, its metrics, and a page that acknowledges.
//!
//! What it says comes from a [`Face`]. Who may ask, and whether that is encrypted, says the web configuration file of
//! Prometheus' own programs, read anew when it changes. Promise: whoever connects costs bounded time and memory; nothing that
//! a GET brings about changes anything; no token of a link is logged or sent to anybody else.

mod ack_page;
mod basic;
pub mod exposition;
pub mod face;
mod guard;
pub mod kinds;
mod loaded;
mod pages;
mod rate;
mod server;
pub mod settings;
mod stall;
mod tls;
mod users;
pub mod web_config;
mod web_fields;

pub use face::{AckOutcome, Dependency, DependencyState, Face, Live};
pub use loaded::WebFault;
pub use server::{ServeError, Server};
pub use settings::{Limits, Probes, ServeSettings};
