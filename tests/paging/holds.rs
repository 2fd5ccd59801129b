//! News that wait.

use crate::stage::{HOUR, MINUTE, SLOS, Stage, WORKSPACE};

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
