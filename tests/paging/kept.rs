//! The engine with its store: what was decided is there after a restart, and pages go out when nothing can be kept.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use burnwatch::daemon::Keeper;
use burnwatch::engine::{Answer, Input, Look, Send, Sight};
use burnwatch::model::SloId;
use burnwatch::notify::{Judged, News};
use burnwatch::store::{History, HistoryFilter};

use crate::stage::{HOUR, MINUTE, NOON_MS, SLOS, WORKSPACE, book, group_look};

fn open(folder: &Path, now_ms: i64) -> Keeper {
    let book = Arc::new(book(WORKSPACE, SLOS));
    let opened = Keeper::open(&folder.join("burnwatch.db"), book, 7, now_ms).unwrap();
    assert_eq!(opened.damage, None);
    opened.keeper
}

fn look(burning: &[usize], at_ms: i64) -> Input {
    Input::Looked(Look {
        slo: SloId::try_from("shop/orders".to_string()).unwrap(),
        at_ms,
        sight: Sight::Seen(vec![group_look("", burning, 3, at_ms)]),
    })
}

fn delivered(send: &Send) -> Input {
    Input::Answered {
        episode: send.episode,
        lane: send.lane.clone(),
        answer: Answer::Judged(Judged::Delivered { handle: None }, None),
    }
}

fn told(sends: &[Send]) -> Vec<String> {
    let line = |send: &Send| {
        let news = match send.message.news {
            News::Opened => "opened",
            News::Changed => "changed",
            News::Resolved { .. } => "resolved",
            News::Missed => "missed",
        };
        let title = send.message.title.split(" burns").next().unwrap();
        format!("{} {news} {title}", send.lane)
    };
    sends.iter().map(line).collect()
}

#[test]
fn a_restart_goes_on_where_it_was_and_says_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let mut keeper = open(folder.path(), NOON_MS);
    let sends = keeper.turn([look(&[0], NOON_MS)], NOON_MS);
    assert_eq!(
        told(&sends),
        ["chat opened shop/orders", "pager opened shop/orders"]
    );
    let answers: Vec<Input> = sends.iter().map(delivered).collect();
    assert!(keeper.turn(answers, NOON_MS + 50).is_empty());
    drop(keeper);

    let now_ms = NOON_MS + MINUTE;
    let mut keeper = open(folder.path(), now_ms);
    assert!(keeper.turn([look(&[0], now_ms)], now_ms).is_empty());
    let now_ms = now_ms + MINUTE;
    let sends = keeper.turn([look(&[], now_ms)], now_ms);
    assert_eq!(
        told(&sends),
        ["chat resolved shop/orders", "pager resolved shop/orders"]
    );
    let history = History::open(&folder.path().join("burnwatch.db")).unwrap();
    let rows = history.rows(&HistoryFilter::default()).unwrap();
    let words: Vec<&str> = rows.iter().map(|entry| entry.row.what.as_str()).collect();
    assert!(
        words.contains(&"opened") && words.contains(&"delivered") && words.contains(&"resolved")
    );
    assert!(
        rows.iter().all(|entry| entry.row.slo == "shop/orders"),
        "{rows:#?}"
    );
    keeper.close(now_ms).unwrap();
}

#[test]
fn d5_pages_go_out_when_the_folder_is_gone_and_all_is_kept_again_when_it_is_back() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("state");
    fs::create_dir(&place).unwrap();
    let mut keeper = open(&place, NOON_MS);
    keeper.turn([look(&[], NOON_MS)], NOON_MS);
    let away = folder.path().join("away");
    fs::rename(&place, &away).unwrap();
    fs::write(&place, "something is in its place").unwrap();
    let now_ms = NOON_MS + MINUTE;
    let mut sends = keeper.turn([look(&[0], now_ms)], now_ms);
    for at in 1..5 {
        let answers: Vec<Input> = sends.iter().map(delivered).collect();
        sends.extend(keeper.turn(answers, now_ms + at * 1_000));
    }
    let words = told(&sends);
    assert!(
        words.contains(&"pager opened shop/orders".to_string()),
        "{words:?}"
    );
    assert!(words.contains(&"pager opened burnwatch cannot keep its state".to_string()));
    assert!(keeper.behind().is_some());
    assert!(
        keeper.due_ms(now_ms).is_some(),
        "it is tried again without any input"
    );

    fs::remove_file(&place).unwrap();
    fs::rename(&away, &place).unwrap();
    let now_ms = now_ms + MINUTE;
    let sends = keeper.turn([], now_ms);
    assert!(keeper.behind().is_none(), "{:?}", keeper.behind());
    let words = told(&sends);
    assert!(words.contains(&"pager resolved burnwatch cannot keep its state".to_string()));
    let live = keeper.state().clone();
    drop(keeper);
    let kept = open(&place, now_ms);
    assert_eq!(kept.state().numbered, live.numbered);
}

#[test]
fn a_batch_with_nothing_in_it_is_kept_as_any_other() {
    let folder = tempfile::tempdir().unwrap();
    let mut keeper = open(folder.path(), NOON_MS);
    keeper.turn([look(&[0], NOON_MS)], NOON_MS);
    let live = keeper.state().clone();
    for at in 0..3 {
        keeper.touch(NOON_MS + at).unwrap();
    }
    assert_eq!(*keeper.state(), live);
    drop(keeper);
    let kept = open(folder.path(), NOON_MS + 3);
    assert_eq!(kept.state().numbered, live.numbered);
}

#[test]
fn a_batch_with_nothing_in_it_finds_out_that_nothing_can_be_kept() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("state");
    fs::create_dir(&place).unwrap();
    let mut keeper = open(&place, NOON_MS);
    keeper.touch(NOON_MS).unwrap();
    fs::remove_dir_all(&place).unwrap();
    fs::write(&place, "something is in its place").unwrap();
    assert!(keeper.touch(NOON_MS + 1).is_err());
    assert!(keeper.touch(NOON_MS + 2).is_err(), "and goes on to");
    let words = told(&keeper.turn([], NOON_MS + 3));
    assert!(
        words.contains(&"pager opened burnwatch cannot keep its state".to_string()),
        "{words:?}"
    );
    fs::remove_file(&place).unwrap();
    keeper.turn([], NOON_MS + MINUTE);
    keeper.touch(NOON_MS + MINUTE).unwrap();
}

#[test]
fn d5_all_is_kept_again_though_the_clock_was_set_back() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("state");
    fs::create_dir(&place).unwrap();
    let mut keeper = open(&place, NOON_MS);
    keeper.touch(NOON_MS).unwrap();
    let away = folder.path().join("away");
    fs::rename(&place, &away).unwrap();
    fs::write(&place, "something is in its place").unwrap();
    keeper.turn([look(&[0], NOON_MS)], NOON_MS);
    keeper.turn([], NOON_MS + 1);
    assert!(keeper.behind().is_some());
    fs::remove_file(&place).unwrap();
    fs::rename(&away, &place).unwrap();
    let now_ms = NOON_MS - HOUR;
    let due_ms = keeper.due_ms(now_ms).unwrap();
    assert!(due_ms <= now_ms + MINUTE, "it is not waited for noon");
    keeper.turn([Input::ClockSet { by_ms: -HOUR }], now_ms);
    keeper.turn([], now_ms + MINUTE);
    assert!(keeper.behind().is_none(), "{:?}", keeper.behind());
}
