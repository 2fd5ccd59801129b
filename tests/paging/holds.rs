//! News that wait.

use burnwatch::evaluate::Decision;

use crate::stage::{HOUR, MINUTE, SECOND, SLOS, Stage, WORKSPACE, group_look};

#[test]
fn a_page_holds_the_ticket_of_the_same_slo() {
    let mut stage = Stage::new();
    stage.burns("shop/orders", &[0, 2]).wait(5 * MINUTE);
    let words = stage.words();
    assert!(
        !words.iter().any(|line| line.starts_with("desk")),
        "{words:?}"
    );
    stage.burns("shop/orders", &[2]).wait(2 * MINUTE);
    assert!(
        stage
            .words()
            .contains(&"desk opened shop/orders".to_string())
    );
}

#[test]
fn what_an_slo_depends_on_speaks_for_it() {
    let mut stage = Stage::new();
    stage.burns("shop/orders", &[0]).wait(MINUTE).words();
    stage.burns("shop/items", &[0]).wait(5 * MINUTE).got(&[]);
    stage.burns("shop/orders", &[]).wait(2 * MINUTE);
    assert!(
        stage
            .words()
            .contains(&"pager opened shop/items".to_string())
    );
}

#[test]
fn tickets_wait_for_the_office_and_pages_do_not() {
    let hours = "    office_hours: {days: [mon, tue, wed, thu, fri], from: '13:00', to: '17:00'}\n    fallback: [mail]";
    let workspace = WORKSPACE.replace("    fallback: [mail]", hours);
    let mut stage = Stage::of(&workspace, SLOS);
    stage.burns("shop/orders", &[2]).wait(50 * MINUTE).got(&[]);
    stage
        .group_burns("shop/carts", "/pay", &[0])
        .wait(2 * MINUTE);
    assert_eq!(stage.words().len(), 2);
    stage.wait(10 * MINUTE);
    assert_eq!(stage.words(), ["desk opened shop/orders"]);
    // One that is over before the office opens is nobody's business.
    let mut stage = Stage::of(&workspace, SLOS);
    stage.burns("shop/orders", &[2]).wait(5 * MINUTE);
    stage.burns("shop/orders", &[]).wait(2 * HOUR).got(&[]);
    assert!(stage.engine.state().episodes.is_empty());
}

#[test]
fn what_was_told_is_resolved_in_the_middle_of_a_maintenance() {
    let maintenance =
        "maintenance:\n  noon: {from: '12:05', to: '12:30', services: [shop]}\nteams:";
    let workspace = WORKSPACE.replace("teams:", maintenance);
    let mut stage = Stage::of(&workspace, SLOS);
    stage.burns("shop/orders", &[0]).wait(6 * MINUTE).words();
    stage.burns("shop/orders", &[]).wait(2 * MINUTE);
    assert_eq!(
        stage.words(),
        ["chat resolved shop/orders", "pager resolved shop/orders"]
    );
    stage
        .group_burns("shop/carts", "/pay", &[0])
        .wait(15 * MINUTE)
        .got(&[]);
    stage.wait(10 * MINUTE);
    assert_eq!(stage.words().len(), 2, "what goes on after it is told");
}

/// A page and the ticket that it holds; then a start at which the page is seen to be over, and of the ticket nothing is known.
fn half_known() -> Stage {
    let mut stage = Stage::new();
    stage.burns("shop/orders", &[0, 2]).wait(5 * MINUTE).words();
    stage.crash();
    let mut look = group_look("", &[], 3, stage.now_ms + SECOND);
    look.verdict.as_mut().unwrap().tiers[2].judgement.decision = Decision::Unknown;
    stage.wait(SECOND).hears("shop/orders", look);
    stage
}

#[test]
fn c6_a_held_ticket_that_was_over_before_the_start_is_not_told_while_its_past_is_learnt() {
    let mut stage = half_known();
    stage.burns("shop/orders", &[]).wait(3 * MINUTE);
    assert_eq!(
        stage.words(),
        ["chat resolved shop/orders", "pager resolved shop/orders"]
    );
}

#[test]
fn c6_a_held_ticket_that_goes_on_is_told_as_soon_as_that_is_known() {
    let mut stage = half_known();
    stage.burns("shop/orders", &[2]).wait(30 * SECOND);
    assert_eq!(
        stage.words(),
        ["chat resolved shop/orders", "pager resolved shop/orders"]
    );
    stage.wait(2 * MINUTE);
    assert_eq!(stage.words(), ["desk opened shop/orders"]);
}

#[test]
fn a_held_page_is_told_though_its_past_is_still_learnt() {
    let mut stage = Stage::new();
    stage.burns("shop/orders", &[0]).wait(MINUTE).words();
    stage.burns("shop/items", &[0]).wait(2 * MINUTE).got(&[]);
    stage.crash();
    let mut look = group_look("", &[], 3, stage.now_ms + SECOND);
    look.verdict.as_mut().unwrap().tiers[0].judgement.decision = Decision::Unknown;
    stage.wait(SECOND).hears("shop/items", look);
    let over = group_look("", &[], 3, stage.now_ms);
    stage.hears("shop/orders", over).wait(SECOND);
    let words = stage.words();
    assert!(
        words.contains(&"pager opened shop/items".to_string()),
        "{words:?}"
    );
}
