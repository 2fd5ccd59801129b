//! Another configuration in the middle of an incident.

use std::collections::BTreeMap;

use burnwatch::engine::{Engine, Sight};
use burnwatch::evaluate::Decision;

use crate::stage::{MINUTE, Mood, SLOS, Stage, WORKSPACE, group_look};

#[test]
fn c2_a_reload_that_changes_nothing_about_who_is_told_says_nothing() {
    let mut stage = Stage::new();
    stage.burns("shop/orders", &[0]).wait(MINUTE).words();
    let policy = WORKSPACE.replace("burn_rate: 14.4", "burn_rate: 12");
    let slos = SLOS.replace("runbooks.example.com/shop", "runbooks.example.com/other");
    stage.configure(&policy, &slos).wait(5 * MINUTE).got(&[]);
    stage.burns("shop/orders", &[]).wait(2 * MINUTE);
    assert_eq!(stage.words().len(), 2);
}

#[test]
fn c2_who_is_told_instead_is_told_and_the_others_are_told_that_it_is_over() {
    let mut stage = Stage::new();
    stage.burns("shop/orders", &[0]).wait(MINUTE).words();
    let other = WORKSPACE.replace("page: [pager, chat]", "page: [leads, chat]");
    stage.configure(&other, SLOS).wait(MINUTE);
    assert_eq!(
        stage.words(),
        ["leads opened shop/orders", "pager resolved shop/orders"]
    );
}

#[test]
fn c5_what_was_opened_by_other_settings_of_a_receiver_is_resolved_by_them() {
    let mut stage = Stage::new();
    stage.burns("shop/orders", &[0]).wait(MINUTE).words();
    let other = WORKSPACE.replace("/run/secrets/pager", "/run/secrets/new");
    stage.configure(&other, SLOS).wait(MINUTE);
    let sent = stage.sent.iter().rev().take(2);
    let keys = sent.map(|(_, send)| format!("{:?}", send.entry.pager));
    let mut keys: Vec<String> = keys.collect();
    keys.sort();
    assert!(keys[0].contains("/run/secrets/new") && keys[1].contains("/run/secrets/pager"));
    let mut words = stage.words();
    words.sort();
    assert_eq!(
        words,
        ["pager opened shop/orders", "pager resolved shop/orders"]
    );
}

#[test]
fn c3_an_slo_that_is_removed_while_it_fires_is_resolved_with_that_reason() {
    let mut stage = Stage::new();
    stage.burns("shop/orders", &[0]).wait(MINUTE).words();
    let slos = SLOS.replace("depends_on: [shop/orders], ", "");
    let slos = slos.replace("name: orders", "name: buys");
    stage.configure(WORKSPACE, &slos).wait(MINUTE);
    assert_eq!(
        stage.words(),
        ["chat resolved shop/orders", "pager resolved shop/orders"]
    );
    let (_, last) = stage.sent.last().unwrap();
    let news = format!("{:?}", last.message.news);
    assert!(news.contains("the SLO was removed"), "{news}");
}

#[test]
fn c2_a_tier_that_fires_and_becomes_a_page_is_told_as_a_page() {
    let mut stage = Stage::new();
    stage.burns("shop/orders", &[2]).wait(MINUTE).words();
    let page = WORKSPACE.replace("drip, severity: ticket", "drip, severity: page");
    stage.configure(&page, SLOS).wait(2 * MINUTE);
    let words = stage.words();
    assert!(
        words.contains(&"pager opened shop/orders".to_string()),
        "{words:?}"
    );
    stage.burns("shop/orders", &[]).wait(2 * MINUTE);
    let words = stage.words();
    assert!(
        words.contains(&"pager resolved shop/orders".to_string()),
        "{words:?}"
    );
}

#[test]
fn c2_missing_data_that_become_a_page_are_told_as_a_page() {
    let tiers = "burn_rate: 1, long: 1d, short: 2h}\n";
    let with = |severity: &str| {
        let no_data = format!("{tiers}    no_data: {{severity: {severity}, after: 2m}}\n");
        WORKSPACE.replace(tiers, &no_data)
    };
    let mut stage = Stage::of(&with("ticket"), SLOS);
    stage.sees("shop/orders", Some(Sight::Nothing));
    stage.wait(4 * MINUTE).words();
    stage.configure(&with("page"), SLOS).wait(2 * MINUTE);
    let words = stage.words();
    assert!(
        words.contains(&"pager opened shop/orders has no data".to_string()),
        "{words:?}"
    );
}

#[test]
fn c2_a_severity_that_is_gone_for_a_moment_is_told_again() {
    let mut stage = Stage::new();
    stage.burns("shop/orders", &[0]).wait(MINUTE).words();
    let tickets = WORKSPACE.replace("severity: page", "severity: ticket");
    stage.configure(&tickets, SLOS).wait(1_000);
    stage.configure(WORKSPACE, SLOS).wait(2 * MINUTE);
    let words = stage.words();
    let mut of_pager = words.iter().filter(|line| line.starts_with("pager"));
    assert_eq!(of_pager.next_back().unwrap(), "pager opened shop/orders");
}

#[test]
fn c2_a_receiver_that_is_taken_away_and_given_back_is_told_again() {
    let mut stage = Stage::new();
    stage.burns("shop/orders", &[0]).wait(MINUTE).words();
    let other = WORKSPACE.replace("page: [pager, chat]", "page: [chat]");
    stage.configure(&other, SLOS).wait(MINUTE);
    assert_eq!(stage.words(), ["pager resolved shop/orders"]);
    stage.configure(WORKSPACE, SLOS).wait(MINUTE);
    assert_eq!(stage.words(), ["pager opened shop/orders"]);
    stage.burns("shop/orders", &[]).wait(2 * MINUTE);
    assert_eq!(stage.words().len(), 2);
}

#[test]
fn c2_a_team_that_gets_another_name_goes_on_being_told() {
    let mut stage = Stage::new();
    stage.burns("shop/orders", &[0]).wait(MINUTE).words();
    let billing = WORKSPACE.replace("payments:", "billing:");
    let slos = SLOS.replace("owner: payments", "owner: billing");
    stage.configure(&billing, &slos).wait(5 * MINUTE).got(&[]);
    stage.burns("shop/orders", &[]).wait(2 * MINUTE);
    assert_eq!(stage.words().len(), 2);
}

#[test]
fn c2_a_tier_with_another_name_is_not_over_before_it_was_seen() {
    let mut stage = Stage::new();
    stage.burns("shop/orders", &[0]).wait(MINUTE).words();
    let mut look = group_look("", &[], 3, 0);
    for tier in &mut look.verdict.as_mut().unwrap().tiers {
        tier.judgement.decision = Decision::Unknown;
    }
    let mut at_ms = stage.now_ms;
    let renamed = WORKSPACE.replace("name: fast", "name: quick");
    stage.configure(&renamed, SLOS);
    for _ in 0..5 {
        at_ms += MINUTE;
        look.verdict.as_mut().unwrap().at_ms = at_ms;
        stage.sees("shop/orders", Some(Sight::Seen(vec![look.clone()])));
        stage.wait(MINUTE).got(&[]);
    }
    stage.sees("shop/orders", None).wait(2 * MINUTE).got(&[]);
    stage.burns("shop/orders", &[]).wait(2 * MINUTE);
    assert_eq!(stage.words().len(), 2);
}

#[test]
fn an_evaluation_by_another_policy_changes_nothing() {
    let mut stage = Stage::new();
    stage.burns("shop/orders", &[0]).wait(MINUTE).words();
    let look = group_look("", &[], 2, stage.now_ms + MINUTE);
    stage.sees("shop/orders", Some(Sight::Seen(vec![look])));
    stage.wait(MINUTE).got(&[]);
}

#[test]
fn c5_refusals_by_two_settings_of_a_receiver_are_two_incidents() {
    let mut stage = Stage::new();
    stage.burns("shop/orders", &[0]).wait(MINUTE);
    stage.mood("pager", Mood::Refusing);
    let other = WORKSPACE.replace("/run/secrets/pager", "/run/secrets/new");
    stage.configure(&other, SLOS).wait(MINUTE);
    let refusals = stage.sent.iter().filter(|(_, send)| {
        send.lane.receiver() == "mail" && send.message.title.contains("refuses")
    });
    let keys: BTreeMap<_, _> = refusals
        .map(|(_, send)| (&send.message.key, send.episode))
        .collect();
    assert_eq!(keys.len(), 2);
}

/// Fires, lets `change` happen, and is over: with one key. What fires later has another one.
fn check_key(change: impl Fn(&mut Stage)) {
    let mut stage = Stage::new();
    stage.burns("shop/orders", &[0]).wait(MINUTE);
    let first = stage.keys(0);
    assert_eq!(first.len(), 1);
    let many = stage.sent.len();
    change(&mut stage);
    stage.burns("shop/orders", &[]).wait(20 * MINUTE);
    assert_eq!(stage.words().len(), 4, "two were told, and that it is over");
    assert_eq!(stage.keys(many), first);
    let many = stage.sent.len();
    stage.burns("shop/orders", &[0]).wait(MINUTE);
    let next = stage.keys(many);
    assert_eq!(next.len(), 1);
    assert!(next.is_disjoint(&first), "a new one has the new namespace");
}

#[test]
fn c5_what_was_opened_under_another_namespace_is_resolved_under_it() {
    check_key(|stage| {
        stage.names("other").wait(MINUTE);
    });
}

#[test]
fn c5_what_was_opened_before_a_restart_with_another_namespace_is_resolved_under_it() {
    check_key(|stage| {
        stage.crash().names("other").crash().wait(MINUTE);
    });
}

#[test]
fn c5_what_was_kept_before_namespaces_were_is_resolved_under_that_of_now() {
    let mut stage = Stage::new();
    stage.burns("shop/orders", &[0]).wait(MINUTE);
    let (first, many) = (stage.keys(0), stage.sent.len());
    let mut state = serde_json::to_value(stage.engine.state()).unwrap();
    for episode in state["episodes"].as_object_mut().unwrap().values_mut() {
        let namespace = episode.as_object_mut().unwrap().remove("namespace");
        assert_eq!(namespace.unwrap(), "test");
    }
    let state = serde_json::from_value(state).unwrap();
    stage.engine = Engine::new(stage.engine.book().clone(), state, 8);
    stage.burns("shop/orders", &[]).wait(2 * MINUTE);
    assert_eq!(stage.keys(many), first);
}

#[test]
fn c2_an_evaluation_at_once_after_a_reload_counts_though_it_is_for_the_same_moment() {
    let mut stage = Stage::new();
    stage.wait(MINUTE).got(&[]);
    let policy = WORKSPACE.replace("burn_rate: 14.4", "burn_rate: 12");
    stage.configure(&policy, SLOS);
    stage.burns("shop/orders", &[0]).looks().wait(0);
    assert_eq!(stage.words().len(), 2);
}

#[test]
fn a_late_answer_to_an_older_question_changes_nothing_after_a_reload_either() {
    let mut stage = Stage::new();
    stage.wait(MINUTE).got(&[]);
    let late = group_look("", &[0], 3, stage.now_ms - 1_000);
    stage.configure(WORKSPACE, SLOS);
    stage.hears("shop/orders", late).wait(0).got(&[]);
}
