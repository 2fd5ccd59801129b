//! What was lost, or told before, and has to be told again.

use crate::stage::{HOUR, MINUTE, Mood, SECOND, Stage};

#[test]
fn d15_another_incident_that_nobody_could_be_told_of_is_told_when_it_is_over() {
    let mut stage = Stage::new();
    stage.mood("chat", Mood::Down).burns("shop/orders", &[0]);
    stage.wait(MINUTE).burns("shop/orders", &[]);
    stage.wait(20 * MINUTE).words();
    stage.mood("pager", Mood::Down).burns("shop/orders", &[0]);
    stage.wait(2 * MINUTE).burns("shop/orders", &[]);
    stage.wait(20 * MINUTE).words();
    stage.mood("pager", Mood::Well).wait(2 * MINUTE);
    assert_eq!(stage.words(), ["pager missed shop/orders"]);
}

#[test]
fn d16_another_incident_does_not_expire_by_the_age_of_the_one_before() {
    let mut stage = Stage::new();
    stage.mood("chat", Mood::Down).burns("shop/orders", &[0]);
    stage.wait(MINUTE).burns("shop/orders", &[]).wait(5 * HOUR);
    stage.burns("shop/orders", &[0]).wait(3 * MINUTE).words();
    stage.mood("chat", Mood::Well).wait(3 * MINUTE);
    assert_eq!(stage.words(), ["chat opened shop/orders"]);
}

#[test]
fn d17_the_fallback_is_told_of_what_burns_again_behind_a_resolve_that_may_have_arrived() {
    let mut stage = Stage::new();
    stage.burns("shop/orders", &[0]).wait(MINUTE);
    stage.mood("pager", Mood::Mute).burns("shop/orders", &[]);
    stage.wait(61 * SECOND).words();
    stage.mood("pager", Mood::Down).burns("shop/orders", &[0]);
    stage.wait(10 * MINUTE);
    let words = stage.words();
    assert!(
        words
            .iter()
            .any(|line| line.starts_with("mail opened shop/orders")),
        "{words:?}"
    );
}

#[test]
fn what_may_have_arrived_before_a_message_is_made_smaller_is_resolved() {
    let mut stage = Stage::new();
    stage.mood("pager", Mood::Down).burns("shop/orders", &[0]);
    while stage.attempts("pager") < 2 {
        stage.wait(50);
    }
    stage.mood("pager", Mood::Breaking);
    while stage.attempts("pager") < 3 {
        stage.wait(50);
    }
    stage.burns("shop/orders", &[]).wait(2 * MINUTE).words();
    stage.mood("pager", Mood::Well).wait(2 * MINUTE);
    assert_eq!(stage.words(), ["pager resolved shop/orders (repeat?)"]);
}

#[test]
fn what_was_missed_and_may_have_been_told_is_marked_when_it_is_told_again() {
    let mut stage = Stage::new();
    stage.mood("chat", Mood::Down).burns("shop/orders", &[0]);
    stage.wait(MINUTE).burns("shop/orders", &[]);
    stage.wait(2 * MINUTE).words();
    stage.mood("chat", Mood::Breaking);
    let before = stage.attempts("chat");
    while stage.attempts("chat") == before {
        stage.wait(SECOND);
    }
    stage.mood("chat", Mood::Well).words();
    stage.wait(2 * MINUTE);
    assert_eq!(stage.words(), ["chat missed shop/orders (repeat?)"]);
}

#[test]
fn an_attempt_whose_answer_never_comes_is_made_again() {
    let mut stage = Stage::new();
    stage
        .mood("pager", Mood::Hanging)
        .burns("shop/orders", &[0]);
    stage.wait(MINUTE).words();
    stage.mood("pager", Mood::Well).wait(10 * MINUTE);
    assert_eq!(stage.words(), ["pager opened shop/orders (repeat?)"]);
}

#[test]
fn e9_a_clock_that_is_set_back_delays_no_resolve() {
    let mut stage = Stage::new();
    stage.burns("shop/orders", &[0]).wait(MINUTE);
    stage
        .mood("pager", Mood::Refusing)
        .burns("shop/orders", &[]);
    stage.wait(2 * MINUTE).sets_clock(-24 * HOUR);
    stage.mood("pager", Mood::Well).words();
    stage.wait(15 * MINUTE);
    let words = stage.words();
    assert!(
        words.contains(&"pager resolved shop/orders".to_string()),
        "{words:?}"
    );
}

#[test]
fn e9_a_start_by_a_clock_that_was_set_back_delays_no_page() {
    let mut stage = Stage::new();
    stage.mood("pager", Mood::Down).burns("shop/orders", &[0]);
    stage.wait(4 * MINUTE).turns_clock(-24 * HOUR).crash();
    stage.mood("pager", Mood::Well).words();
    stage.wait(2 * MINUTE);
    assert_eq!(stage.words(), ["pager opened shop/orders"]);
}
