//! X1: whatever breaks between seeing and telling stops the beats, and they come back with it.

use std::fs;
use std::sync::atomic::Ordering;
use std::sync::mpsc::channel;

use burnwatch::notify::{News, Purpose};

use super::ward::{CANARY, Ward};

#[test]
fn x1_an_slo_that_is_not_seen_stops_the_beats() {
    let ward = Ward::start(None);
    ward.is_alive();
    ward.sees(0);
    ward.is_silent();
    ward.sees(1);
    ward.is_alive();
}

#[test]
fn x1_a_store_that_is_gone_stops_the_beats() {
    let ward = Ward::start(None);
    ward.is_alive();
    fs::remove_dir_all(ward.data()).unwrap();
    fs::write(ward.data(), "in the way").unwrap();
    ward.is_silent();
    fs::remove_file(ward.data()).unwrap();
    ward.is_alive();
}

#[test]
fn x1_a_desk_that_is_stuck_stops_the_beats() {
    let ward = Ward::start(None);
    ward.is_alive();
    let (free, stuck) = channel::<()>();
    let desk = ward.desk.clone();
    ward.spawn(async move {
        // The end of the other side frees it too.
        let _ = desk.ask(move |_, _| stuck.recv()).await;
    });
    ward.is_silent();
    drop(free);
    ward.is_alive();
}

#[test]
fn x1_a_test_message_that_does_not_arrive_stops_the_beats() {
    let ward = Ward::start(Some("probe"));
    ward.is_alive();
    for sent in ward.sent.lock().unwrap().iter() {
        assert_eq!(sent.lane.receiver(), "probe");
        assert_eq!(sent.message.purpose, Purpose::Test);
    }
    ward.mood.store(1, Ordering::SeqCst);
    ward.is_silent();
    ward.mood.store(0, Ordering::SeqCst);
    ward.is_alive();
    ward.mood.store(2, Ordering::SeqCst);
    ward.is_silent();
}

#[test]
fn each_beat_has_a_test_message_that_began_and_is_over() {
    let ward = Ward::start(Some("probe"));
    ward.is_alive();
    let beats = ward.beats();
    let sent = ward.sent.lock().unwrap();
    let over = |news: &News| matches!(news, News::Resolved { .. });
    let ended = sent.iter().filter(|sent| over(&sent.message.news)).count();
    let begun = sent
        .iter()
        .filter(|sent| sent.message.news == News::Opened)
        .count();
    assert!(ended >= beats && begun >= ended, "{beats} {begun} {ended}");
    let keys = sent.iter().map(|sent| sent.message.key.as_str());
    let keys: std::collections::BTreeSet<&str> = keys.collect();
    assert_eq!(keys.len(), begun);
}

#[test]
fn a_receiver_that_is_not_there_stops_the_beats() {
    let ward = Ward::start(Some("nobody"));
    ward.is_silent();
    assert_eq!(ward.beats(), 0);
}

#[test]
fn a_beat_that_is_not_taken_is_tried_at_the_next_one() {
    let ward = Ward::start(None);
    ward.status.store(500, Ordering::SeqCst);
    let before = ward.counted("failed");
    ward.until("it fails", || ward.counted("failed") > before + 2);
    ward.status.store(204, Ordering::SeqCst);
    let before = ward.counted("ok");
    ward.until("it is taken", || ward.counted("ok") > before + 2);
    fs::remove_file(ward.url_file()).unwrap();
    let before = ward.counted("failed");
    ward.until("there is nowhere to go", || {
        ward.counted("failed") > before + 2
    });
    assert!(!ward.metrics.text().contains(CANARY));
}
