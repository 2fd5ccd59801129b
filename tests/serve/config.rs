//! What a web configuration file says, and what is wrong with it.

use std::path::{Path, PathBuf};

use super::certificates::Authority;
use super::kit::tools;
use burnwatch::diagnostics::Sources;
use burnwatch::serve::web_config::{COST_MAX, Clients, Order, Pem, TlsVersion, WebConfig, read};

fn read_of(text: &str) -> (Option<WebConfig>, Vec<String>) {
    let mut sources = Sources::default();
    let source = sources.add("web.yaml", text);
    let (config, findings) = read(source, text, Path::new("etc"));
    let titles = findings.into_iter().map(|finding| finding.title);
    (config, titles.collect())
}

fn right(text: &str) -> WebConfig {
    let (config, findings) = read_of(text);
    assert!(findings.is_empty(), "{findings:#?}\n{text}");
    config.unwrap()
}

fn check(text: &str, expected: &[&str]) {
    let (config, findings) = read_of(text);
    assert_eq!(findings, expected, "{text}");
    assert_eq!(config.is_none(), !expected.is_empty());
}

const HASH: &str = "$2y$10$X0h1gDsPszWURQaxFh.zoubFi6DXncSjhoQNJgRrnGs7EsimhC7zG";

#[test]
fn a_file_of_prometheus_is_read_as_it_is() {
    let config = right(&format!(
        "tls_server_config:
  cert_file: server.pem
  key_file: /keys/server.key
  client_ca_file: clients.pem
  client_auth_type: RequireAndVerifyClientCert
  min_version: TLS12
  max_version: TLS13
  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]
  prefer_server_cipher_suites: false
  curve_preferences: [X25519, CurveP256]
http_server_config:
  http2: true
  headers:
    X-Content-Type-Options: nosniff
    X-Frame-Options: ''
basic_auth_users:
  alice: {HASH}
rate_limit:
  interval: 1s
  burst: 20
"
    ));
    let tls = config.tls.unwrap();
    assert_eq!(tls.certificate, Pem::File(PathBuf::from("etc/server.pem")));
    assert_eq!(tls.key, Pem::File(PathBuf::from("/keys/server.key")));
    let authority = Pem::File(PathBuf::from("etc/clients.pem"));
    assert_eq!(tls.clients, Clients::Known(authority));
    assert_eq!(
        (tls.oldest, tls.newest),
        (TlsVersion::Tls12, TlsVersion::Tls13)
    );
    assert_eq!(tls.order, Order::Client);
    assert_eq!(tls.ciphers, ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"]);
    assert_eq!(tls.curves, ["X25519", "CurveP256"]);
    assert_eq!(config.headers.len(), 1);
    assert_eq!(config.users["alice"].expose(), HASH);
    let (interval, burst) = config.rate.unwrap();
    assert_eq!((interval.as_ms(), burst), (1_000, 20));
}

#[test]
fn a_file_that_says_nothing_is_as_good_as_none() {
    assert_eq!(right(""), WebConfig::default());
    assert_eq!(right("# nothing\n"), WebConfig::default());
    assert_eq!(right("tls_server_config: {}\n"), WebConfig::default());
    assert_eq!(right("rate_limit: {interval: 0}\n").rate, None);
    let inline = right("tls_server_config: {cert: a, key: b}\n").tls.unwrap();
    assert!(matches!(inline.key, Pem::Inline(_)));
    assert_eq!(inline.clients, Clients::Anonymous);
}

#[test]
fn fields_that_do_not_exist_are_named() {
    check(
        "tls: {}\n",
        &["unknown field `tls` in a web configuration file"],
    );
    check(
        "http_server_config: {headers: {X-Other: a}}\n",
        &["unknown field `X-Other` in `headers`"],
    );
    check(
        "basic_auth_users: [a]\n",
        &["a list where `basic_auth_users` takes a mapping"],
    );
}

#[test]
fn encryption_needs_a_certificate_and_its_key() {
    check(
        "tls_server_config: {min_version: TLS12}\n",
        &[
            "`tls_server_config` needs `cert_file`",
            "`tls_server_config` needs `key_file`",
        ],
    );
    check(
        "tls_server_config: {cert_file: a, cert: b, key_file: c}\n",
        &[
            "`cert` and `cert_file` exclude each other",
            "`tls_server_config` needs `cert_file`",
        ],
    );
}

#[test]
fn what_is_not_supported_is_named_by_its_field() {
    let tls = |rest: &str| format!("tls_server_config: {{cert_file: a, key_file: b, {rest}}}\n");
    let cases = [
        (
            "client_allowed_sans: [a]",
            "`client_allowed_sans` is not supported",
        ),
        (
            "min_version: TLS10",
            "`TLS10` as `min_version` is not supported",
        ),
        (
            "max_version: TLS11",
            "`TLS11` as `max_version` is not supported",
        ),
        (
            "min_version: TLS13, max_version: TLS12",
            "`min_version` is newer than `max_version`",
        ),
        (
            "cipher_suites: [TLS_RSA_WITH_AES_128_CBC_SHA]",
            "`TLS_RSA_WITH_AES_128_CBC_SHA` of `cipher_suites` is not supported",
        ),
        (
            "curve_preferences: [CurveP521]",
            "`CurveP521` of `curve_preferences` is not supported",
        ),
        (
            "client_auth_type: RequireAnyClientCert",
            "`RequireAnyClientCert` as `client_auth_type` is not supported",
        ),
        (
            "client_auth_type: RequireAndVerifyClientCert",
            "`client_auth_type: RequireAndVerifyClientCert` needs `client_ca_file`",
        ),
        (
            "client_ca_file: c",
            "`client_ca_file` without a `client_auth_type`",
        ),
    ];
    for (rest, finding) in cases {
        check(&tls(rest), &[finding]);
    }
}

#[test]
fn values_that_mean_nothing_are_found_and_not_repeated() {
    check(
        "basic_auth_users: {a: s3cret, b: s3cret}\n",
        &[
            "a password that is no hash of bcrypt",
            "a password that is no hash of bcrypt",
        ],
    );
    let hash = |cost: u32| {
        format!(
            "basic_auth_users: {{a: {}}}\n",
            HASH.replace("$10$", &format!("${cost}$"))
        )
    };
    check(&hash(COST_MAX), &[]);
    check(
        &hash(COST_MAX + 1),
        &["a hash of cost 17, which takes too long"],
    );
    check(
        "http_server_config: {headers: {X-Frame-Options: allow}}\n",
        &["the header `X-Frame-Options` cannot be this"],
    );
    check(
        "rate_limit: {interval: soon, burst: 1000001}\n",
        &[
            "an `interval` that is no duration",
            "a `burst` that is no count of requests",
        ],
    );
    check("rate_limit: {interval: 1s, burst: 1000000}\n", &[]);
    check(
        "{}\n---\n{}\n",
        &["a second document in a web configuration file"],
    );
}

#[test]
fn promtool_takes_and_refuses_the_same_files() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new(&folder.path().join("ours"));
    authority.server();
    let tls = "tls_server_config:\n  cert_file: ours/server.pem\n  key_file: ours/server.key\n";
    let whole = format!(
        "{tls}  client_ca_file: ours/authority.pem\n  client_auth_type: RequireAndVerifyClientCert\n  \
         min_version: TLS13\n  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]\n  \
         curve_preferences: [X25519, CurveP256]\n  prefer_server_cipher_suites: true\n\
         http_server_config: {{http2: false, headers: {{X-Frame-Options: deny}}}}\n\
         basic_auth_users: {{alice: {HASH}}}\n"
    );
    let path = folder.path().join("web.yaml");
    let check = |text: &str, is_right: bool| {
        std::fs::write(&path, text).unwrap();
        let (config, findings) = read_of(text);
        assert_eq!(config.is_some(), is_right, "{findings:#?}\n{text}");
        let told = tools::promtool(folder.path(), ["check", "web-config", "web.yaml"]);
        assert_eq!(told.success, is_right, "{told:#?}\n{text}");
    };
    check("", true);
    check(tls, true);
    check(&whole, true);
    check(&tls.replace("key_file", "keyfile"), false);
    check(&format!("{tls}  cert: a\n"), false);
    check(
        &format!("{tls}  client_ca_file: ours/authority.pem\n"),
        false,
    );
    check(&format!("{tls}  client_auth_type: Often\n"), false);
    check(&format!("{tls}  min_version: TLS14\n"), false);
    check(&format!("{tls}  curve_preferences: [Circle]\n"), false);
    check(
        "http_server_config: {headers: {X-Frame-Options: allow}}\n",
        false,
    );
    check("http_server_config: {headers: {Server: x}}\n", false);
    check("basic_auth_users: {alice: s3cret}\n", false);
}
