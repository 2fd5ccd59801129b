//! The socket of the daemon: who gets it, and what hostile callers get.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;

use burnwatch::daemon::control::{CONNECTIONS_MAX, Control, LINE_BYTES_MAX, Said, socket};

use super::running::{Running, said, wait_until};

fn connect(running: &Running) -> UnixStream {
    UnixStream::connect(socket(&running.data())).unwrap()
}

/// What is said to whoever says this.
fn answer(running: &Running, bytes: &[u8]) -> Said {
    let mut stream = connect(running);
    // An answer may come before all of it is taken.
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(std::net::Shutdown::Write);
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).unwrap();
    said(&line)
}

#[track_caller]
fn check(running: &Running, bytes: &[u8], refused: &str) {
    match answer(running, bytes) {
        Said::Refused(why) => assert!(why.starts_with(refused), "{why}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_line_that_is_none_is_refused() {
    let running = Running::start("");
    check(&running, b"{}\n", "it is not understood");
    check(&running, b"\n", "it is not understood");
    check(
        &running,
        b"{\"acknowledge\":{\"episode\":-1,\"by\":\"\"}}\n",
        "it is not understood",
    );
    check(&running, b"\xff\n", "the line is not UTF-8");
    check(&running, b"{", "the line has no end, or is too long");
    let ask = "{\"acknowledge\":{\"episode\":1,\"by\":\"";
    let end = "\"}}\n";
    let line = |bytes: usize| format!("{ask}{}{end}", "x".repeat(bytes - ask.len() - end.len()));
    let fits = answer(&running, line(LINE_BYTES_MAX).as_bytes());
    assert!(matches!(fits, Said::Acknowledged(_)), "{fits:?}");
    let longer = line(LINE_BYTES_MAX + 1);
    check(
        &running,
        longer.as_bytes(),
        "the line has no end, or is too long",
    );
}

#[test]
fn so_many_callers_at_a_time_and_none_that_says_nothing() {
    let running = Running::start("");
    let silent: Vec<UnixStream> = (0..CONNECTIONS_MAX).map(|_| connect(&running)).collect();
    check(&running, b"", "8 others ask at the moment");
    // After a while the silent ones are let go, and somebody else has a place.
    for mut stream in silent {
        assert_eq!(stream.read(&mut [0]).unwrap(), 0);
    }
    wait_until(|| running.run(&["ack", "e1"]).code == 2);
}

#[test]
fn the_socket_is_its_users_alone_and_gone_with_the_daemon() {
    let running = Running::start("");
    let path = socket(&running.data());
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("x.db");
    let open = |data: &Path| running.runtime.block_on(async { Control::open(data) });
    let control = open(&data).unwrap();
    assert!(control.path().exists());
    let path = control.path().to_path_buf();
    drop(control);
    assert!(!path.exists());
}

#[test]
fn a_socket_that_nobody_serves_is_taken_over_and_no_other_place() {
    let running = Running::start("");
    let open = |data: &Path| running.runtime.block_on(async { Control::open(data) });
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("x.db");
    // What a killed daemon leaves.
    drop(UnixListener::bind(socket(&data)).unwrap());
    assert!(socket(&data).exists());
    open(&data).unwrap();

    let served = open(&running.data()).unwrap_err().to_string();
    assert!(
        served.starts_with("another daemon answers at `"),
        "{served}"
    );
    fs::write(socket(&data), "a text").unwrap();
    let occupied = open(&data).unwrap_err().to_string();
    assert!(
        occupied.ends_with("x.db.sock` is there and is no socket"),
        "{occupied}"
    );
    assert_eq!(fs::read(socket(&data)).unwrap(), b"a text");
}

#[test]
fn a_socket_has_a_short_path() {
    let running = Running::start("");
    let open = |data: &Path| running.runtime.block_on(async { Control::open(data) });
    let folder = tempfile::tempdir().unwrap();
    let base = folder.path().as_os_str().len() + "/.sock".len();
    let fits = folder.path().join("x".repeat(103 - base));
    open(&fits).unwrap();
    let longer = folder.path().join("x".repeat(104 - base));
    let why = open(&longer).unwrap_err().to_string();
    assert!(why.contains("is longer than the 103 bytes"), "{why}");
}
