//! Brings requests to receivers and says what came of it.
//!
//! What is sent and what an answer means is `notify`; when and how often is `outbox`. Promise: whatever the other side does,
//! a request has its reply within [`TransportSettings::total_timeout`] and a bounded memory; redirects are not followed; and
//! no text of a reply holds a credential, nor more of a URL than its host.

mod client;
mod hide;
mod http;
mod letter;
mod mail;
pub mod secrets;
mod session;
pub mod settings;
mod wire;

pub use client::Transport;
pub use secrets::{Fingerprint, SecretFault};
pub use settings::{Proxy, TransportError, TransportSettings};
