//! Alertmanager's configuration: what a file says, where an alert lands in it, which alert silences which.
//!
//! Reads what routing needs and leaves every other field alone, so that a file may be of any version. What is
//! made of it, and what of it is worth a warning, is left to others. Reading never fails: what Alertmanager would refuse
//! is a finding, each at its place. The behaviour is that of Alertmanager 0.25; where a later version differs, it is said.

mod classic;
pub mod config;
mod fields;
pub mod inhibit;
pub mod limits;
pub mod matcher;
pub mod path;
pub mod pattern;
mod read_matchers;
mod read_route;
mod references;
pub mod route;
#[cfg(test)]
mod sample;
pub mod secret_fields;
pub mod secrets;
pub mod shadow;
mod smtp;
mod utf8;
mod written;

pub use config::{Config, Receiver};
pub use inhibit::Inhibition;
pub use matcher::{Labelled, MatchOp, Matcher, Syntax};
pub use path::{Arrival, arrivals};
pub use pattern::Pattern;
pub use route::{Continue, GroupBy, Route};
pub use secrets::InlineSecret;
pub use shadow::Shadow;
pub use smtp::{Setting, Smtp};

/// The labels of an alert.
pub type Labels = std::collections::BTreeMap<String, String>;
