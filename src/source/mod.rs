//! Connects, waits, gives up: the client of a Prometheus API, and that of links.
//!
//! What is asked and what answers mean is `prometheus` and `web`. Whatever a server does, a run of questions ends within its
//! deadline and its size, and every question has an answer or a reason why not. A Prometheus is the operator's and may be
//! anywhere; links come from whoever wrote the files, so that where they lead is judged when they are connected.

pub mod access;
mod attempt;
mod background;
pub mod client;
pub mod endpoint;
pub mod link;
pub mod links;
mod lookup;
pub mod run;
pub mod settings;
pub mod tls;
mod turns;

pub use crate::net::{Lookup, LookupFault, SystemLookup};
pub use crate::prometheus::Partial;
pub use access::{Access, AccessError};
pub use client::{Client, ClientError, Heard};
pub use endpoint::{Endpoint, EndpointError};
pub use links::{LinkSettings, Links};
pub use run::{Source, SourceError};
pub use settings::{Header, HeaderError, SourceSettings};
pub use tls::{Tls, TlsError};
