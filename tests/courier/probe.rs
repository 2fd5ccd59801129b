//! `burnwatch probe`, against a daemon that runs, one that does not, and one that does not answer.

use std::os::unix::net::UnixListener;

use burnwatch::daemon::control::socket;
use burnwatch::serve::{DependencyState, Live};

use super::running::{Outcome, Running, run};

#[track_caller]
fn check(outcome: &Outcome, code: u8, stdout: &str, stderr: &str) {
    assert_eq!(
        (outcome.code, outcome.stdout.as_str()),
        (code, stdout),
        "{outcome:?}"
    );
    assert!(outcome.stderr.starts_with(stderr), "{outcome:?}");
    assert_eq!(outcome.stderr.is_empty(), stderr.is_empty(), "{outcome:?}");
}

#[test]
fn a_daemon_that_turns_is_alive_though_it_is_not_ready() {
    let running = Running::start("");
    check(&running.run(&["probe"]), 0, "alive\n", "");
    let ready = "ready\nstore: fine: it is said so\n";
    check(&running.run(&["probe", "--ready"]), 0, ready, "");
    running.looks.be(Live::Alive, DependencyState::Impaired);
    let ready = "ready\nstore: impaired: it is said so\n";
    check(&running.run(&["probe", "--ready"]), 0, ready, "");
    running.looks.be(Live::Alive, DependencyState::Gone);
    check(&running.run(&["probe"]), 0, "alive\n", "");
    let not = "not ready\nstore: gone: it is said so\n";
    check(&running.run(&["probe", "--ready"]), 1, not, "");
}

#[test]
fn a_daemon_that_stands_still_is_neither() {
    let running = Running::start("");
    let why = "the desk has stood still for 2 min".to_string();
    running.looks.be(Live::Wedged(why), DependencyState::Fine);
    let not = "not alive: the desk has stood still for 2 min\n";
    check(&running.run(&["probe"]), 1, not, "");
    let not = format!("{not}store: fine: it is said so\n");
    check(&running.run(&["probe", "--ready"]), 1, &not, "");
}

#[test]
fn where_nobody_answers_nobody_is_alive() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.db");
    let data = path.to_str().unwrap();
    let nobody = "error: no burnwatch runs here";
    check(&run(&folder, &["probe", "--data", data]), 1, "", nobody);
    check(&run(&folder, &["probe", "--ready"]), 1, "", nobody);
    let _silent = UnixListener::bind(socket(&path)).unwrap();
    let silent = "error: burnwatch runs and does not answer";
    check(&run(&folder, &["probe", "--data", data]), 1, "", silent);
    check(&run(&folder, &["probe", "--port"]), 2, "", "error: ");
}
