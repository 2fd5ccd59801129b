//! Whether somebody would notice: the dead man's switch, and tests on demand.

use std::fs;

use super::process::Daemon;
use super::scene::Scene;
use super::world::counters::Trouble;
use super::world::fault::{Fault, Moment};
use super::world::front::Front;
use super::world::hook::Hook;
use super::world::wait::{now_ms, until, until_so};

/// How often a heartbeat is due.
const EVERY_MS: i64 = 3_000;

/// Two intervals of evaluations, and what comes around them on a busy machine.
const SILENT_AFTER_MS: i64 = 12_000;

/// A scene with a heartbeat, and whoever waits for it.
fn beating() -> (Scene, Front<Hook>) {
    let heart = "heartbeat: {url_file: FOLDER/secrets/heart, every: 3s, canary: genie}, query_offset: 1s, query_timeout: 2s";
    let scene = Scene::with(&["orders"], &[("query_offset: 1s", heart)]);
    let waits = Front::start(Hook::default());
    let secret = format!("{}/CANARY0heart", waits.url());
    fs::write(scene.site.path("secrets/heart"), secret).unwrap();
    (scene, waits)
}

/// When the last beat came; it has come by now.
fn last_beat_ms(waits: &Front<Hook>) -> i64 {
    until("it beats", || {
        waits.requests().last().map(|beat| beat.at_ms)
    })
}

/// In two intervals of evaluations, which are longer than those of beats, there are no beats any more.
fn falls_silent(waits: &Front<Hook>, what: &str) {
    let begin_ms = now_ms();
    let end_ms = SILENT_AFTER_MS + 3 * EVERY_MS;
    until_so("time passes", || now_ms() - begin_ms > end_ms);
    let late_ms = last_beat_ms(waits) - begin_ms;
    assert!(
        late_ms <= SILENT_AFTER_MS,
        "{what}: beats {late_ms} ms later"
    );
}

fn beats_again(waits: &Front<Hook>) {
    let begin_ms = now_ms();
    until_so("it beats again", || last_beat_ms(waits) > begin_ms);
}

#[test]
fn x1_no_heart_beats_when_the_source_is_gone() {
    let (scene, waits) = beating();
    let _daemon = scene.start_ready();
    beats_again(&waits);
    scene.services.counters.trouble(Some(Trouble::HangUp));
    falls_silent(&waits, "the source is gone");
    scene.services.counters.trouble(None);
    beats_again(&waits);
}

#[test]
fn x1_no_heart_beats_when_the_canary_is_not_taken() {
    let (scene, waits) = beating();
    let _daemon = scene.start_ready();
    beats_again(&waits);
    scene.services.opsgenie.always(Fault::Hang(Moment::Read));
    falls_silent(&waits, "the receiver hangs");
    scene.services.opsgenie.heal();
    beats_again(&waits);
}

#[test]
fn x1_no_heart_beats_when_nothing_can_be_kept() {
    let (scene, waits) = beating();
    let _daemon = scene.start_ready();
    beats_again(&waits);
    scene.shim.is_full(true);
    falls_silent(&waits, "the disk is full");
    scene.shim.is_full(false);
    beats_again(&waits);
}

#[test]
fn x1_no_heart_beats_when_the_daemon_is_stopped_and_none_when_it_is_dead() {
    let (scene, waits) = beating();
    let daemon = scene.start_ready();
    beats_again(&waits);
    daemon.signal("STOP");
    falls_silent(&waits, "it is stopped");
    daemon.signal("CONT");
    beats_again(&waits);
    daemon.kill();
    let beats = waits.requests().len();
    let begin_ms = now_ms();
    until_so("time passes", || now_ms() - begin_ms > 2 * EVERY_MS);
    assert_eq!(waits.requests().len(), beats);
}

/// What a command prints and how it ends.
fn said(scene: &Scene, arguments: &[&str]) -> (Option<i32>, String) {
    let output = scene.site.run(arguments);
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8(text).unwrap();
    (output.status.code(), text)
}

fn has_no_alarm(daemon: &Daemon) {
    assert!(daemon.ready().starts_with("200"), "{}", daemon.ready());
}

#[test]
fn x2_a_test_goes_the_way_of_a_page_is_marked_and_resolves_itself() {
    let scene = Scene::new(&["orders"]);
    let daemon = scene.start_ready();
    let (code, text) = said(&scene, &["page", "--test", "--team", "payments"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("pager"), "{text}");
    let incidents = scene.incidents();
    assert_eq!(incidents.len(), 1);
    assert!(
        incidents[0].summary().starts_with("[test]"),
        "{incidents:?}"
    );
    assert!(!incidents[0].is_open());
    has_no_alarm(&daemon);
}

#[test]
fn x2_a_test_that_a_receiver_does_not_take_fails() {
    let scene = Scene::new(&["orders"]);
    let _daemon = scene.start_ready();
    scene.services.pagerduty.always(Fault::status(401));
    let (code, text) = said(&scene, &["page", "--test", "--receiver", "pager"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("pager") && text.contains("401"), "{text}");
}

#[test]
fn x2_without_a_daemon_there_is_no_test() {
    let scene = Scene::new(&["orders"]);
    let (code, text) = said(&scene, &["page", "--test", "--team", "payments"]);
    assert_eq!(code, Some(3), "{text}");
}
