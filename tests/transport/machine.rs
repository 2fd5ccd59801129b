//! Machines that lack something, or say something in their environment: the test runs itself again on such a one.

use std::process::Command;

use burnwatch::transport::{Proxy, Transport, TransportSettings};

use super::certificates::Authority;
use super::kit::fake::{Behaviour, Fake};
use super::peer::{Peer, encryption};
use super::sender::{PATIENT, breakage, post, response, send, settings};

/// Says that this is the second run.
const SECOND: &str = "BURNWATCH_TEST_SECOND_RUN";

/// Whether this is the second run. The first one makes it, with this environment.
fn is_second_run(name: &str, environment: &[(&str, &str)]) -> bool {
    if std::env::var_os(SECOND).is_some() {
        return true;
    }
    let own = std::env::current_exe().unwrap();
    let output = Command::new(own)
        .args([name, "--exact"])
        .envs(environment.iter().copied())
        .env(SECOND, "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("1 passed"), "{said}");
    false
}

#[tokio::test]
async fn a_machine_without_authorities_reaches_those_who_need_none_or_are_named() {
    let name = "machine::a_machine_without_authorities_reaches_those_who_need_none_or_are_named";
    let nowhere = [
        ("SSL_CERT_FILE", "/nonexistent.pem"),
        ("SSL_CERT_DIR", "/nonexistent"),
    ];
    if !is_second_run(name, &nowhere) {
        return;
    }
    assert!(rustls_native_certs::load_native_certs().certs.is_empty());
    let plain = Fake::start(|_| Behaviour::Answer(200, vec![], "ok".to_owned()));
    let transport = Transport::new(settings(PATIENT)).unwrap();
    let answer = response(send(&transport, post(&plain.url())).await);
    assert_eq!(answer.body, "ok");

    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new(&folder.path().join("ours"));
    let config = encryption(&authority);
    let encrypted = Peer::start(move |talk| {
        talk.encrypt(config.clone())?;
        talk.head()?;
        talk.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")?;
        talk.hold()
    });
    let url = format!("https://{}/", encrypted.place());
    let (kind, why) = breakage(send(&transport, post(&url)).await);
    assert_eq!(kind, "untrusted", "{why}");
    let trusting = TransportSettings {
        extra_roots_pem: Some(std::fs::read(authority.file()).unwrap()),
        ..settings(PATIENT)
    };
    let trusting = Transport::new(trusting).unwrap();
    assert_eq!(response(send(&trusting, post(&url)).await).body, "ok");
}

#[tokio::test]
async fn a_proxy_of_the_environment_is_used_where_that_is_wanted_and_nowhere_else() {
    let name = "machine::a_proxy_of_the_environment_is_used_where_that_is_wanted_and_nowhere_else";
    let proxy =
        Fake::start(|request| Behaviour::Answer(200, vec![], format!("proxied {}", request.path)));
    let url = proxy.url();
    let proxies = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
    let mut environment: Vec<_> = proxies.map(|variable| (variable, &*url)).into();
    environment.extend([("NO_PROXY", ""), ("no_proxy", "")]);
    if !is_second_run(name, &environment) {
        return;
    }
    let server = Fake::start(|_| Behaviour::Answer(200, vec![], "direct".to_owned()));
    let direct = Transport::new(settings(PATIENT)).unwrap();
    let answer = response(send(&direct, post(&server.url())).await);
    assert_eq!(answer.body, "direct");
    let through = TransportSettings {
        proxy: Proxy::Environment,
        ..settings(PATIENT)
    };
    let through = Transport::new(through).unwrap();
    let answer = response(send(&through, post(&format!("{}/x", server.url()))).await);
    // The URL is hidden, and nobody but a proxy is told a whole one.
    assert!(answer.body.starts_with("proxied "), "{answer:?}");
    assert_eq!(server.requests().len(), 1);
}
