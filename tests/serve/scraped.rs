//! A real Prometheus that scrapes the daemon with everything that a web configuration file can ask of it.

use std::fs;

use super::auth::text;
use super::certificates::Authority;
use super::fake::Fake;
use super::kit::prometheus::Prometheus;
use super::pages::encoded;
use super::running::{Running, configured, until};

#[test]
fn prometheus_scrapes_through_encryption_certificates_and_passwords() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new(&folder.path().join("ours"));
    let (signed, client) = (authority.server(), authority.client());
    let tls = format!(
        "tls_server_config:\n  cert_file: {}\n  key_file: {}\n  client_ca_file: {}\n  \
         client_auth_type: RequireAndVerifyClientCert\n",
        signed.certificate.display(),
        signed.key.display(),
        authority.file().display()
    );
    let web = folder.path().join("web.yaml");
    fs::write(&web, text("wonderland", 4, &tls)).unwrap();
    let face = Fake::new();
    *face.metrics.lock().unwrap() = encoded();
    let server = Running::start(configured(&web), &face);

    let config = format!(
        "scrape_configs:\n- job_name: burnwatch\n  scheme: https\n  scrape_interval: 1s\n  scrape_timeout: 1s\n  \
         basic_auth: {{username: alice, password: wonderland}}\n  \
         tls_config: {{ca_file: {}, cert_file: {}, key_file: {}}}\n  static_configs: [{{targets: ['{}']}}]\n",
        authority.file().display(),
        client.certificate.display(),
        client.key.display(),
        server.address
    );
    let prometheus = Prometheus::configured(&folder.path().join("data"), &config, &[]);
    let found = |query: &str| {
        let data = prometheus.ask("/api/v1/query", &[("query", query)]);
        data["result"]
            .as_array()
            .is_some_and(|found| !found.is_empty())
    };
    until("it is scraped", || found("up{job=\"burnwatch\"} == 1"));
    assert!(found("burnwatch_seen_total == 1"));
    assert!(found("burnwatch_lag_seconds_bucket{le=\"+Inf\"} == 1"));
}
