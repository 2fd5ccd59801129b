//! Encryption, and clients that are known by their certificates.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use tempfile::TempDir;

use super::certificates::{Authority, Signed};
use super::client::{Answer, Client};
use super::fake::Fake;
use super::running::{Running, configured, until};

/// Authorities and a web configuration file.
struct Files {
    folder: TempDir,
    ours: Authority,
}

impl Files {
    fn new() -> Files {
        let folder = tempfile::tempdir().unwrap();
        let ours = Authority::new(&folder.path().join("ours"));
        Files { folder, ours }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("web.yaml")
    }

    /// Writes the file with a certificate of our own, by paths relative to it, and `rest`.
    fn start(&self, rest: &str) -> Running {
        self.ours.server();
        let text = format!(
            "tls_server_config:\n  cert_file: ours/server.pem\n  key_file: ours/server.key\n{rest}"
        );
        fs::write(self.path(), text).unwrap();
        Running::start(configured(&self.path()), &Fake::new())
    }
}

fn certificates(path: &Path) -> Vec<CertificateDer<'static>> {
    let pem = fs::read(path).unwrap();
    CertificateDer::pem_slice_iter(&pem)
        .collect::<Result<_, _>>()
        .unwrap()
}

fn trusting(
    authority: &Authority,
    client: Option<&Signed>,
    versions: &[&'static SupportedProtocolVersion],
) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(certificates(&authority.file()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots);
    Arc::new(match client {
        None => builder.with_no_client_auth(),
        Some(signed) => {
            let key = PrivateKeyDer::from_pem_slice(&fs::read(&signed.key).unwrap()).unwrap();
            let chain = certificates(&signed.certificate);
            builder.with_client_auth_cert(chain, key).unwrap()
        }
    })
}

fn ask(server: &Running, config: &Arc<ClientConfig>) -> std::io::Result<Answer> {
    Client::encrypted(server.address, config).ask("GET", "/livez", &[], "")
}

#[test]
fn an_encrypted_port_speaks_to_those_who_encrypt() {
    let files = Files::new();
    let server = files.start("");
    let config = trusting(&files.ours, None, rustls::ALL_VERSIONS);
    assert_eq!(ask(&server, &config).unwrap().status, 200);
    let theirs = Authority::new(&files.folder.path().join("theirs"));
    let error = ask(&server, &trusting(&theirs, None, rustls::ALL_VERSIONS)).unwrap_err();
    assert!(error.to_string().contains("UnknownIssuer"), "{error}");
    assert!(server.client().ask("GET", "/livez", &[], "").is_err());
}

#[test]
fn versions_that_are_too_old_are_not_spoken() {
    let files = Files::new();
    let server = files.start("  min_version: TLS13\n");
    let only = |version| trusting(&files.ours, None, &[version]);
    assert_eq!(
        ask(&server, &only(&rustls::version::TLS13)).unwrap().status,
        200
    );
    assert!(ask(&server, &only(&rustls::version::TLS12)).is_err());
}

#[test]
fn where_clients_are_known_by_certificates_others_are_not_answered() {
    let files = Files::new();
    let theirs = Authority::new(&files.folder.path().join("theirs"));
    let client = |authority: &Authority| {
        trusting(&files.ours, Some(&authority.client()), rustls::ALL_VERSIONS)
    };
    let authority = "  client_ca_file: ours/authority.pem\n  client_auth_type: ";
    for (kind, without) in [
        ("RequireAndVerifyClientCert", false),
        ("VerifyClientCertIfGiven", true),
    ] {
        let server = files.start(&format!("{authority}{kind}\n"));
        assert_eq!(ask(&server, &client(&files.ours)).unwrap().status, 200);
        assert!(ask(&server, &client(&theirs)).is_err(), "{kind}");
        let nobody = trusting(&files.ours, None, rustls::ALL_VERSIONS);
        assert_eq!(ask(&server, &nobody).is_ok(), without, "{kind}");
    }
}

#[test]
fn a_certificate_that_was_renewed_is_the_next_one() {
    let files = Files::new();
    let server = files.start("");
    let theirs = Authority::new(&files.folder.path().join("theirs"));
    let (ours, new) = (
        trusting(&files.ours, None, rustls::ALL_VERSIONS),
        trusting(&theirs, None, rustls::ALL_VERSIONS),
    );
    assert_eq!(ask(&server, &ours).unwrap().status, 200);
    assert!(ask(&server, &new).is_err());
    let renewed = theirs.server();
    let target = files.folder.path().join("ours");
    fs::copy(renewed.certificate, target.join("server.pem")).unwrap();
    // Between the two the old pair stays.
    assert_eq!(ask(&server, &ours).unwrap().status, 200);
    assert!((server.fault)().is_some());
    fs::copy(renewed.key, target.join("server.key")).unwrap();
    until("the new certificate is shown", || {
        ask(&server, &new).is_ok_and(|answer| answer.status == 200)
    });
    assert!((server.fault)().is_none());
    assert!(ask(&server, &ours).is_err());
}
