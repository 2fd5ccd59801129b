//! A server's side of encryption, as its configuration says.

use std::sync::Arc;

use rustls::crypto::{CryptoProvider, SupportedKxGroup, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, SupportedCipherSuite};

use super::web_config::{Order, TlsConfig, TlsVersion};

/// What of a configuration is in files, read.
pub(super) struct Pems {
    pub(super) certificate: Vec<u8>,
    pub(super) key: Vec<u8>,
    /// The authority of clients, and whether they must show a certificate.
    pub(super) authority: Option<(Vec<u8>, Wanted)>,
}

/// Whether a client must show a certificate.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Always,
    IfThereIsOne,
}

/// Whether this names a cipher suite that we have.
pub(super) fn is_cipher(name: &str) -> bool {
    suites().any(|suite| suite_name(suite) == name)
}

/// Whether this names a curve that we have.
pub(super) fn is_curve(name: &str) -> bool {
    curve(name).is_some()
}

fn suites() -> impl Iterator<Item = SupportedCipherSuite> {
    ring::default_provider().cipher_suites.into_iter()
}

/// Its name in the registry of IANA; rustls marks those of TLS 1.3.
fn suite_name(suite: SupportedCipherSuite) -> String {
    let name = format!("{:?}", suite.suite());
    name.replacen("TLS13_", "TLS_", 1)
}

fn curve(name: &str) -> Option<&'static dyn SupportedKxGroup> {
    match name {
        "X25519" => Some(ring::kx_group::X25519),
        "CurveP256" => Some(ring::kx_group::SECP256R1),
        "CurveP384" => Some(ring::kx_group::SECP384R1),
        _ => None,
    }
}

/// The server's side, or why there is none; nothing of a key is said.
pub(super) fn server(config: &TlsConfig, pems: &Pems) -> Result<Arc<ServerConfig>, String> {
    let provider = Arc::new(provider(config));
    let versions: Vec<_> = [
        (TlsVersion::Tls12, &rustls::version::TLS12),
        (TlsVersion::Tls13, &rustls::version::TLS13),
    ]
    .into_iter()
    .filter(|(version, _)| (config.oldest..=config.newest).contains(version))
    .map(|(_, version)| version)
    .collect();
    let builder = ServerConfig::builder_with_provider(provider.clone())
        .with_protocol_versions(&versions)
        .map_err(|error| format!("these settings do not fit together: {error}"))?;
    let builder = match &pems.authority {
        None => builder.with_no_client_auth(),
        Some((pem, wanted)) => {
            let mut roots = RootCertStore::empty();
            for root in certificates(pem, "the authority of clients")? {
                let added = roots.add(root);
                added.map_err(|error| format!("the authority of clients: {error}"))?;
            }
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            let verifier = match wanted {
                Wanted::Always => verifier,
                Wanted::IfThereIsOne => verifier.allow_unauthenticated(),
            };
            let verifier = verifier.build();
            builder.with_client_cert_verifier(
                verifier.map_err(|error| format!("the authority of clients: {error}"))?,
            )
        }
    };
    let chain = certificates(&pems.certificate, "the certificate")?;
    let key = PrivateKeyDer::from_pem_slice(&pems.key)
        .map_err(|_| "the private key is none in PEM format, or it has a password".to_owned())?;
    let mut server = builder
        .with_single_cert(chain, key)
        .map_err(|error| format!("the certificate and its private key: {error}"))?;
    server.ignore_client_order = config.order == Order::Server;
    server.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(server))
}

/// Cipher suites of TLS 1.3 cannot be chosen, as with Prometheus' own programs.
fn provider(config: &TlsConfig) -> CryptoProvider {
    let mut provider = ring::default_provider();
    if !config.ciphers.is_empty() {
        let rank = |suite: &SupportedCipherSuite| {
            let name = suite_name(*suite);
            let place = config.ciphers.iter().position(|cipher| *cipher == name);
            place.or((suite.tls13().is_some()).then_some(usize::MAX))
        };
        provider.cipher_suites.retain(|suite| rank(suite).is_some());
        provider.cipher_suites.sort_by_key(|suite| rank(suite));
    }
    let curves: Vec<_> = config
        .curves
        .iter()
        .filter_map(|name| curve(name))
        .collect();
    if !curves.is_empty() {
        provider.kx_groups = curves;
    }
    provider
}

fn certificates(pem: &[u8], what: &str) -> Result<Vec<CertificateDer<'static>>, String> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    read.ok()
        .filter(|certificates| !certificates.is_empty())
        .ok_or_else(|| format!("{what} is none in PEM format"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cipher_suites_and_curves_go_by_the_names_of_prometheus() {
        for name in [
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_AES_128_GCM_SHA256",
        ] {
            assert!(is_cipher(name), "{name}");
        }
        assert!(!is_cipher("TLS_RSA_WITH_AES_128_CBC_SHA") && !is_cipher(""));
        assert!(is_curve("CurveP256") && !is_curve("CurveP521"));
    }
}
