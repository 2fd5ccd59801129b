//! D10: receivers that take their time, and what they cost others.

use std::net::IpAddr;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use burnwatch::net::{Lookup, LookupFault};
use burnwatch::notify::reply::BODY_MAX_BYTES;
use burnwatch::transport::{Transport, TransportSettings};

use super::kit::fake::{Behaviour, Fake};
use super::peer::{Peer, Talk};
use super::sender::{PATIENT, SHORT, breakage, post, response, send, settings, transport};

/// How long a reply may take that has to be there after [`SHORT`], on a machine that has much to do.
const SOON: Duration = Duration::from_secs(10);
/// The pace of those who are slow.
const PACE: Duration = Duration::from_millis(20);

/// Says one byte after the other, for ever.
fn trickle(talk: &mut Talk, text: &str) -> std::io::Result<()> {
    loop {
        talk.say(text)?;
        std::thread::sleep(PACE);
    }
}

#[tokio::test]
async fn d10_who_never_answers_is_given_up() {
    let server = Fake::start(|_| Behaviour::Silent);
    let begin = Instant::now();
    let (kind, why) = breakage(send(&transport(SHORT), post(&server.url())).await);
    assert_eq!((kind, &*why), ("lost", "no answer within 1s"));
    assert!(begin.elapsed() < SOON);
}

#[tokio::test]
async fn d10_who_says_a_byte_now_and_then_is_given_up() {
    let peer = Peer::start(|talk| {
        talk.head()?;
        talk.say("HTTP/1.1 200 OK\r\nX-Slow: ")?;
        trickle(talk, "x")
    });
    let url = format!("http://{}/", peer.place());
    let (kind, why) = breakage(send(&transport(SHORT), post(&url)).await);
    assert_eq!((kind, &*why), ("lost", "no answer within 1s"));
}

#[tokio::test]
async fn d10_a_body_that_trickles_takes_nothing_from_its_status() {
    let peer = Peer::start(|talk| {
        talk.head()?;
        talk.say("HTTP/1.1 202 Accepted\r\n\r\n")?;
        trickle(talk, "y")
    });
    let begin = Instant::now();
    let url = format!("http://{}/", peer.place());
    let answer = response(send(&transport(SHORT), post(&url)).await);
    assert_eq!(answer.status, 202);
    assert!(answer.body.bytes().all(|byte| byte == b'y'));
    assert!(begin.elapsed() < SOON);
}

#[tokio::test]
async fn d10_a_body_without_an_end_is_read_up_to_its_limit() {
    let server = Fake::start(|_| Behaviour::Endless);
    let answer = response(send(&transport(PATIENT), post(&server.url())).await);
    assert_eq!((answer.status, answer.body.len()), (200, BODY_MAX_BYTES));

    for more in [0, 1] {
        let body = "x".repeat(BODY_MAX_BYTES + more);
        let server = Fake::start(move |_| Behaviour::Answer(200, vec![], body.clone()));
        let answer = response(send(&transport(PATIENT), post(&server.url())).await);
        assert_eq!(answer.body.len(), BODY_MAX_BYTES);
    }
}

#[tokio::test]
async fn d10_headers_without_an_end_are_given_up() {
    let peer = Peer::start(|talk| {
        talk.head()?;
        talk.say("HTTP/1.1 200 OK\r\n")?;
        loop {
            talk.say(&format!("X-{}: y\r\n", "x".repeat(1 << 10)))?;
        }
    });
    let url = format!("http://{}/", peer.place());
    let (kind, why) = breakage(send(&transport(PATIENT), post(&url)).await);
    assert_eq!(kind, "lost", "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn d10_nobody_waits_for_one_who_hangs() {
    let silent = Fake::start(|_| Behaviour::Silent);
    let fine = Fake::start(|_| Behaviour::Answer(200, vec![], "ok".to_owned()));
    let transport = Arc::new(transport(PATIENT));
    let hanging: Vec<_> = (0..50)
        .map(|_| {
            let (transport, request) = (transport.clone(), post(&silent.url()));
            tokio::spawn(async move { send(&transport, request).await })
        })
        .collect();
    for _ in 0..10 {
        let answer = response(send(&transport, post(&fine.url())).await);
        assert_eq!(answer.body, "ok");
    }
    assert!(hanging.iter().all(|task| !task.is_finished()));
    hanging.iter().for_each(tokio::task::JoinHandle::abort);
}

/// A name service that says nothing until it is released.
#[derive(Default)]
struct Mute {
    is_released: Mutex<bool>,
    released: Condvar,
}

impl Lookup for Mute {
    fn addresses(&self, _: &str) -> Result<Vec<IpAddr>, LookupFault> {
        let guard = self.is_released.lock().unwrap();
        drop(self.released.wait_while(guard, |is_released| !*is_released));
        Err(LookupFault::None)
    }
}

#[tokio::test]
async fn d10_a_lookup_that_hangs_is_a_connection_that_never_stood() {
    let mute = Arc::new(Mute::default());
    let settings = TransportSettings {
        connect_timeout: SHORT,
        lookup: mute.clone(),
        ..settings(PATIENT)
    };
    let transport = Transport::new(settings).unwrap();
    let (kind, why) = breakage(send(&transport, post("http://mute.invalid/")).await);
    *mute.is_released.lock().unwrap() = true;
    mute.released.notify_all();
    assert_eq!((kind, &*why), ("unconnected", "no connection within 1s"));
}

#[test]
fn d10_a_connection_stands_within_five_seconds_and_an_answer_is_there_within_ten() {
    let usual = TransportSettings::default();
    assert_eq!(usual.connect_timeout.as_ms(), 5_000);
    assert_eq!(usual.total_timeout.as_ms(), 10_000);
    assert_eq!(BODY_MAX_BYTES, 64 << 10);
}
