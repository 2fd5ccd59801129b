//! `burnwatch ack` and `burnwatch page --test`, against a daemon that runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use burnwatch::engine::Input;
use serde_json::Value;

use super::kit::fake::{Behaviour, Fake};
use super::running::{Running, run};

fn fake(status: u16) -> Fake {
    Fake::start(move |_| Behaviour::Answer(status, vec![], String::new()))
}

/// Two pagers in a team, and a chat beside it.
fn workspace(first: &Fake, second: &Fake, chat: &Fake) -> String {
    format!(
        "teams:
  payments:
    notify: {{page: [first]}}
    escalate: [{{after: 5m, notify: [second]}}]
    fallback: [first]
receivers:
  first: {{pagerduty: {{routing_key_file: key, url: '{}'}}}}
  second: {{pagerduty: {{routing_key_file: key, url: '{}'}}}}
  chat: {{webhook: {{url: '{}'}}}}
",
        first.url(),
        second.url(),
        chat.url()
    )
}

fn actions(fake: &Fake) -> Vec<String> {
    let requests = fake.requests();
    let action = |body: &str| {
        let event: Value = serde_json::from_str(body).unwrap();
        event["event_action"].as_str().unwrap_or("none").to_string()
    };
    requests
        .iter()
        .map(|request| action(&request.body))
        .collect()
}

#[test]
fn a_test_goes_all_the_way_and_is_told_to_be_over() {
    let (first, second, chat) = (fake(202), fake(202), fake(200));
    let running = Running::start(&workspace(&first, &second, &chat));
    let outcome = running.run(&["page", "--test", "--team", "payments"]);
    assert_eq!(
        outcome.stdout,
        "first   took the test, and that it is over\n\
         second  took the test, and that it is over\n"
    );
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert!(
        outcome.stderr.starts_with("e1: a test for first, second\n"),
        "{outcome:?}"
    );
    for line in ["first: told\n", "second: told that it is over\n"] {
        assert!(outcome.stderr.contains(line), "{outcome:?}");
    }
    for pager in [&first, &second] {
        assert_eq!(actions(pager), ["trigger", "resolve"]);
    }
    assert!(first.requests()[0].body.contains("nothing is wrong"));
    assert!(chat.requests().is_empty());

    // Another test is another incident, for everybody.
    let outcome = running.run(&["page", "--test"]);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert!(
        outcome
            .stderr
            .starts_with("e2: a test for chat, first, second\n"),
        "{outcome:?}"
    );
    assert_eq!(chat.requests().len(), 2);
    let key = |at: usize| {
        let event: Value = serde_json::from_str(&first.requests()[at].body).unwrap();
        event["dedup_key"].clone()
    };
    assert_eq!(key(0), key(1));
    assert_ne!(key(1), key(2));
}

#[test]
fn a_receiver_that_refuses_is_named_with_its_reason() {
    let (first, second, chat) = (fake(202), fake(401), fake(200));
    let running = Running::start(&workspace(&first, &second, &chat));
    let outcome = running.run(&[
        "page",
        "--test",
        "--receiver",
        "second",
        "--receiver",
        "first",
    ]);
    assert_eq!(
        outcome.stdout,
        "first   took the test, and that it is over\n\
         second  did not take the test: status 401\n"
    );
    assert_eq!(outcome.code, 1, "{outcome:?}");
    assert!(
        outcome.stderr.ends_with("1 of 2 receivers took the test\n"),
        "{outcome:?}"
    );
}

#[test]
fn a_receiver_that_is_down_for_a_moment_takes_the_test_later() {
    let status = Arc::new(AtomicU16::new(503));
    let moody = status.clone();
    let pager = Fake::start(move |_| {
        let now = moody.swap(202, Ordering::SeqCst);
        Behaviour::Answer(now, vec![], String::new())
    });
    let receivers = format!(
        "receivers:\n  pager: {{pagerduty: {{routing_key_file: key, url: '{}'}}}}\n",
        pager.url()
    );
    let running = Running::start(&receivers);
    let outcome = running.run(&["page", "--test"]);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    let failed = "pager: an attempt failed, status 503; the next one comes\n";
    assert!(outcome.stderr.contains(failed), "{outcome:?}");
    assert_eq!(actions(&pager), ["trigger", "trigger", "resolve"]);
}

#[test]
fn who_is_not_there_is_not_told() {
    let (first, second, chat) = (fake(202), fake(202), fake(200));
    let running = Running::start(&workspace(&first, &second, &chat));
    for (arguments, says) in [
        (
            ["--receiver", "third"],
            "there is no receiver `third`: there are chat, first, second",
        ),
        (
            ["--team", "x\u{1b}[2J"],
            "there is no team `x\\u{1b}[2J`: there are payments",
        ),
    ] {
        let outcome = running.run(&[&["page", "--test"], arguments.as_slice()].concat());
        assert_eq!(
            (outcome.code, outcome.stdout.as_str()),
            (2, ""),
            "{outcome:?}"
        );
        assert_eq!(outcome.stderr, format!("error: {says}\n"));
    }
    assert_eq!(running.run(&["page"]).code, 2);
    let none = Running::start("");
    let outcome = none.run(&["page", "--test"]);
    assert_eq!(outcome.code, 3, "{outcome:?}");
    assert!(
        outcome.stderr.contains("there are no receivers"),
        "{outcome:?}"
    );
}

#[test]
fn an_episode_is_acknowledged_once() {
    let (first, second, chat) = (fake(503), fake(202), fake(200));
    let running = Running::start(&workspace(&first, &second, &chat));
    let lane = running.desk.ask(|keeper, _| {
        let receiver = "first".parse().unwrap();
        keeper.book().lane(&receiver).cloned().unwrap()
    });
    let lanes = vec![running.runtime.block_on(lane).unwrap()];
    // It goes on for as long as nobody takes it.
    let of = "tests".to_string();
    running.desk.take(Input::Test { of, lanes });
    running.wait_until(|state| state.episodes.contains_key(&1));
    let title = "a test of the way to you: nothing is wrong";
    let outcome = running.run(&["ack", "e1"]);
    assert_eq!(outcome.stdout, format!("e1 is acknowledged: {title}\n"));
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
    let by = running.state(|state| state.episodes[&1].acknowledged.clone().unwrap().by);
    assert_eq!(by, "ann");
    let outcome = running.run(&["ack", "1", "--by", "lee"]);
    let expected = format!("e1 was acknowledged before, by ann: {title}\n");
    assert_eq!((outcome.code, outcome.stdout), (0, expected));
}

#[test]
fn what_is_over_because_it_was_acknowledged_is_acknowledged() {
    let running = Running::start("");
    running.desk.take(Input::Damaged {
        how: "a page of it is gone".to_string(),
    });
    let outcome = running.run(&["ack", "e1", "--by", "lee\nann"]);
    let title = "burnwatch found its state damaged";
    assert_eq!(outcome.stdout, format!("e1 is acknowledged: {title}\n"));
    let by = running.state(|state| state.episodes[&1].acknowledged.clone().unwrap().by);
    assert_eq!(by, "lee ann");
    let outcome = running.run(&["ack", "e1"]);
    assert_eq!(
        (outcome.code, outcome.stdout),
        (0, format!("e1 is over: {title}\n"))
    );
}

#[test]
fn an_episode_that_is_not_there_is_wrong_usage() {
    let running = Running::start("");
    let outcome = running.run(&["ack", "e42"]);
    assert_eq!(outcome.code, 2);
    assert_eq!(
        outcome.stderr,
        "error: there is no episode `e42`, or it is over for some time\n"
    );
    let outcome = running.run(&["ack", "checkout"]);
    assert_eq!(outcome.code, 2);
    assert!(
        outcome.stderr.contains("called as in its message: `e42`"),
        "{outcome:?}"
    );
}

#[test]
fn an_acknowledgement_that_cannot_be_written_down_is_said_to_be_none_that_lasts() {
    let running = Running::start("");
    running.desk.take(Input::Damaged {
        how: "a page of it is gone".to_string(),
    });
    running.wait_until(|state| state.episodes.contains_key(&1));
    running.lose_disk();
    let outcome = running.run(&["ack", "e1", "--data", "away/burnwatch.db"]);
    assert!(
        outcome.stdout.starts_with("e1 is acknowledged: "),
        "{outcome:?}"
    );
    let warning = "warning: it holds until burnwatch stops, and cannot be written down: ";
    assert!(outcome.stderr.starts_with(warning), "{outcome:?}");
}

#[test]
fn without_a_daemon_the_path_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let check = |arguments: &[&str], path: &str| {
        for command in [&["ack", "e1"][..], &["page", "--test"][..]] {
            let outcome = run(&folder, &[command, arguments].concat());
            let path = folder.path().join(path);
            let says = format!(
                "error: no burnwatch runs here: nobody answers at `{}`\n",
                path.display()
            );
            assert_eq!((outcome.code, outcome.stderr), (3, says));
        }
    };
    check(&[], "burnwatch.db.sock");
    check(&["--data", "other/state.db"], "other/state.db.sock");
    // Whatever else is wrong with the workspace.
    let workspace = "daemon: {data: state/slo.db, nonsense: 1}\nteams: 7\n";
    std::fs::write(folder.path().join("burnwatch.yaml"), workspace).unwrap();
    check(&[], "state/slo.db.sock");
}
