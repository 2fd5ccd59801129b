//! Nothing is resolved because nobody could see, and whoever answers for it is told that nobody can.

use burnwatch::engine::{Scope, Sight};

use crate::stage::{HOUR, MINUTE, SLOS, Stage, WORKSPACE, failed};

#[test]
fn e1_an_hour_without_an_answer_resolves_nothing_and_is_told_once() {
    for sight in [
        failed(Scope::Question),
        Some(Sight::Nothing),
        Some(unrecorded()),
    ] {
        let mut stage = Stage::new();
        stage.burns("shop/orders", &[0]).wait(MINUTE).words();
        stage
            .burns("shop/orders", &[])
            .sees("shop/orders", sight)
            .wait(HOUR);
        let words = stage.words();
        let told = words.iter().filter(|line| line.starts_with("pager"));
        let told: Vec<&String> = told.collect();
        assert_eq!(told, ["pager opened shop/orders is not being evaluated"]);
        stage.sees("shop/orders", None).wait(2 * MINUTE);
        let words = stage.words();
        assert!(words.contains(&"pager resolved shop/orders is not being evaluated".to_string()));
        assert!(words.contains(&"pager resolved shop/orders".to_string()));
    }
}

#[test]
fn a_source_that_fails_as_a_whole_is_one_episode() {
    let mut stage = Stage::new();
    for slo in ["shop/orders", "shop/carts", "shop/items"] {
        stage.sees(slo, failed(Scope::Source));
    }
    stage.wait(9 * MINUTE).got(&[]);
    stage.wait(HOUR);
    let words = stage.words();
    let pages: Vec<&String> = words
        .iter()
        .filter(|line| line.starts_with("pager"))
        .collect();
    assert_eq!(pages, ["pager opened burnwatch cannot ask Prometheus"]);
    for slo in ["shop/orders", "shop/carts", "shop/items"] {
        stage.sees(slo, None);
    }
    stage.wait(2 * MINUTE);
    let words = stage.words();
    assert!(words.contains(&"pager resolved burnwatch cannot ask Prometheus".to_string()));
}

#[test]
fn e4_an_slo_that_was_never_seen_waits_for_the_office_and_wakes_nobody() {
    for sight in [Sight::Nothing, unrecorded()] {
        let mut stage = Stage::new();
        stage.sees("shop/orders", Some(sight)).wait(HOUR);
        assert_eq!(
            stage.words(),
            ["desk opened shop/orders is not being evaluated"]
        );
    }
}

/// Rules that are not installed say nothing about the service.
#[test]
fn what_was_not_recorded_is_no_missing_data() {
    let tiers = "burn_rate: 1, long: 1d, short: 2h}\n";
    let no_data = format!("{tiers}    no_data: {{severity: page, after: 2m}}\n");
    let workspace = WORKSPACE.replace(tiers, &no_data);
    let told = "pager opened shop/orders has no data".to_string();
    for (sight, is_told) in [(Sight::Nothing, true), (unrecorded(), false)] {
        let mut stage = Stage::of(&workspace, SLOS);
        stage.sees("shop/orders", Some(sight)).wait(5 * MINUTE);
        assert_eq!(stage.words().contains(&told), is_told);
    }
}

fn unrecorded() -> Sight {
    Sight::Unrecorded {
        why: "its rules may not be installed".to_string(),
    }
}

#[test]
fn e14_a_tier_that_waited_goes_on_waiting_after_a_restart() {
    let mut stage = Stage::new();
    stage.burns("shop/orders", &[1]).wait(2 * MINUTE).got(&[]);
    stage.crash().wait(MINUTE).got(&[]);
    stage.wait(MINUTE);
    assert_eq!(
        stage.words().len(),
        2,
        "it fires when it held for three minutes in all"
    );
    stage.crash().wait(10 * MINUTE).got(&[]);
}

#[test]
fn e3_a_group_whose_numbers_are_no_counts_is_held_while_others_go_on() {
    let mut stage = Stage::new();
    stage
        .group_burns("shop/carts", "/pay", &[0])
        .group_burns("shop/carts", "/list", &[0]);
    stage.wait(MINUTE).words();
    let unseen = |groups: Vec<&str>| {
        let look = |group: &&str| burnwatch::engine::GroupLook {
            group: burnwatch::evaluate::Group::of_values(vec![group.to_string()]),
            verdict: None,
            burns: Vec::new(),
            left: None,
        };
        Some(Sight::Seen(groups.iter().map(look).collect()))
    };
    // Of a group that is not there it is known that it has no events.
    stage
        .sees("shop/carts", unseen(vec!["/pay"]))
        .wait(30 * MINUTE);
    let words = stage.words();
    assert!(
        words.contains(&"pager resolved shop/carts (route=/list)".to_string()),
        "{words:?}"
    );
    assert!(
        !words
            .iter()
            .any(|line| line.contains("resolved shop/carts (route=/pay)"))
    );
}

#[test]
fn an_slo_whose_source_fails_while_it_answers_others_is_told_of() {
    let mut stage = Stage::new();
    stage.sees("shop/orders", failed(Scope::Source));
    stage.wait(30 * MINUTE);
    let words = stage.words();
    let pages = words.iter().filter(|line| line.starts_with("pager"));
    let pages: Vec<&String> = pages.collect();
    assert_eq!(pages, ["pager opened shop/orders is not being evaluated"]);
}

#[test]
fn a_group_that_vanished_after_it_came_back_is_resolved() {
    let mut stage = Stage::new();
    for tiers in [&[0][..], &[], &[0], &[]] {
        stage
            .group_burns("shop/carts", "/pay", tiers)
            .wait(2 * MINUTE);
    }
    stage.words();
    stage.sees("shop/carts", Some(Sight::Seen(Vec::new())));
    stage.wait(20 * MINUTE);
    let words = stage.words();
    assert!(
        words.contains(&"pager resolved shop/carts (route=/pay)".to_string()),
        "{words:?}"
    );
}
