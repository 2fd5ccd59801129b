//! Links of messages, followed.

use burnwatch::daemon::acks::LIFE_MS;
use burnwatch::engine::Input;
use burnwatch::notify::Key;
use burnwatch::serve::AckOutcome;

use super::running::Running;

const TITLE: &str = "burnwatch found its state damaged";

/// A daemon with one episode, and the incident's key.
fn running() -> (Running, Key) {
    let running = Running::start("");
    running.desk.take(Input::Damaged {
        how: "a page of it is gone".to_string(),
    });
    running.wait_until(|state| state.episodes.contains_key(&1));
    let key = running.state(|state| state.episodes[&1].subject.key("tests"));
    (running, key)
}

fn now_ms() -> i64 {
    burnwatch::clock::now_ms()
}

fn token(link: &str) -> &str {
    link.rsplit('/').next().unwrap()
}

#[test]
fn a_link_acknowledges_and_nothing_else_does() {
    let (running, key) = running();
    let links = running.links();
    let old = running.acks().link(1, &key, now_ms() - LIFE_MS);
    for nothing in ["", "e1", "1.2.3", token(&old)] {
        assert_eq!(links.follow(nothing), AckOutcome::Unknown, "{nothing}");
    }
    assert!(running.state(|state| state.episodes[&1].acknowledged.is_none()));

    let link = running.acks().link(1, &key, now_ms());
    let title = TITLE.to_string();
    let first = links.follow(token(&link));
    assert_eq!(
        first,
        AckOutcome::Acknowledged {
            title: title.clone()
        }
    );
    assert_eq!(links.follow(token(&link)), AckOutcome::Over { title });
    let by = running.state(|state| state.episodes[&1].acknowledged.clone().unwrap().by);
    assert_eq!(by, "whoever followed the link of a message");
}

#[test]
fn a_link_is_for_its_incident_even_where_another_got_its_number() {
    let (running, _) = running();
    let before = running.acks().link(1, &Key::of(["another"]), now_ms());
    let title = "e1 and everything about it is over".to_string();
    assert_eq!(
        running.links().follow(token(&before)),
        AckOutcome::Over { title }
    );
    assert!(running.state(|state| state.episodes[&1].acknowledged.is_none()));
}

#[test]
fn a_link_that_cannot_be_written_down_says_so() {
    let (running, key) = running();
    let link = running.acks().link(1, &key, now_ms());
    let links = running.links();
    running.lose_disk();
    let outcome = links.follow(token(&link));
    let AckOutcome::Failed(why) = outcome else {
        panic!("{outcome:?}");
    };
    assert!(why.contains("it holds until burnwatch stops"), "{why}");
}
