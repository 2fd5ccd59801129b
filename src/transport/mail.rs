//! A mail: the connection to its server, and whom encryption trusts there.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use lettre::transport::smtp::client::{
    Certificate, CertificateStore, TlsParameters, TlsParametersBuilder,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;

use super::client::{Deadline, time_of, unconnected};
use super::http::addresses;
use super::letter::Letter;
use super::session::{Encryption, Session};
use super::settings::{TransportError, TransportSettings};
use super::wire::{Inner, Wire};
use crate::net::{innermost, tls_fault};
use crate::notify::{Breakage, MailRequest, MailTls, Reply};

/// Sends mail, each over a connection of its own.
pub(super) struct MailClient {
    settings: TransportSettings,
    roots: Vec<CertificateDer<'static>>,
}

impl MailClient {
    pub(super) fn new(settings: TransportSettings) -> Result<MailClient, TransportError> {
        let extra = settings.extra_roots_pem.as_deref().unwrap_or_default();
        let extra: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(extra).collect();
        let extra = extra.map_err(|_| TransportError::Roots)?;
        let mut trusted = RootCertStore::empty();
        let are_usable = extra.iter().all(|root| trusted.add(root.clone()).is_ok());
        if !are_usable || (settings.extra_roots_pem.is_some() && extra.is_empty()) {
            return Err(TransportError::Roots);
        }
        // What of the machine's own cannot be read is as if it were not there.
        let mut roots = rustls_native_certs::load_native_certs().certs;
        roots.extend(extra);
        Ok(MailClient { settings, roots })
    }

    pub(super) async fn send(&self, request: &MailRequest, deadline: Deadline) -> Reply {
        let sent = self.try_send(request, deadline).await;
        sent.unwrap_or_else(|reply| reply)
    }

    /// The last answer, or the one that ended it.
    async fn try_send(&self, request: &MailRequest, deadline: Deadline) -> Result<Reply, Reply> {
        let letter = Letter::of(request).map_err(unconnected)?;
        let (host, port) = place(&request.smarthost).map_err(unconnected)?;
        let is_implicit = port == self.settings.implicit_tls_port;
        let connect_by = (Instant::now() + time_of(self.settings.connect_timeout)).min(deadline.at);
        let connected = timeout_at(connect_by, async {
            let stream = self.connected(host, port).await.map_err(unconnected)?;
            let is_here = stream.peer_addr().is_ok_and(|peer| peer.ip().is_loopback());
            let inner = match is_implicit {
                true => Inner::Encrypted(Box::new(self.encrypted(host, stream).await?)),
                false => Inner::Plain(stream),
            };
            Ok((Wire::new(inner), is_here))
        });
        let (wire, is_here) = connected.await.unwrap_or_else(|_| {
            let limit = self.settings.connect_timeout;
            Err(unconnected(format!("no connection within {limit}")))
        })?;
        let encryption = match (is_implicit, request.tls) {
            (true, _) => Encryption::Stands,
            (false, MailTls::Required) => Encryption::Required(self.parameters(host)?),
            (false, MailTls::Offered) => Encryption::Offered(self.parameters(host)?),
        };
        let mut session = Session::open(wire, is_here, deadline).await?;
        session.encrypt(encryption).await?;
        if let Some((user, password)) = &request.login {
            session.login(user, password).await?;
        }
        session.hand_over(&letter).await
    }

    /// A connection to the first address that takes one.
    async fn connected(&self, host: &str, port: u16) -> Result<TcpStream, String> {
        let addresses = match host.parse::<IpAddr>() {
            Ok(address) => vec![address],
            Err(_) => addresses(self.settings.lookup.clone(), host.to_owned()).await?,
        };
        let mut why = String::new();
        let share = time_of(self.settings.connect_timeout)
            / u32::try_from(addresses.len()).unwrap_or(u32::MAX);
        for address in addresses {
            let connecting = TcpStream::connect(SocketAddr::new(address, port));
            match tokio::time::timeout(share, connecting).await {
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(error)) => why = error.to_string(),
                Err(_) => {
                    why = format!("no connection within {}", self.settings.connect_timeout);
                }
            }
        }
        Err(why)
    }

    /// The connection, encrypted from its first byte.
    async fn encrypted(
        &self,
        host: &str,
        stream: TcpStream,
    ) -> Result<tokio_rustls::client::TlsStream<TcpStream>, Reply> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(self.roots.iter().cloned());
        let config = ClientConfig::builder()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| unconnected("the mail server's name is none"))?;
        let connecting = TlsConnector::from(Arc::new(config)).connect(name, stream);
        connecting.await.map_err(|error| match tls_fault(&error) {
            Some(fault) => Reply::Broken(Breakage::Untrusted(fault.to_string())),
            None => unconnected(error.to_string()),
        })
    }

    /// How a connection that stands already is encrypted.
    fn parameters(&self, host: &str) -> Result<TlsParameters, Reply> {
        let builder =
            TlsParametersBuilder::new(host.to_owned()).certificate_store(CertificateStore::None);
        let mut trusting = RootCertStore::empty();
        let builder = self.roots.iter().fold(builder, |builder, root| {
            // Machines hold some that cannot be read, and one of them would be the end of all.
            let is_usable = trusting.add(root.clone()).is_ok();
            match Certificate::from_der(root.to_vec()) {
                Ok(root) if is_usable => builder.add_root_certificate(root),
                _ => builder,
            }
        });
        builder
            .build()
            .map_err(|error| unconnected(innermost(&error)))
    }
}

/// Host and port.
fn place(smarthost: &str) -> Result<(&str, u16), String> {
    let parts = smarthost.rsplit_once(':');
    let parsed = parts.and_then(|(host, port)| {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let port = port.parse().ok().filter(|port| *port > 0);
        port.filter(|_| !host.is_empty()).map(|port| (host, port))
    });
    parsed.ok_or_else(|| "the mail server is not written as `host:port`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_server_is_a_host_and_a_port() {
        assert_eq!(place("mail.test:587"), Ok(("mail.test", 587)));
        assert_eq!(place("[::1]:25"), Ok(("::1", 25)));
        for text in [
            "",
            "mail.test",
            ":25",
            "mail.test:",
            "mail.test:0",
            "mail.test:65536",
        ] {
            assert!(place(text).is_err(), "{text}");
        }
    }
}
