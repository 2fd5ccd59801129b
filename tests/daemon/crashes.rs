//! A daemon that is killed, and the one after it.

use std::time::Duration;

use super::scene::Scene;
use super::world::fault::{Fault, Gate, Moment};
use super::world::wait::{now_ms, until, until_so, within};

/// Calls after which the page is told and its outcome is kept, if so many there are.
const CALLS_MAX: i64 = 400;

/// When there was no call for so long after the page was told, nothing of it is under way.
const QUIET: Duration = Duration::from_secs(1);

/// So many daemons are killed at the same time.
const TOGETHER: usize = 13;

#[test]
fn d1_a_page_survives_a_kill_at_every_step_of_a_request() {
    for moment in [Moment::Unread, Moment::Read, Moment::Taken] {
        let scene = Scene::new(&["orders"]);
        let gate = Gate::new();
        let held = Fault::Hold(moment, gate.clone());
        scene.services.pagerduty.next([held]);
        scene.was_burning("orders");
        let daemon = scene.start();
        gate.reached();
        daemon.kill();
        // What was sent arrives all the same, or does not, before the next one runs.
        let daemon = scene.start();
        let first = scene.told_of("orders");
        gate.open();
        daemon.has_delivered(1);
        let incidents = scene.incidents();
        assert_eq!(incidents.len(), 1, "{moment:?}: {incidents:#?}");
        assert_eq!(incidents[0].key, first.key);
    }
}

/// Kills a daemon at the `nth` call that concerns the page; whether there was such a call.
fn dies_at(nth: i64) -> bool {
    let scene = Scene::new(&["orders"]);
    let mut daemon = scene.start_ready();
    scene.shim.counts(nth);
    scene.burns("orders");
    let is_dead = until("the daemon is killed, or has told of the page", || {
        if daemon.has_ended() {
            return Some(true);
        }
        let calls = scene.shim.calls();
        let is_told = scene.incidents().len() == 1 && daemon.delivered() == 1;
        let goes_on = || (daemon.has_ended() || scene.shim.calls() > calls).then_some(());
        (is_told && within(QUIET, goes_on).is_none()).then_some(false)
    });
    scene.shim.counts(0);
    if is_dead {
        drop(daemon);
        let _daemon = scene.start();
        scene.told_of("orders");
        scene.is_seen("orders");
    }
    let incidents = scene.incidents();
    assert_eq!(incidents.len(), 1, "call {nth}: {incidents:#?}");
    assert!(incidents[0].is_open(), "call {nth}");
    is_dead
}

#[test]
fn d1_a_page_survives_a_kill_at_every_call_to_the_disk_and_to_the_receiver() {
    let mut deaths = 0;
    for first in (1..CALLS_MAX).step_by(TOGETHER) {
        let nths = first..first + TOGETHER as i64;
        let died: Vec<bool> = std::thread::scope(|scope| {
            let each = nths.map(|nth| scope.spawn(move || dies_at(nth)));
            let each: Vec<_> = each.collect();
            each.into_iter().map(|one| one.join().unwrap()).collect()
        });
        deaths += died.iter().filter(|died| **died).count();
        if died.contains(&false) {
            // Before the intent is kept, while it is, while it is sent, when it is answered, while that is kept.
            assert!(deaths > 5, "only {deaths} calls");
            return;
        }
    }
    panic!("the page was never told");
}

#[test]
fn d1_a_message_that_may_have_arrived_before_a_kill_says_that_it_is_a_repeat() {
    let to_chat = ("page: [pager]", "page: [chat]");
    let scene = Scene::with(&["orders"], &[to_chat]);
    let gate = Gate::new();
    let held = Fault::Hold(Moment::Taken, gate.clone());
    scene.services.slack.next([held]);
    scene.was_burning("orders");
    let daemon = scene.start();
    gate.reached();
    daemon.kill();
    gate.open();
    let _daemon = scene.start();
    let posts = until("it is told again", || {
        let posts = scene.services.slack.look(|slack| slack.posts().to_vec());
        (posts.len() == 2).then_some(posts)
    });
    let bodies: Vec<String> = posts.iter().map(|post| post.body.to_string()).collect();
    assert!(!bodies[0].contains("repeat"), "{}", bodies[0]);
    assert!(bodies[1].contains("repeat"), "{}", bodies[1]);
}

#[test]
fn d2_a_page_whose_condition_clears_while_the_daemon_is_dead_is_resolved_once() {
    let scene = Scene::new(&["orders"]);
    scene.was_burning("orders");
    let daemon = scene.start();
    let opened = scene.told_of("orders");
    daemon.has_delivered(1);
    daemon.kill();
    scene.recovers("orders");
    let daemon = scene.start();
    scene.all_is_resolved();
    daemon.has_delivered(1);
    let incidents = scene.incidents();
    assert_eq!(incidents.len(), 1, "{incidents:#?}");
    let dropped = scene
        .services
        .pagerduty
        .look(|service| service.dropped().len());
    assert_eq!((incidents[0].key.as_str(), dropped), (&*opened.key, 0));
}

#[test]
fn d7_a_page_in_flight_is_waited_for_and_known_when_the_daemon_stops() {
    let scene = Scene::new(&["orders"]);
    let gate = Gate::new();
    let held = Fault::Hold(Moment::Taken, gate.clone());
    scene.services.pagerduty.next([held]);
    scene.was_burning("orders");
    let mut daemon = scene.start();
    gate.reached();
    daemon.signal("TERM");
    daemon.says("stop");
    let asked = scene.services.counters.asked_about("orders");
    let later_ms = now_ms() + 6_000;
    until_so("more than an interval went by", || now_ms() > later_ms);
    assert!(!daemon.has_ended(), "it waits for the answer");
    assert_eq!(scene.services.counters.asked_about("orders"), asked);
    gate.open();
    assert!(daemon.ends().success());
    let daemon = scene.start_ready();
    scene.is_seen("orders");
    assert_eq!(daemon.delivered(), 0);
    assert_eq!(scene.services.pagerduty.requests().len(), 1);
}

#[test]
fn d7_a_second_signal_stops_at_once_and_the_page_is_sent_by_the_next_daemon() {
    let scene = Scene::new(&["orders"]);
    let gate = Gate::new();
    let held = Fault::Hold(Moment::Read, gate.clone());
    scene.services.pagerduty.next([held]);
    scene.was_burning("orders");
    let mut daemon = scene.start();
    gate.reached();
    daemon.signal("TERM");
    daemon.says("stop");
    assert!(!daemon.has_ended());
    // Signals that come together are one.
    until_so("it stops at once", || {
        if !daemon.has_ended() {
            daemon.signal("TERM");
        }
        daemon.has_ended()
    });
    assert_eq!(scene.incidents().len(), 0);
    let _daemon = scene.start();
    scene.told_of("orders");
}

#[test]
fn e14_a_tier_that_waits_goes_on_waiting_after_a_kill() {
    let waits = ("long: 1m, short: 15s}", "long: 1m, short: 15s, for: 40s}");
    let scene = Scene::with(&["orders"], &[waits]);
    let daemon = scene.start_ready();
    let began_ms = now_ms();
    scene.burns("orders");
    let waited = || now_ms() - began_ms > 25_000;
    until_so("it has waited for more than half of its time", waited);
    assert_eq!(scene.incidents().len(), 0);
    daemon.kill();
    let _daemon = scene.start();
    let took_ms = scene.told_of("orders").opened_ms - began_ms;
    // A wait that began anew would be over 65 s after the beginning.
    assert!((40_000..60_000).contains(&took_ms), "after {took_ms} ms");
}
