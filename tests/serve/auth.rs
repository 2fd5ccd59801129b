//! Who may ask, where passwords are wanted.

use std::path::PathBuf;
use std::time::Instant;

use burnwatch::base::Duration;
use burnwatch::serve::{Limits, Probes, ServeSettings};
use tempfile::TempDir;

use super::fake::Fake;
use super::running::{Running, configured};

/// `alice:wonderland` and others, as they are sent.
pub const ALICE: &str = "Authorization: Basic YWxpY2U6d29uZGVybGFuZA==";
const ALICE_WRONG: &str = "Authorization: Basic YWxpY2U6bG9va2luZw==";
const MALLORY: &str = "Authorization: Basic bWFsbG9yeTp3b25kZXJsYW5k";

/// A file that knows alice by a hash of this cost, and what else it says.
pub fn file(cost: u32, rest: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("web.yaml");
    std::fs::write(&path, text("wonderland", cost, rest)).unwrap();
    (folder, path)
}

pub fn text(password: &str, cost: u32, rest: &str) -> String {
    let hash = bcrypt::hash_with_salt(password, cost, *b"sixteen bytes ok")
        .unwrap()
        .format_for_version(bcrypt::Version::TwoY);
    format!("basic_auth_users:\n  alice: {hash}\n{rest}")
}

#[test]
fn only_who_has_a_password_is_answered_at_any_path() {
    let (_folder, path) = file(4, "");
    let server = Running::start(configured(&path), &Fake::new());
    for path in ["/livez", "/readyz", "/metrics", "/ack/t", "/", "/nowhere"] {
        for headers in [
            &[][..],
            &[ALICE_WRONG],
            &[MALLORY],
            &["Authorization: Bearer wonderland"],
            &["Authorization: Basic !!!"],
        ] {
            let answer = server.get_with(path, headers);
            assert_eq!(answer.status, 401, "{path} {headers:?}");
            let asking = answer.header("www-authenticate").unwrap();
            assert!(asking.starts_with("Basic realm="), "{asking}");
        }
        let admitted = server.get_with(path, &[ALICE]).status;
        assert_ne!(admitted, 401, "{path}");
    }
    let posted = server.client().ask("POST", "/ack/t", &[], "").unwrap();
    assert_eq!(posted.status, 401);
}

#[test]
fn probes_are_open_where_that_is_wanted() {
    let (_folder, path) = file(4, "rate_limit: {interval: 1h, burst: 1}\n");
    let settings = ServeSettings {
        probes: Probes::Open,
        ..configured(&path)
    };
    let server = Running::start(settings, &Fake::new());
    for _ in 0..3 {
        assert_eq!(server.get("/livez").status, 200);
        assert_eq!(server.get("/readyz").status, 200);
    }
    assert_eq!(server.get("/metrics").status, 401);
}

#[test]
fn a_password_that_was_right_is_not_hashed_again() {
    let (_folder, path) = file(13, "");
    let server = Running::start(configured(&path), &Fake::new());
    let ask = |header| {
        let begin = Instant::now();
        let status = server.get_with("/livez", &[header]).status;
        (status, begin.elapsed())
    };
    let (status, hashed) = ask(ALICE);
    assert_eq!(status, 200);
    let begin = Instant::now();
    for _ in 0..3 {
        assert_eq!(ask(ALICE).0, 200);
    }
    let known = begin.elapsed();
    assert!(known < hashed, "{known:?} for three, {hashed:?} for one");
}

#[test]
fn a_user_who_is_unknown_is_refused_as_slowly_as_one_who_is_known() {
    let (_folder, path) = file(12, "");
    let server = Running::start(configured(&path), &Fake::new());
    let refuse = |header| {
        let begin = Instant::now();
        assert_eq!(server.get_with("/livez", &[header]).status, 401);
        begin.elapsed()
    };
    // The shortest of several, since others work on this machine too.
    let shortest = |header| (0..3).map(|_| refuse(header)).min().unwrap();
    let (known, unknown) = (shortest(ALICE_WRONG), shortest(MALLORY));
    assert!(unknown > known / 3, "{unknown:?} against {known:?}");
}

#[test]
fn while_a_password_is_hashed_others_are_answered() {
    let (_folder, path) = file(14, "");
    let settings = ServeSettings {
        probes: Probes::Open,
        limits: Limits {
            request_timeout: Duration::from_ms(60_000),
            ..configured(&path).limits
        },
        ..configured(&path)
    };
    let server = Running::start(settings, &Fake::new());
    let address = server.address;
    let guessing = std::thread::spawn(move || {
        let mut client = super::client::Client::connect(address);
        client.ask("GET", "/metrics", &[ALICE_WRONG], "").unwrap()
    });
    for _ in 0..3 {
        assert_eq!(server.get("/livez").status, 200);
    }
    assert!(!guessing.is_finished());
    assert_eq!(guessing.join().unwrap().status, 401);
}
