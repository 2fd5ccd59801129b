//! The decision of a gate as small scripts: what is seen at each minute, and what is decided then.
//!
//! A line is `MINUTE | SEEN | OUTCOME`. Seen is `blind`, or errors among events, as in `7/1000`, with what else is not as usual:
//! `known 1` minutes of the window, `left 5` percent of the budget, `page -3` for a page that fires since that minute. The
//! window begins at minute 0; the budget is 0.1 %, and five errors are the least that count.

use burnwatch::base::{Duration, Ratio};
use burnwatch::evaluate::{Contents, Group};
use burnwatch::gate::look::Unit;
use burnwatch::gate::{Facts, Gate, Look, Outcome, Page, Sighting, Subject, Terms};
use burnwatch::model::slo::SloId;
use burnwatch::status::Known;

const MINUTE: i64 = 60_000;

fn subject(name: &str) -> Subject {
    Subject {
        id: SloId {
            service: "shop".parse().unwrap(),
            name: name.parse().unwrap(),
        },
        group: Group::default(),
    }
}

fn sighting(minute: i64, text: &str) -> Sighting {
    if text == "blind" {
        return Sighting::Blind;
    }
    let mut words = text.split_whitespace();
    let (errors, events) = words.next().unwrap().split_once('/').unwrap();
    let mut facts = Facts {
        at_ms: minute * MINUTE,
        window_ms: minute * MINUTE,
        known_ms: minute * MINUTE,
        contents: Contents {
            events: events.parse().unwrap(),
            errors: errors.parse().unwrap(),
        },
        unit: Unit::Events,
        budget: 0.001,
        bad_min: 5.0,
        nothing: 0.5,
        left: Some(0.9),
        left_known: Known::new(MINUTE, MINUTE, MINUTE),
        pages: Vec::new(),
    };
    while let Some(word) = words.next() {
        let value: i64 = words.next().unwrap().parse().unwrap();
        match word {
            "known" => facts.known_ms = value * MINUTE,
            "at" => facts.at_ms = value * MINUTE,
            "left" => facts.left = Some(value as f64 / 100.0),
            "page" => facts.pages.push(Page {
                tier: "page-1h".parse().unwrap(),
                since_ms: value * MINUTE,
            }),
            other => panic!("{other}"),
        }
    }
    Sighting::Seen(facts)
}

fn terms(began: Option<i64>, until: i64) -> Terms {
    Terms {
        max_burn: Some(Ratio::whole(2)),
        min_budget: Some(Ratio::new(1, 10)),
        began_ms: began.map(|minute| minute * MINUTE),
        until_ms: until * MINUTE,
    }
}

/// Several subjects of one moment are parted by `;`.
fn check(terms: Terms, script: &str) {
    let mut gate = Gate::new(terms);
    for line in script
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
    {
        let parts: Vec<&str> = line.split('|').map(str::trim).collect();
        let [minute, seen, expected] = parts[..] else {
            panic!("{line}");
        };
        let minute: i64 = minute.parse().unwrap();
        let subjects = seen.split(';').map(str::trim).zip(["a", "b", "c"]);
        let look: Look = subjects
            .filter(|(text, _)| !text.is_empty())
            .map(|(text, name)| (subject(name), sighting(minute, text)))
            .collect();
        let (next, decided) = gate.next(&look, minute * MINUTE);
        gate = next;
        let found = match decided.outcome {
            Outcome::Go => "go",
            Outcome::Wait => "wait",
            Outcome::Unseen => "unseen",
            Outcome::RollBack => "roll back",
        };
        assert_eq!(found, expected, "{line}\n{decided:#?}");
    }
}

fn watch(script: &str) {
    check(terms(Some(0), 6), script);
}

#[test]
fn a_good_deployment_goes_at_the_end_and_not_before() {
    watch(
        "0 | 0/0 | wait
         3 | 0/3000 | wait
         5 | 1/5000 | wait
         6 | 1/6000 | go",
    );
}

#[test]
fn a_burn_rate_is_confirmed_across_a_moment_of_which_too_little_is_known() {
    watch(
        "2 | 30/2000 | wait
         3 | 30/2000 known 1 | wait
         4 | 60/3000 | roll back",
    );
}

#[test]
fn a_burn_rate_that_is_too_high_twice_rolls_back_at_once() {
    watch(
        "2 | 30/2000 | wait
         3 | 60/3000 | roll back",
    );
}

#[test]
fn the_same_samples_seen_twice_confirm_nothing() {
    watch(
        "3 | 30/2000 at 2 | wait
         4 | 30/2000 at 2 | wait
         5 | 60/3000 at 3 | roll back",
    );
}

#[test]
fn a_better_moment_between_begins_anew() {
    watch(
        "2 | 7/2000 | wait
         3 | 6/3000 | wait
         4 | 9/4000 | wait
         5 | 10/5000 | wait
         6 | 12/6000 | go",
    );
}

#[test]
fn what_is_too_high_at_the_end_rolls_back_without_a_second_look() {
    watch(
        "5 | 10/5000 | wait
         6 | 13/6000 | roll back",
    );
}

#[test]
fn at_the_edge_it_is_not_above() {
    check(terms(None, 0), "6 | 12/6000 | go");
    check(terms(None, 0), "6 | 12.001/6000 | roll back");
}

#[test]
fn few_errors_are_no_evidence() {
    watch(
        "3 | 1/10 | wait
         5 | 4/10 | wait
         6 | 4/10 | go",
    );
    check(terms(None, 0), "6 | 4.99/10 | go");
    check(terms(None, 0), "6 | 5/10 | roll back");
    check(terms(None, 0), "6 | 0/0 | go");
}

#[test]
fn blindness_neither_passes_nor_rolls_back() {
    watch(
        "2 | 0/2000 | wait
         4 | blind | wait
         6 | blind | unseen",
    );
    watch(
        "2 | blind | wait
         6 | 0/6000 | go",
    );
    check(terms(None, 0), "6 | blind | unseen");
    check(terms(None, 0), "6 | | unseen");
}

#[test]
fn blindness_between_two_bad_moments_hides_neither() {
    watch(
        "2 | 30/2000 | wait
         3 | blind | wait
         4 | 60/4000 | roll back",
    );
    watch(
        "2 | 30/2000 | wait
         6 | blind | unseen",
    );
}

#[test]
fn a_window_of_which_too_little_is_known_is_not_judged() {
    check(terms(None, 0), "1 | 500/1000 | unseen");
    check(terms(None, 0), "2 | 500/1000 | roll back");
    check(terms(None, 0), "6 | 0/1000 known 2 | unseen");
    check(terms(None, 0), "6 | 0/1000 known 3 | go");
}

#[test]
fn a_budget_that_is_too_small_rolls_back_at_once() {
    watch("1 | 0/0 left 9 | roll back");
    watch("1 | 0/0 left 10 | wait");
    check(terms(None, 0), "6 | 0/6000 left -40 | roll back");
}

#[test]
fn a_page_rolls_back_unless_it_fired_before() {
    watch("1 | 0/0 page 0 | roll back");
    watch(
        "1 | 0/0 page -1 | wait
         6 | 0/6000 page -1 | go",
    );
    watch("1 | 0/0 page -1 page 1 | roll back");
    check(terms(None, 0), "6 | 0/6000 page -100 | roll back");
}

#[test]
fn one_that_rolls_back_decides_and_one_that_is_unseen_comes_next() {
    check(terms(None, 0), "6 | 0/6000; blind; 60/6000 | roll back");
    check(terms(None, 0), "6 | 0/6000; blind | unseen");
    check(terms(None, 0), "6 | 0/6000; 4/10 | go");
}

#[test]
fn without_a_demand_only_pages_matter() {
    let none = Terms {
        max_burn: None,
        min_budget: None,
        ..terms(Some(0), 6)
    };
    check(none, "6 | 6000/6000 left -900 | go");
    check(none, "6 | 0/6000 page 2 | roll back");
    assert_eq!(Duration::minutes(1).as_ms() as i64, MINUTE);
}
