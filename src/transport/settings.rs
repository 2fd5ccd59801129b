//! How receivers are reached.

use std::fmt;
use std::sync::Arc;

use crate::base::Duration;
use crate::net::{Lookup, SystemLookup};

/// Longest time until a connection stands, with its lookup and its encryption, unless told otherwise.
pub const CONNECT_TIMEOUT_DEFAULT: Duration = Duration::from_ms(5_000);
/// Longest time for a request with its connection and its whole answer, unless told otherwise.
pub const TOTAL_TIMEOUT_DEFAULT: Duration = Duration::from_ms(10_000);
/// The port on which a mail server encrypts from the first byte (RFC 8314, 3.3).
pub const IMPLICIT_TLS_PORT: u16 = 465;

/// How receivers are reached.
#[derive(Clone)]
pub struct TransportSettings {
    /// Longest time until a connection stands, with its lookup and its encryption; shorter than `total_timeout`.
    pub connect_timeout: Duration,
    /// Longest time for a request with its connection and its whole answer.
    pub total_timeout: Duration,
    /// Authorities that are trusted beside those of the machine, in PEM format.
    pub extra_roots_pem: Option<Vec<u8>>,
    /// Whether others stand in between.
    pub proxy: Proxy,
    /// Who says where hosts are.
    pub lookup: Arc<dyn Lookup>,
    /// The port on which a mail server encrypts from the first byte.
    pub implicit_tls_port: u16,
}

/// Whether requests over HTTP go through somebody else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Proxy {
    /// They do not, whatever the environment says.
    #[default]
    None,
    /// As `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` say.
    Environment,
}

impl Default for TransportSettings {
    fn default() -> TransportSettings {
        TransportSettings {
            connect_timeout: CONNECT_TIMEOUT_DEFAULT,
            total_timeout: TOTAL_TIMEOUT_DEFAULT,
            extra_roots_pem: None,
            proxy: Proxy::None,
            lookup: Arc::new(SystemLookup),
            implicit_tls_port: IMPLICIT_TLS_PORT,
        }
    }
}

/// Why nothing can be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransportError {
    /// The authorities that are trusted in addition hold no certificate.
    Roots,
    /// The machine does not let a client be made.
    Client(String),
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TransportError::Roots => {
                f.write_str("the authorities to be trusted hold no certificates in PEM format")
            }
            TransportError::Client(why) => {
                write!(f, "no client can be made on this machine: {why}")
            }
        }
    }
}
