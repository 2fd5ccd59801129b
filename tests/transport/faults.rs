//! D9: receivers that fail at once, each in its own way.

use std::net::TcpListener;

use burnwatch::transport::{Transport, TransportSettings};

use super::certificates::Authority;
use super::kit::fake::{Behaviour, Fake};
use super::peer::{Peer, encryption};
use super::sender::{PATIENT, breakage, post, response, send, settings, transport};

#[tokio::test]
async fn d9_a_status_of_trouble_is_an_answer() {
    for status in [408, 429, 500, 502, 503, 504] {
        let server = Fake::start(move |_| Behaviour::Answer(status, vec![], "later".to_owned()));
        let answer = response(send(&transport(PATIENT), post(&server.url())).await);
        assert_eq!((answer.status, &*answer.body), (status, "later"));
        assert_eq!(server.requests().len(), 1, "who asks again is who counts");
    }
}

#[tokio::test]
async fn d9_a_refused_connection_received_nothing() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let reply = send(&transport(PATIENT), post(&format!("http://{address}/x"))).await;
    let (kind, why) = breakage(reply);
    assert_eq!(kind, "unconnected");
    assert!(why.contains("refused"), "{why}");
}

#[tokio::test]
async fn d9_a_host_without_an_address_received_nothing() {
    let check = async |url: &str, expected: &str| {
        let (kind, why) = breakage(send(&transport(PATIENT), post(url)).await);
        assert_eq!((kind, &*why), ("unconnected", expected));
    };
    check(
        "http://nowhere.invalid/x",
        "the host `nowhere.invalid` has no address",
    )
    .await;
    check(
        "https://broken.invalid/x",
        "nobody says where the host `broken.invalid` is: try again",
    )
    .await;
}

#[tokio::test]
async fn d9_a_connection_that_breaks_may_have_received_the_request() {
    let server = Fake::start(|_| Behaviour::HangUp);
    let (kind, why) = breakage(send(&transport(PATIENT), post(&server.url())).await);
    assert_eq!(kind, "lost", "{why}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn an_answer_that_is_cut_short_is_one_all_the_same() {
    let server = Fake::start(|_| Behaviour::CutShort("begin".to_owned()));
    let answer = response(send(&transport(PATIENT), post(&server.url())).await);
    assert_eq!((answer.status, &*answer.body), (200, "begin"));
}

#[tokio::test]
async fn a_name_is_looked_up_by_whom_the_settings_name() {
    let server = Fake::start(|_| Behaviour::Answer(200, vec![], "here".to_owned()));
    let url = server.url().replace("127.0.0.1", "localhost");
    let answer = response(send(&transport(PATIENT), post(&url)).await);
    assert_eq!(answer.body, "here");
}

#[tokio::test]
async fn d9_who_shows_a_certificate_of_nobody_we_know_gets_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new(&folder.path().join("ours"));
    let config = encryption(&authority);
    let peer = Peer::start(move |talk| {
        talk.encrypt(config.clone())?;
        talk.head()?;
        talk.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")?;
        talk.hold()
    });
    let url = format!("https://{}/s3cret", peer.place());
    let (kind, why) = breakage(send(&transport(PATIENT), post(&url)).await);
    assert_eq!(kind, "untrusted");
    assert!(why.contains("UnknownIssuer"), "{why}");
    assert!(peer.heard().is_empty());

    let trusting = TransportSettings {
        extra_roots_pem: Some(std::fs::read(authority.file()).unwrap()),
        ..settings(PATIENT)
    };
    let trusting = Transport::new(trusting).unwrap();
    assert_eq!(response(send(&trusting, post(&url)).await).body, "ok");

    // The certificate is for 127.0.0.1.
    let other_name = url.replace("127.0.0.1", "localhost");
    let (kind, why) = breakage(send(&trusting, post(&other_name)).await);
    assert_eq!(kind, "untrusted", "{why}");
}

#[tokio::test]
async fn d9_encryption_that_fails_is_told_from_a_connection_that_does() {
    let speaks_plainly = Peer::start(|talk| {
        talk.say("HTTP/1.1 400 Bad Request\r\n\r\n")?;
        talk.hold()
    });
    let url = format!("https://{}/", speaks_plainly.place());
    let (kind, why) = breakage(send(&transport(PATIENT), post(&url)).await);
    assert_eq!(kind, "untrusted", "{why}");

    let hangs_up = Peer::start(|_| Ok(()));
    let url = format!("https://{}/", hangs_up.place());
    let (kind, why) = breakage(send(&transport(PATIENT), post(&url)).await);
    assert_eq!(kind, "unconnected", "{why}");
}
