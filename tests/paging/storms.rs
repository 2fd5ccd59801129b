//! More at once than a receiver takes.

use crate::stage::{HOUR, MINUTE, Mood, SLOS, Stage, WORKSPACE};

#[test]
fn d20_a_storm_is_one_message_for_each_receiver_and_ends() {
    let mut stage = Stage::new();
    for at in 0..900 {
        stage.group_burns("shop/carts", &format!("/{at:03}"), &[0]);
    }
    stage.wait(MINUTE);
    let words = stage.words();
    assert!(words.len() <= 4, "{} messages: {words:?}", words.len());
    let storms: Vec<&String> = words
        .iter()
        .filter(|line| line.contains("at once"))
        .collect();
    assert_eq!(storms.len(), 2, "{words:?}");
    for at in 0..900 {
        stage.group_burns("shop/carts", &format!("/{at:03}"), &[]);
    }
    stage.wait(2 * MINUTE);
    let words = stage.words();
    assert!(
        words.iter().any(|line| line.starts_with("pager resolved")),
        "{words:?}"
    );
    stage.wait(HOUR);
    assert!(
        stage.engine.state().episodes.is_empty(),
        "nothing is left of it"
    );
}

#[test]
fn d20_pages_come_before_tickets() {
    let workspace = WORKSPACE.replace("ticket: [desk]", "ticket: [chat]");
    let mut stage = Stage::of(&workspace, SLOS);
    for at in 0..50 {
        stage.group_burns("shop/carts", &format!("/{at:03}"), &[2]);
    }
    stage.burns("shop/orders", &[0]).wait(10_000);
    let words = stage.words();
    let of_chat: Vec<&String> = words
        .iter()
        .filter(|line| line.starts_with("chat"))
        .collect();
    assert_eq!(of_chat[0], "chat opened shop/orders", "{words:?}");
}

#[test]
fn what_burns_again_while_a_storm_goes_on_is_told() {
    let mut stage = Stage::new();
    stage.many_burn(0..30, &[0]).wait(MINUTE);
    stage.many_burn(1..30, &[]).wait(HOUR).words();
    stage.many_burn(5..6, &[0]).wait(10 * MINUTE);
    let words = stage.words();
    assert!(
        words.contains(&"pager opened shop/carts (route=/005)".to_string()),
        "{words:?}"
    );
}

#[test]
fn a_storm_that_was_over_before_anybody_could_be_told_is_told_all_the_same() {
    let mut stage = Stage::new();
    stage.mood("pager", Mood::Down).many_burn(0..30, &[0]);
    stage.wait(2 * MINUTE).many_burn(0..30, &[]);
    stage.wait(20 * MINUTE).words();
    stage.mood("pager", Mood::Well).wait(2 * MINUTE);
    assert_eq!(stage.words(), ["pager missed 30 at once"]);
    stage.wait(HOUR);
    assert!(stage.engine.state().episodes.is_empty());
}

#[test]
fn d17_a_storm_that_is_refused_is_told_to_the_fallback_of_the_team() {
    let stock = "teams:\n  stock: {notify: {page: [pager]}, fallback: [desk]}";
    let workspace = WORKSPACE.replace("teams:", stock);
    let slos = SLOS.replace("owner: payments", "owner: stock");
    let mut stage = Stage::of(&workspace, &slos);
    stage.mood("pager", Mood::Refusing).many_burn(0..30, &[0]);
    stage.wait(2 * MINUTE);
    let words = stage.words();
    assert!(
        words
            .iter()
            .any(|line| line.starts_with("desk opened 30 at once")),
        "{words:?}"
    );
}

#[test]
fn what_begins_in_a_storm_that_was_refused_is_told_itself() {
    let mut stage = Stage::new();
    stage.mood("pager", Mood::Refusing).many_burn(0..30, &[0]);
    stage.wait(MINUTE);
    stage.mood("pager", Mood::Well).burns("shop/orders", &[0]);
    stage.wait(2 * MINUTE);
    let words = stage.words();
    assert!(
        words.contains(&"pager opened shop/orders".to_string()),
        "{words:?}"
    );
}

#[test]
fn d17_the_fallback_is_told_of_what_joins_a_storm_and_does_not_arrive() {
    let workspace = WORKSPACE.replace("page: [pager, chat]", "page: [pager]");
    let mut stage = Stage::of(&workspace, SLOS);
    stage.many_burn(0..30, &[0]).wait(MINUTE).words();
    stage.mood("pager", Mood::Down).many_burn(30..60, &[0]);
    stage.wait(14 * MINUTE);
    let words = stage.words();
    assert!(
        words.iter().any(|line| line.starts_with("mail opened")),
        "{words:?}"
    );
}

#[test]
fn a_storm_that_nobody_acknowledges_escalates() {
    let mut stage = Stage::new();
    stage.many_burn(0..30, &[0]).wait(20 * MINUTE);
    let leads = |words: Vec<String>| {
        words
            .iter()
            .filter(|line| line.starts_with("leads"))
            .count()
    };
    let told = leads(stage.words());
    assert!((1..=2).contains(&told), "{told}");
    let mut stage = Stage::new();
    stage.many_burn(0..30, &[0]).wait(MINUTE);
    let storms: Vec<u64> = stage
        .engine
        .state()
        .episodes
        .values()
        .filter(|one| !one.members.is_empty())
        .map(|one| one.number)
        .collect();
    for storm in storms {
        stage.acknowledge_one(storm);
    }
    stage.wait(20 * MINUTE);
    assert_eq!(leads(stage.words()), 0);
}

#[test]
fn a_new_page_comes_before_what_an_alertmanager_is_told_again() {
    let pager = "{alertmanager: {url: 'https://alerts.example.com'}}";
    let old = "{pagerduty: {routing_key_file: /run/secrets/pager}}";
    let mut stage = Stage::of(
        &crate::stage::WORKSPACE.replace(old, pager),
        crate::stage::SLOS,
    );
    for at in 0..200 {
        stage.group_burns("shop/carts", &format!("/{at:03}"), &[0]);
    }
    stage.wait(10 * MINUTE).words();
    stage.burns("shop/orders", &[0]).wait(MINUTE + 5_000);
    let words = stage.words();
    assert!(
        words.contains(&"pager opened shop/orders".to_string()),
        "{words:?}"
    );
}
