//! `burnwatch run --from recorded` from outside: a page, a ruler that is down, a reload and an end, on a server that has what
//! rules record.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "helpers of tests are tests, and wait for another process with a deadline"
)]
#![allow(clippy::print_stdout, reason = "what was measured is printed")]

#[path = "../kit/mod.rs"]
mod kit;
mod live;
mod scene;
mod servers;
#[path = "../given/slos.rs"]
mod slos;

use std::collections::{BTreeMap, BTreeSet};

use scene::{Rules, Scene};

#[test]
fn a_page_is_opened_and_resolved_by_recorded_numbers_and_held_while_the_ruler_is_down() {
    let scene = Scene::start();
    scene.wait_for_evaluations(2);
    assert_eq!(scene.told("firing"), 0);
    scene.rules(Rules::Burning);
    scene.wait("a page", |scene| scene.told("firing") > 0);
    scene.rules(Rules::Down);
    scene.wait_for_evaluations(5);
    assert_eq!(
        scene.told("resolved"),
        0,
        "nothing is over because nobody can see"
    );
    scene.rules(Rules::Quiet);
    scene.wait("the resolve", |scene| scene.told("resolved") > 0);
}

#[test]
fn an_evaluation_is_four_instant_queries_of_one_moment_and_nothing_else_is_asked() {
    let scene = Scene::start();
    scene.wait_for_evaluations(4);
    let mut moments: BTreeMap<String, usize> = BTreeMap::new();
    for asked in scene.asked() {
        assert_eq!(asked.path, "/api/v1/query");
        *moments.entry(asked.time).or_default() += 1;
    }
    // The last one may be under way.
    let last = moments.pop_last().unwrap();
    assert!(last.1 <= 4, "{last:?}");
    assert!(moments.len() >= 3, "{moments:?}");
    for (moment, questions) in &moments {
        assert_eq!(*questions, 4, "{moments:?}");
        assert!(moment.ends_with(".000"), "{moment}");
    }
}

#[test]
fn a_server_that_is_gone_is_asked_two_questions_an_evaluation_and_ends_nothing() {
    let scene = Scene::start();
    scene.rules(Rules::Burning);
    scene.wait("a page", |scene| scene.told("firing") > 0);
    let before = scene.asked().len();
    scene.rules(Rules::Gone);
    scene.wait_for_evaluations(3);
    let mut moments: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for asked in scene.asked().split_off(before) {
        let questions = moments.entry(asked.time).or_default();
        questions.insert(asked.query);
    }
    // The first one may have begun before.
    moments.pop_first();
    assert!(!moments.is_empty());
    for (moment, questions) in &moments {
        assert!(questions.len() <= 2, "{moment}: {questions:#?}");
    }
    assert_eq!(
        scene.told("resolved"),
        0,
        "nothing is over because nobody can see"
    );
    scene.rules(Rules::Quiet);
    scene.wait("the resolve", |scene| scene.told("resolved") > 0);
}

#[test]
fn an_slo_that_is_added_while_it_runs_is_asked_for() {
    let scene = Scene::start();
    scene.wait_for_evaluations(1);
    scene.write_slos(&["orders", "cart"]);
    scene.wait("the other SLO", |scene| {
        let asked = scene.asked();
        asked
            .iter()
            .any(|asked| asked.query.contains("shop/cart|shop/orders"))
    });
    scene.rules(Rules::Burning);
    scene.wait("a page", |scene| scene.told("firing") > 0);
}
