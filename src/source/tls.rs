//! Whom encryption trusts, and as whom it speaks.

use std::fmt;

use reqwest::{Certificate, ClientBuilder, Identity};

/// Largest file of certificates or of a key, in bytes.
pub const PEM_MAX_BYTES: usize = 1 << 20;

/// Certificates and keys for connections that are encrypted. Nothing of it is printed.
#[derive(Clone, Default)]
pub struct Tls {
    authorities: Option<Vec<Certificate>>,
    identity: Option<Identity>,
}

/// Why a text cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsError {
    /// It holds no certificate of an authority.
    NoAuthority,
    /// There is no certificate, or no private key, or another thing between them.
    NoIdentity,
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TlsError::NoAuthority => "it holds no certificates in PEM format",
            TlsError::NoIdentity => {
                "a client has a certificate and its private key without a password, both in PEM format"
            }
        })
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tls(..)")
    }
}

impl Tls {
    /// Trusts these authorities, in PEM format, instead of those of the machine.
    pub fn trusting(self, pem: &[u8]) -> Result<Tls, TlsError> {
        let authorities = Certificate::from_pem_bundle(pem)
            .ok()
            .filter(|certificates| !certificates.is_empty())
            .ok_or(TlsError::NoAuthority)?;
        Ok(Tls {
            authorities: Some(authorities),
            ..self
        })
    }

    /// Shows a certificate, with those between it and its authority, whose private key this is; both in PEM format.
    pub fn known_by(self, certificate: &[u8], key: &[u8]) -> Result<Tls, TlsError> {
        let pem = [certificate, b"\n", key].concat();
        let identity = Identity::from_pem(&pem).map_err(|_| TlsError::NoIdentity)?;
        Ok(Tls {
            identity: Some(identity),
            ..self
        })
    }

    /// Whether something was said that needs encryption.
    pub fn is_given(&self) -> bool {
        self.authorities.is_some() || self.identity.is_some()
    }

    /// A client that connects like this.
    pub(super) fn configure(&self, builder: ClientBuilder) -> ClientBuilder {
        let builder = match &self.authorities {
            Some(authorities) => builder.tls_certs_only(authorities.iter().cloned()),
            None => builder,
        };
        match &self.identity {
            Some(identity) => builder.identity(identity.clone()),
            None => builder,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_pem_is_refused_and_not_repeated() {
        for text in ["", "hunter2", "-----BEGIN CERTIFICATE-----\nhunter2"] {
            let authority = Tls::default().trusting(text.as_bytes()).unwrap_err();
            let identity = Tls::default().known_by(text.as_bytes(), b"hunter2");
            assert_eq!(authority, TlsError::NoAuthority);
            assert_eq!(identity.unwrap_err(), TlsError::NoIdentity);
        }
        assert!(!Tls::default().is_given());
    }
}
