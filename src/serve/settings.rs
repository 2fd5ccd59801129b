//! Where the daemon is asked, by whom, and how much.

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::base::Duration;

/// How the daemon is asked.
#[derive(Clone, Debug)]
pub struct ServeSettings {
    /// Where it listens.
    pub listen: SocketAddr,
    /// The web configuration file, where there is one: encryption and passwords.
    pub web_config: Option<PathBuf>,
    /// Who may ask whether it lives and is ready.
    pub probes: Probes,
    /// How much anybody may cost.
    pub limits: Limits,
}

/// Who may ask whether the daemon lives and is ready, where passwords are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Probes {
    /// Who has a password, as with Prometheus' own programs.
    #[default]
    Guarded,
    /// Everybody: a kubelet has none.
    Open,
}

/// How much anybody may cost who connects.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Most connections at the same time; others wait until one ends. At least one.
    pub connections_max: usize,
    /// Longest head of a request, in bytes.
    pub head_max_bytes: usize,
    /// Most headers of a request.
    pub headers_max: usize,
    /// Longest body of a request, in bytes.
    pub body_max_bytes: usize,
    /// Longest time for the encryption, and for the head of a request; also until the next one of a connection.
    pub head_timeout: Duration,
    /// Longest time from the head of a request to the beginning of its answer.
    pub request_timeout: Duration,
    /// Longest time in which nothing of an answer is taken.
    pub stall_timeout: Duration,
    /// Longest life of a connection.
    pub connection_timeout: Duration,
    /// How often at most the web configuration file is looked at.
    pub reload_every: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            connections_max: 128,
            head_max_bytes: 16 << 10,
            headers_max: 64,
            body_max_bytes: 4 << 10,
            head_timeout: Duration::from_ms(10_000),
            request_timeout: Duration::from_ms(10_000),
            stall_timeout: Duration::from_ms(10_000),
            connection_timeout: Duration::minutes(10),
            reload_every: Duration::from_ms(1_000),
        }
    }
}

impl ServeSettings {
    /// The usual settings.
    pub fn new(listen: SocketAddr) -> ServeSettings {
        ServeSettings {
            listen,
            web_config: None,
            probes: Probes::default(),
            limits: Limits::default(),
        }
    }
}
