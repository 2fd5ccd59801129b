//! The one who sends.

use std::time;

use tokio::time::Instant;

use super::hide;
use super::http::HttpClient;
use super::mail::MailClient;
use super::settings::{TransportError, TransportSettings};
use crate::base::{Duration, Secret, Trace};
use crate::notify::{Breakage, Reply, Request};

/// Sends requests, many at the same time. None waits for another.
pub struct Transport {
    http: HttpClient,
    mail: MailClient,
    total_timeout: Duration,
}

/// When the parts of one request must be over.
#[derive(Clone, Copy)]
pub(super) struct Deadline {
    /// All of it.
    pub(super) at: Instant,
    /// How long that is after its beginning.
    pub(super) total: Duration,
}

impl Transport {
    /// Connects to nobody yet. A machine without certificates of authorities is fine; who shows one is not trusted then.
    pub fn new(settings: TransportSettings) -> Result<Transport, TransportError> {
        // A second installation fails, and the first one is the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mail = MailClient::new(settings.clone())?;
        Ok(Transport {
            http: HttpClient::new(&settings)?,
            mail,
            total_timeout: settings.total_timeout,
        })
    }

    /// Sends a request, as a part of `trace`. The texts of the reply are without the request's own credentials and without
    /// `secrets`, which a request may hold in its body.
    pub async fn send(&self, request: Request, trace: Trace, secrets: &[Secret]) -> Reply {
        let mask = hide::mask(&request, secrets);
        let deadline = Deadline {
            at: Instant::now() + time_of(self.total_timeout),
            total: self.total_timeout,
        };
        let reply = match request {
            Request::Http(request) => self.http.send(request, trace, deadline).await,
            Request::Mail(request) => self.mail.send(&request, deadline).await,
        };
        hide::hidden(reply, &mask)
    }
}

/// A duration for timers.
pub(super) fn time_of(duration: Duration) -> time::Duration {
    time::Duration::from_millis(duration.as_ms())
}

/// Nothing was received.
pub(super) fn unconnected(why: impl Into<String>) -> Reply {
    Reply::Broken(Breakage::Unconnected(why.into()))
}
