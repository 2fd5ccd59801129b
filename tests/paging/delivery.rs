//! What becomes of a message that is not simply taken.

use burnwatch::base::Duration;
use burnwatch::outbox::pause::{ASKED_MAX, PAUSE_MAX};

use crate::stage::{HOUR, MINUTE, Mood, SECOND, Stage};

#[test]
fn a_page_is_opened_and_resolved_once_at_each_receiver() {
    let mut stage = Stage::new();
    stage.burns("shop/orders", &[0]).wait(10 * SECOND);
    stage.got(&[
        "00:00 chat opened shop/orders",
        "00:00 pager opened shop/orders",
    ]);
    stage.wait(5 * MINUTE).got(&[]);
    stage.burns("shop/orders", &[]).wait(2 * MINUTE);
    stage.got(&[
        "06:00 chat resolved shop/orders",
        "06:00 pager resolved shop/orders",
    ]);
    stage.wait(HOUR).got(&[]);
    assert!(stage.engine.state().episodes.is_empty(), "it is forgotten");
}

#[test]
fn d1_what_was_under_way_at_a_crash_is_sent_again_with_its_key() {
    let mut stage = Stage::new();
    stage
        .mood("pager", Mood::Hanging)
        .mood("chat", Mood::Hanging);
    stage.burns("shop/orders", &[0]).wait(SECOND).got(&[]);
    stage.mood("pager", Mood::Well).mood("chat", Mood::Well);
    stage.crash().wait(SECOND);
    stage.got(&[
        "00:01 chat opened shop/orders (repeat?)",
        "00:01 pager opened shop/orders (repeat?)",
    ]);
    let keys: Vec<_> = stage
        .sent
        .iter()
        .map(|(_, send)| &send.message.key)
        .collect();
    assert_eq!(keys.len(), 4);
    assert!(keys.iter().all(|key| *key == keys[0]));
}

#[test]
fn d2_a_page_whose_condition_ended_while_burnwatch_was_down_is_resolved() {
    let mut stage = Stage::new();
    stage.burns("shop/orders", &[0]).wait(SECOND);
    stage.words();
    stage.burns("shop/orders", &[]).crash().wait(2 * MINUTE);
    stage.got(&[
        "01:00 chat resolved shop/orders",
        "01:00 pager resolved shop/orders",
    ]);
}

#[test]
fn d8_a_receiver_that_asks_for_a_pause_gets_it_up_to_an_edge() {
    let waits_ms = |asked: Duration| {
        let mut stage = Stage::new();
        stage.mood("pager", Mood::Limited(asked));
        stage.burns("shop/orders", &[0]).wait(3 * HOUR);
        let sent = stage
            .sent
            .iter()
            .filter(|(_, send)| send.lane.receiver() == "pager");
        let times: Vec<i64> = sent.map(|(at_ms, _)| *at_ms).collect();
        times[1] - times[0]
    };
    let seven = Duration::from_ms(7_000).as_ms() as i64;
    assert!((seven..seven + MINUTE).contains(&waits_ms(Duration::from_ms(7_000))));
    let most = ASKED_MAX.as_ms() as i64;
    assert!((most..most + MINUTE).contains(&waits_ms(Duration::from_ms(99_999_000))));
}

#[test]
fn d9_a_receiver_is_told_within_one_pause_of_its_recovery_and_is_not_pressed() {
    let mut stage = Stage::new();
    stage.mood("pager", Mood::Down);
    stage.burns("shop/orders", &[0]).wait(90 * SECOND);
    let attempts = stage
        .sent
        .iter()
        .filter(|(_, send)| send.lane.receiver() == "pager");
    let attempts = attempts.count();
    assert!(
        (3..60).contains(&attempts),
        "{attempts} attempts in 90 seconds"
    );
    stage.words();
    stage
        .mood("pager", Mood::Well)
        .wait(PAUSE_MAX.as_ms() as i64);
    assert_eq!(stage.words(), ["pager opened shop/orders"]);
}

#[test]
fn d11_a_refusal_for_good_is_not_repeated_and_the_fallback_is_told_at_once() {
    let mut stage = Stage::new();
    stage.mood("pager", Mood::Refusing);
    stage.burns("shop/orders", &[0]).wait(SECOND);
    stage.got(&[
        "00:00 chat opened shop/orders",
        "00:00 chat opened receiver pager refuses what it is told",
        "00:00 mail opened shop/orders: pager could not be told: status 401",
        "00:00 mail opened receiver pager refuses what it is told",
    ]);
    stage.wait(10 * MINUTE);
    let attempts = stage
        .sent
        .iter()
        .filter(|(_, send)| send.lane.receiver() == "pager");
    assert_eq!(attempts.count(), 1);
}

#[test]
fn d11_a_message_that_is_too_large_is_made_smaller_once() {
    let mut stage = Stage::new();
    stage
        .mood("pager", Mood::Narrow)
        .burns("shop/orders", &[0])
        .wait(SECOND);
    assert!(
        stage
            .words()
            .contains(&"pager opened shop/orders".to_string())
    );
    let attempts = stage
        .sent
        .iter()
        .filter(|(_, send)| send.lane.receiver() == "pager");
    assert_eq!(attempts.count(), 2);
}

#[test]
fn d14_a_receiver_that_is_down_costs_the_others_nothing() {
    let mut stage = Stage::new();
    stage
        .mood("pager", Mood::Hanging)
        .burns("shop/orders", &[0])
        .wait(SECOND);
    stage.got(&["00:00 chat opened shop/orders"]);
}

#[test]
fn d15_a_receiver_that_was_down_is_told_how_things_stand_and_nothing_before() {
    let mut stage = Stage::new();
    stage
        .mood("chat", Mood::Down)
        .burns("shop/orders", &[0])
        .wait(MINUTE);
    stage.burns("shop/orders", &[]).wait(MINUTE);
    stage.burns("shop/orders", &[0]).wait(MINUTE);
    stage.words();
    stage.mood("chat", Mood::Well).wait(2 * MINUTE);
    assert_eq!(stage.words(), ["chat opened shop/orders"]);
}

#[test]
fn d15_a_resolve_that_may_have_arrived_is_outdone_when_it_burns_again() {
    let mut stage = Stage::new();
    stage.burns("shop/orders", &[0]).wait(MINUTE);
    stage
        .mood("pager", Mood::Mute)
        .burns("shop/orders", &[])
        .wait(90 * SECOND);
    stage.burns("shop/orders", &[0]).wait(MINUTE);
    stage.mood("pager", Mood::Well).words();
    stage.wait(2 * MINUTE);
    assert_eq!(stage.words(), ["pager opened shop/orders (repeat?)"]);
}

#[test]
fn d16_a_page_that_was_over_before_anybody_could_be_told_is_no_news() {
    let mut stage = Stage::new();
    stage
        .mood("chat", Mood::Down)
        .burns("shop/orders", &[0])
        .wait(MINUTE);
    stage.burns("shop/orders", &[]).wait(2 * MINUTE);
    stage.words();
    stage.mood("chat", Mood::Well).wait(2 * MINUTE);
    assert_eq!(stage.words(), ["chat missed shop/orders"]);
}

#[test]
fn d16_the_fallback_is_told_what_was_missed_when_its_receiver_refuses_to_be() {
    let mut stage = Stage::new();
    stage
        .mood("chat", Mood::Down)
        .burns("shop/orders", &[0])
        .wait(MINUTE);
    stage.burns("shop/orders", &[]).wait(2 * MINUTE);
    stage.words();
    stage.mood("chat", Mood::Refusing).wait(2 * MINUTE);
    let words = stage.words();
    let expected = "mail missed shop/orders: chat could not be told: status 401";
    let told = words.iter().filter(|line| *line == expected);
    assert_eq!(told.count(), 1, "{words:#?}");
    stage.wait(2 * HOUR);
    let words = stage.words();
    assert!(
        !words.iter().any(|line| line.contains("shop/orders")),
        "{words:#?}"
    );
}

#[test]
fn d17_the_fallback_is_told_why_when_a_page_does_not_arrive_in_time() {
    let mut stage = Stage::new();
    stage
        .mood("pager", Mood::Down)
        .burns("shop/orders", &[0])
        .wait(4 * MINUTE);
    stage.got(&["00:00 chat opened shop/orders"]);
    stage.wait(2 * MINUTE);
    let words = stage.words();
    let expected = "mail opened shop/orders: pager could not be told: it could not be told in time";
    assert_eq!(words, [expected]);
    // It goes on for the receiver itself, until it expires.
    stage.mood("pager", Mood::Well).wait(2 * MINUTE);
    assert_eq!(stage.words(), ["pager opened shop/orders"]);
}

#[test]
fn d18_a_message_that_a_receiver_chokes_on_is_made_smaller_and_holds_up_no_other() {
    let mut stage = Stage::new();
    stage.mood("pager", Mood::Poisoned("shop/orders"));
    stage.burns("shop/orders", &[0]).wait(SECOND);
    stage
        .group_burns("shop/carts", "/pay", &[0])
        .wait(3 * MINUTE);
    let words = stage.words();
    let at = |text: &str| words.iter().position(|line| line == text);
    assert!(
        at("pager opened shop/carts (route=/pay)").is_some(),
        "{words:?}"
    );
    assert!(at("pager opened shop/orders").is_some(), "{words:?}");
}

#[test]
fn d19_a_condition_that_toggles_for_an_hour_pages_twice_and_is_resolved() {
    let mut stage = Stage::new();
    for _ in 0..30 {
        stage.burns("shop/orders", &[0]).wait(MINUTE);
        stage.burns("shop/orders", &[]).wait(MINUTE);
    }
    stage.wait(20 * MINUTE);
    let pager = |line: &&String| line.starts_with("pager");
    let words = stage.words();
    let of_pager: Vec<&String> = words.iter().filter(pager).collect();
    assert_eq!(
        of_pager,
        [
            "pager opened shop/orders",
            "pager resolved shop/orders",
            "pager opened shop/orders",
            "pager resolved shop/orders",
        ]
    );
    let escalated = words
        .iter()
        .filter(|line| line.starts_with("leads"))
        .count();
    assert!(escalated <= 2, "{words:?}");
}

#[test]
fn a_resolve_that_is_refused_is_tried_again() {
    let mut stage = Stage::new();
    stage.burns("shop/orders", &[0]).wait(MINUTE);
    stage
        .mood("pager", Mood::Refusing)
        .burns("shop/orders", &[])
        .wait(2 * MINUTE);
    stage.words();
    stage.mood("pager", Mood::Well).wait(12 * MINUTE);
    assert!(
        stage
            .words()
            .contains(&"pager resolved shop/orders".to_string())
    );
}

#[test]
fn nobody_acknowledges_and_the_next_ones_are_told_until_somebody_does() {
    let mut stage = Stage::new();
    stage.burns("shop/orders", &[0]).wait(14 * MINUTE);
    stage.words();
    stage.wait(2 * MINUTE);
    let because = "nobody acknowledged it; this is step 1 of the escalation";
    assert_eq!(
        stage.words(),
        [format!("leads opened shop/orders: {because}")]
    );
    let mut stage = Stage::new();
    stage
        .burns("shop/orders", &[0])
        .wait(MINUTE)
        .acknowledge()
        .wait(SECOND)
        .words();
    stage.crash().wait(HOUR).got(&[]);
}
