//! How what is remembered is counted.

use burnwatch::daemon::census::Census;

use crate::stage::{MINUTE, Mood, NOON_MS, SECOND, Stage};

#[track_caller]
fn check(stage: &Stage, episodes: (usize, usize, usize), owed: &[(&str, usize)]) -> Census {
    let census = Census::of(stage.engine.state(), stage.now_ms);
    assert_eq!((census.open, census.settling, census.over), episodes);
    let found: Vec<(&str, usize)> = census
        .owed
        .iter()
        .map(|(name, messages)| (name.as_str(), *messages))
        .collect();
    assert_eq!(found, owed);
    census
}

#[test]
fn what_a_receiver_did_not_take_is_owed_to_it() {
    let mut stage = Stage::new();
    check(&stage, (0, 0, 0), &[]);
    stage.mood("pager", Mood::Down);
    stage.burns("shop/orders", &[0]).wait(2 * MINUTE);
    let census = check(&stage, (1, 0, 0), &[("pager", 1)]);
    let page = census.oldest_page.unwrap();
    assert_eq!((page.receiver.as_str(), page.since_ms), ("pager", NOON_MS));

    stage.mood("pager", Mood::Well).wait(2 * MINUTE);
    let census = check(&stage, (1, 0, 0), &[]);
    assert_eq!(census.oldest_page, None);
    stage.burns("shop/orders", &[]).wait(MINUTE);
    check(&stage, (0, 0, 1), &[]);
    stage.burns("shop/orders", &[0]).wait(MINUTE);
    stage.burns("shop/orders", &[]).wait(MINUTE);
    check(&stage, (0, 1, 0), &[]);
}

#[test]
fn what_is_under_way_is_owed_and_fails_nowhere() {
    let mut stage = Stage::new();
    stage
        .mood("pager", Mood::Hanging)
        .mood("chat", Mood::Hanging);
    stage.burns("shop/orders", &[0]).wait(SECOND);
    let census = check(&stage, (1, 0, 0), &[("chat", 1), ("pager", 1)]);
    assert_eq!(census.oldest_page, None);
}

#[test]
fn a_ticket_that_nobody_takes_is_no_page() {
    let mut stage = Stage::new();
    stage.mood("desk", Mood::Down);
    stage.burns("shop/orders", &[2]).wait(2 * MINUTE);
    let census = check(&stage, (1, 0, 0), &[("desk", 1)]);
    assert_eq!(census.oldest_page, None);
}
