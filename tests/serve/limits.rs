//! What those cost who ask too much, too slowly or too often.

use std::time::{Duration as Time, Instant};

use burnwatch::base::Duration;
use burnwatch::serve::{Limits, ServeSettings};

use super::auth::{ALICE, file};
use super::fake::Fake;
use super::running::{DEADLINE, Running, configured, settings, until};

const SHORT: Duration = Duration::from_ms(1_000);

fn limited(change: impl FnOnce(&mut Limits)) -> ServeSettings {
    let mut settings = settings();
    change(&mut settings.limits);
    settings
}

#[test]
fn the_head_of_a_request_has_a_length() {
    let server = Running::start(
        limited(|limits| limits.head_max_bytes = 2_000),
        &Fake::new(),
    );
    let frame = "GET /livez HTTP/1.1\r\nHost: burnwatch\r\nX: \r\n\r\n".len();
    let status = |bytes: usize| {
        let header = format!("X: {}", "x".repeat(bytes - frame));
        server.get_with("/livez", &[&header]).status
    };
    assert_eq!(status(2_000), 200);
    assert_eq!(status(2_001), 431);
}

#[test]
fn a_request_has_so_many_headers() {
    let server = Running::start(limited(|limits| limits.headers_max = 8), &Fake::new());
    // The host is one of them.
    let status = |count: usize| server.get_with("/livez", &vec!["X: y"; count - 1]).status;
    assert_eq!(status(8), 200);
    assert_eq!(status(9), 431);
}

#[test]
fn the_body_of_a_request_has_a_length() {
    let face = Fake::new();
    let server = Running::start(limited(|limits| limits.body_max_bytes = 100), &face);
    let posted = |bytes: usize| {
        let body = "b".repeat(bytes);
        server
            .client()
            .ask("POST", "/ack/t", &[], &body)
            .unwrap()
            .status
    };
    assert_eq!(posted(100), 404);
    assert_eq!(face.acknowledged.lock().unwrap().len(), 1);
    assert_eq!(posted(101), 413);
    let mut client = server.client();
    let body = "b".repeat(101);
    let head = "POST /ack/t HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    client
        .send(&format!("{head}65\r\n{body}\r\n0\r\n\r\n"))
        .unwrap();
    assert_eq!(client.answer().unwrap().status, 413);
    assert_eq!(face.acknowledged.lock().unwrap().len(), 1);
}

#[test]
fn who_asks_too_slowly_is_cut_off() {
    let server = Running::start(limited(|limits| limits.head_timeout = SHORT), &Fake::new());
    for begin in ["", "GET /livez HTTP/1.1\r\nX-Slow: "] {
        let mut client = server.client();
        client.send(begin).unwrap();
        let since = Instant::now();
        assert!(client.closed());
        assert!(since.elapsed() < DEADLINE / 2, "{begin}");
    }
    let server = Running::start(
        limited(|limits| limits.request_timeout = SHORT),
        &Fake::new(),
    );
    let mut client = server.client();
    let head = "POST /ack/t HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nslow";
    client.send(head).unwrap();
    let answer = client.answer().unwrap();
    assert_eq!(
        (answer.status, &*answer.body),
        (503, "no answer within 1s\n")
    );
}

#[test]
fn who_does_not_take_an_answer_gives_the_seat_back() {
    let face = Fake::new();
    *face.metrics.lock().unwrap() = "m 1\n".repeat(16 << 20);
    let settings = limited(|limits| {
        limits.stall_timeout = SHORT;
        limits.connections_max = 1;
    });
    let server = Running::start(settings, &face);
    let mut stalled = server.client();
    stalled
        .send("GET /metrics HTTP/1.1\r\nHost: h\r\nAccept: application/openmetrics-text\r\n\r\n")
        .unwrap();
    assert_eq!(server.get("/livez").status, 200);
}

#[test]
fn no_more_than_so_many_are_served_at_once_and_the_next_ones_wait() {
    let face = Fake::new();
    let server = Running::start(limited(|limits| limits.connections_max = 2), &face);
    let mut seated = [server.client(), server.client()];
    for client in &mut seated {
        assert_eq!(client.ask("GET", "/livez", &[], "").unwrap().status, 200);
    }
    let address = server.address;
    let waiting = std::thread::spawn(move || {
        let mut client = super::client::Client::connect(address);
        client.ask("GET", "/ack/t", &[], "").unwrap().status
    });
    // Those who are seated are served while it waits.
    for _ in 0..20 {
        for client in &mut seated {
            assert_eq!(client.ask("GET", "/livez", &[], "").unwrap().status, 200);
        }
    }
    assert!(!waiting.is_finished());
    drop(seated);
    assert_eq!(waiting.join().unwrap(), 200);
}

#[test]
fn a_daemon_that_does_not_say_whether_it_is_ready_is_not_and_others_are_answered() {
    let face = Fake::new();
    let server = Running::start(limited(|limits| limits.request_timeout = SHORT), &face);
    face.shut();
    assert_eq!(server.get("/readyz").status, 503);
    assert_eq!(server.get("/livez").status, 200);
    face.open();
    assert_eq!(server.get("/readyz").status, 200);
}

#[test]
fn a_connection_has_an_end() {
    let settings = limited(|limits| limits.connection_timeout = SHORT);
    let server = Running::start(settings, &Fake::new());
    let mut client = server.client();
    let deadline = Instant::now() + DEADLINE;
    while client.ask("GET", "/livez", &[], "").is_ok() {
        assert!(Instant::now() < deadline);
        std::thread::sleep(Time::from_millis(20));
    }
}

#[test]
fn a_rate_is_for_those_who_guess_too() {
    let (_folder, path) = file(4, "rate_limit: {interval: 1h, burst: 2}\n");
    let server = Running::start(configured(&path), &Fake::new());
    assert_eq!(server.get("/livez").status, 401);
    assert_eq!(server.get_with("/livez", &[ALICE]).status, 200);
    let refused = server.get_with("/livez", &[ALICE]);
    assert_eq!(refused.status, 429);
    assert!(refused.header("retry-after").is_some());
}

#[test]
fn who_has_asked_is_answered_before_the_end_and_nobody_else() {
    let face = Fake::new();
    let mut server = Running::start(settings(), &face);
    let mut idle = server.client();
    assert_eq!(idle.ask("GET", "/livez", &[], "").unwrap().status, 200);
    face.shut();
    let address = server.address;
    let asking = std::thread::spawn(move || {
        let mut client = super::client::Client::connect(address);
        client.ask("GET", "/readyz", &[], "").unwrap().status
    });
    until("it has asked", || face.waiting() == 1);
    server.end();
    assert!(idle.closed());
    assert!(!asking.is_finished());
    face.open();
    assert_eq!(asking.join().unwrap(), 200);
    server.wait();
    assert!(std::net::TcpStream::connect(address).is_err());
}
