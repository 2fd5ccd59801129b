//! More at once than a receiver takes.

use crate::stage::{HOUR, MINUTE, Stage};

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
    let workspace = crate::stage::WORKSPACE.replace("ticket: [desk]", "ticket: [chat]");
    let mut stage = Stage::of(&workspace, crate::stage::SLOS);
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
