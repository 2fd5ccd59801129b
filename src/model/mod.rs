//! What the files mean: SLOs in which everything is looked up, defaulted, derived and valid.
//!
//! Resolving never fails: it gives the SLOs that could be understood, and findings. Defaults are applied here and
//! nowhere else.

mod alerting;
mod base_url;
mod confidence;
pub mod core;
pub mod daemon;
mod depends;
mod expression;
pub mod objective;
pub mod place;
pub mod policy;
mod policy_source;
pub mod prometheus_server;
mod repair;
mod resolve;
pub mod roster;
pub mod run;
mod section;
pub mod sli;
mod sli_template;
pub mod slo;
mod unique;
pub mod workspace;

pub use alerting::{policy_named, policy_names};
pub use core::Core;
pub use daemon::Daemon;
pub use depends::{check_dependencies, check_services};
pub use objective::Objective;
pub use prometheus_server::PrometheusServer;
pub use resolve::slos;
pub use roster::Roster;
pub use slo::{Slo, SloId};
pub use unique::check_unique;
pub use workspace::Workspace;
