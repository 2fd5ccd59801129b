//! The client of a Prometheus API: connects, waits, gives up.
//!
//! What is asked and what answers mean is `prometheus`. Whatever the server does, a run of questions ends within its
//! deadline and its size, follows no redirect, and every question has an answer
//! or a reason why not.

pub mod access;
pub mod client;
pub mod endpoint;
pub mod run;
pub mod settings;

pub use access::{Access, AccessError};
pub use client::{Client, ClientError, Heard};
pub use endpoint::{Endpoint, EndpointError};
pub use run::{Source, SourceError};
pub use settings::{Header, HeaderError, SourceSettings};
