//! What arrives, and answers that are as they should be.

use burnwatch::base::{Duration, Secret};
use burnwatch::notify::{HttpRequest, Method, Request};
use burnwatch::transport::{Proxy, Transport, TransportError, TransportSettings};

use super::kit::fake::{Behaviour, Fake};
use super::peer::Peer;
use super::sender::{PATIENT, breakage, http, post, response, send, settings, transport};

fn answering(status: u16, headers: &[&str], body: &str) -> Fake {
    let headers: Vec<String> = headers.iter().map(|line| (*line).to_owned()).collect();
    let body = body.to_owned();
    Fake::start(move |_| Behaviour::Answer(status, headers.clone(), body.clone()))
}

#[tokio::test]
async fn a_request_arrives_as_it_was_made_and_says_who_asks_and_for_what() {
    let server = answering(202, &[], "accepted");
    let request = HttpRequest {
        method: Method::Put,
        headers: vec![
            ("Content-Type", Secret::new("application/json")),
            ("Authorization", Secret::new("GenieKey k3y")),
        ],
        body: "{\"a\":1}".to_owned(),
        ..http(&format!("{}/v2/x?y=z", server.url()))
    };
    let answer = response(send(&transport(PATIENT), Request::Http(request)).await);
    assert_eq!((answer.status, &*answer.body), (202, "accepted"));
    assert_eq!(answer.retry_after, None);

    let seen = server.requests().remove(0);
    assert_eq!(
        (&*seen.method, &*seen.path, &*seen.body),
        ("PUT", "/v2/x?y=z", "{\"a\":1}")
    );
    for header in [
        "content-type: application/json",
        "authorization: geniekey k3y",
        concat!("user-agent: burnwatch/", env!("CARGO_PKG_VERSION")),
        "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    ] {
        assert!(
            seen.headers.iter().any(|line| line == header),
            "{header} in {seen:?}"
        );
    }
    let leaks = |line: &String| line.starts_with("referer:") || line.starts_with("cookie:");
    assert!(!seen.headers.iter().any(leaks), "{seen:?}");
}

#[tokio::test]
async fn a_connection_serves_several_requests() {
    let peer = Peer::start(|talk| {
        loop {
            talk.head()?;
            talk.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")?;
        }
    });
    let transport = transport(PATIENT);
    let request = || {
        Request::Http(HttpRequest {
            body: String::new(),
            ..http(&format!("http://{}/", peer.place()))
        })
    };
    for _ in 0..3 {
        assert_eq!(response(send(&transport, request()).await).body, "ok");
    }
    assert_eq!(peer.connections(), 1);
}

#[tokio::test]
async fn d8_a_pause_is_asked_for_in_seconds_or_as_a_date() {
    let check = async |headers: &[&str], expected_s: Option<u64>| {
        let server = answering(429, headers, "");
        let answer = response(send(&transport(PATIENT), post(&server.url())).await);
        let expected = expected_s.map(|seconds| Duration::from_ms(seconds * 1_000));
        assert_eq!(
            (answer.status, answer.retry_after),
            (429, expected),
            "{headers:?}"
        );
    };
    let date = "Date: Sun, 06 Nov 1994 08:49:37 GMT";
    check(&["Retry-After: 7"], Some(7)).await;
    check(
        &["Retry-After: Sun, 06 Nov 1994 08:50:07 GMT", date],
        Some(30),
    )
    .await;
    check(&["Retry-After: 99999"], Some(86_400)).await;
    check(&["Retry-After: soon", date], None).await;
    check(&[], None).await;
}

#[tokio::test]
async fn d13_a_redirect_is_not_followed() {
    let other = answering(200, &[], "");
    for status in [301, 302, 303, 307, 308] {
        let location = format!("Location: {}/elsewhere", other.url());
        let server = answering(status, &[&location], "");
        let request = HttpRequest {
            headers: vec![("Authorization", Secret::new("Bearer t0ken"))],
            ..http(&server.url())
        };
        let answer = response(send(&transport(PATIENT), Request::Http(request)).await);
        assert_eq!(answer.status, status);
        assert_eq!(server.requests().len(), 1);
    }
    assert!(other.requests().is_empty());
}

#[tokio::test]
async fn what_cannot_be_sent_is_not_repeated_in_the_reason() {
    let transport = transport(PATIENT);
    for url in [
        "",
        "s3cret",
        "file:///s3cret",
        "http://:9/s3cret",
        "http://[s3cret",
    ] {
        let (kind, why) = breakage(send(&transport, post(url)).await);
        assert_eq!(kind, "unconnected", "{url}");
        assert!(!why.is_empty() && !why.contains("s3cret"), "{why}");
    }
    let request = HttpRequest {
        headers: vec![("X-Key", Secret::new("s3cret\r\nX-Other: 1"))],
        ..http("http://127.0.0.1:9/")
    };
    let (kind, why) = breakage(send(&transport, Request::Http(request)).await);
    assert_eq!(
        (kind, &*why),
        (
            "unconnected",
            "the header `X-Key` holds what cannot be sent"
        )
    );
}

#[test]
fn authorities_that_are_none_are_refused_when_it_begins() {
    let with = |pem: &[u8]| {
        let settings = TransportSettings {
            extra_roots_pem: Some(pem.to_vec()),
            ..settings(PATIENT)
        };
        Transport::new(settings).err()
    };
    let broken = b"-----BEGIN CERTIFICATE-----\nhunter2\n-----END CERTIFICATE-----\n";
    assert_eq!(with(b""), Some(TransportError::Roots));
    assert_eq!(with(broken), Some(TransportError::Roots));
    let through_proxy = TransportSettings {
        proxy: Proxy::Environment,
        ..settings(PATIENT)
    };
    assert!(Transport::new(through_proxy).is_ok());
}
