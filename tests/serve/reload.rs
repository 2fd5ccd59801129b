//! Files that change while the daemon runs.

use std::fs;

use burnwatch::serve::ServeError;

use super::auth::{ALICE, file, text};
use super::fake::Fake;
use super::running::{Running, configured, until};

#[test]
fn a_changed_password_is_the_next_one() {
    let (_folder, path) = file(4, "");
    let server = Running::start(configured(&path), &Fake::new());
    let mut kept = server.client();
    assert_eq!(kept.ask("GET", "/livez", &[ALICE], "").unwrap().status, 200);
    fs::write(&path, text("another", 4, "")).unwrap();
    let mut status = || kept.ask("GET", "/livez", &[ALICE], "").unwrap().status;
    until("the old password is refused", || status() == 401);
    fs::write(&path, "").unwrap();
    until("nobody needs a password", || {
        server.get("/livez").status == 200
    });
}

#[test]
fn c1_a_file_that_is_broken_leaves_the_one_before_in_effect() {
    let (_folder, path) = file(4, "");
    let server = Running::start(configured(&path), &Fake::new());
    assert_eq!((server.fault)(), None);
    for (broken, why) in [
        (
            "basic_auth_users: {bob: s3cret}\n",
            "1:25: a password that is no hash of bcrypt",
        ),
        (
            "basic_auth_user: {}\n",
            "1:1: unknown field `basic_auth_user`",
        ),
        (
            "tls_server_config: {cert_file: gone.pem, key_file: gone.key}\n",
            "gone.pem`: it cannot be read",
        ),
        ("a: [\n", "1:"),
    ] {
        fs::write(&path, broken).unwrap();
        until("the fault is told", || {
            assert_eq!(server.get("/livez").status, 401);
            assert_eq!(server.get_with("/livez", &[ALICE]).status, 200);
            let fault = (server.fault)();
            fault.is_some_and(|fault| fault.to_string().contains(why))
        });
        let told = (server.fault)().unwrap().to_string();
        assert!(!told.contains("s3cret"), "{told}");
    }
    fs::remove_file(&path).unwrap();
    until("that it is gone is told", || {
        assert_eq!(server.get("/livez").status, 401);
        (server.fault)().is_some_and(|fault| fault.to_string().contains("No such file"))
    });
    fs::write(&path, text("wonderland", 4, "")).unwrap();
    until("it is whole again", || {
        server.get("/livez");
        (server.fault)().is_none()
    });
    assert_eq!(server.get_with("/livez", &[ALICE]).status, 200);
}

#[test]
fn a_file_that_is_broken_at_the_start_is_the_end() {
    let (_folder, path) = file(4, "rate_limit: {burst: 1}\n");
    let Err(ServeError::Web(fault)) = Running::try_start(configured(&path), &Fake::new()) else {
        panic!("it runs");
    };
    assert_eq!(fault.why.len(), 1);
    assert!(
        fault.why[0].contains("required field `interval` is missing"),
        "{fault}"
    );
}

#[test]
fn headers_of_the_file_are_on_every_answer_and_pages_keep_their_own() {
    let headers = "http_server_config:\n  headers:\n    X-Frame-Options: sameorigin\n    \
                   Strict-Transport-Security: max-age=1\n    Content-Security-Policy: default-src https\n";
    let (_folder, path) = file(4, headers);
    let server = Running::start(configured(&path), &Fake::new());
    for (path, sent) in [
        ("/livez", &[ALICE][..]),
        ("/nowhere", &[ALICE]),
        ("/livez", &[]),
    ] {
        let answer = server.get_with(path, sent);
        assert_eq!(answer.header("x-frame-options"), Some("sameorigin"));
        assert_eq!(
            answer.header("strict-transport-security"),
            Some("max-age=1")
        );
    }
    let page = server.get_with("/ack/t", &[ALICE]);
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
}
