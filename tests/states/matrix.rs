//! Rows of the reliability matrix that need no daemon, on whole pasts; and what tiers must do by the theory.

use burnwatch::alert::State;
use burnwatch::evaluate::{Feed, GROUPS_MAX};
use burnwatch::plan;

use crate::slos;
use crate::track::{BEGIN_MS, MINUTE_MS, WORKSPACE, counts, episodes, file, group, past};

const PAGES_ONLY: &str = "    alerting:\n      tiers:\n        - {name: fast, severity: page, budget: 2%, long: 1h, short: 5m}\n        - {name: slow, severity: page, budget: 5%, long: 6h, short: 30m}\n";

fn check(fields: &str, text: &str, after: &str, expected: &[&str]) {
    let past = past(fields, &counts(&[("", text)]), after);
    assert_eq!(episodes(&past), expected, "{text}");
}

/// SRE workbook, chapter 5: 15 % errors spend 2 % of the budget in 5m46s, and the fast tier resets within 5m of their end; the
/// slow one after 28m48s.
#[test]
fn an_outage_pages_when_the_theory_says_and_resets() {
    check(
        PAGES_ONLY,
        "4d 60000/h, 10m 60000/h 15%, 6h 60000/h",
        "3d",
        &["page 0 4d6m..4d15m"],
    );
}

/// At burn exactly 1 nothing may page, however long it goes on.
#[test]
fn burning_exactly_the_budget_pages_nobody() {
    check(PAGES_ONLY, "6d 60000/h 0.1%", "3d", &[]);
}

#[test]
fn e17_one_error_of_two_requests_pages_nobody() {
    check("", "4d 1/h, 2h 1/h 50%, 4d 1/h", "3d", &[]);
}

/// errors that come and go every two minutes while the long window is just at its threshold. What the short window lets
/// through `keep_firing_for` holds together.
#[test]
fn e16_a_burn_that_swings_around_its_threshold_pages_once() {
    let mut text = "4d 60000/h".to_owned();
    for _ in 0..60 {
        text.push_str(", 2m 60000/h 1.8%, 2m 60000/h 1.1%");
    }
    text.push_str(", 1h 60000/h");
    let fast = |more: &str| {
        format!(
            "    alerting:\n      tiers:\n        - {{name: fast, severity: page, budget: 2%, long: 1h, short: 5m{more}}}\n"
        )
    };
    let pages = |fields: &str| episodes(&past(fields, &counts(&[("", &text)]), "3d")).len();
    assert!(pages(&fast("")) > 1);
    assert_eq!(pages(&fast(", keep_firing_for: 5m")), 1);
}

/// the same around the threshold of the short window, which alone decides while the long one burns.
#[test]
fn e16_an_incident_with_pauses_shorter_than_the_short_window_pages_once() {
    let mut text = "4d 60000/h, 10m 60000/h 20%".to_owned();
    for _ in 0..12 {
        text.push_str(", 3m 60000/h, 2m 60000/h 20%");
    }
    text.push_str(", 1h 60000/h");
    let past = past(PAGES_ONLY, &counts(&[("", &text)]), "3d");
    assert_eq!(episodes(&past).len(), 1, "{:?}", episodes(&past));
}

/// What vanishes in the middle of an incident is held, and blind.
#[test]
fn e4_a_series_that_vanishes_is_held_and_resolves_when_it_is_seen_well() {
    let text = "4d 60000/h, 10m 60000/h 100%, 2h gone, 1h 60000/h";
    let past = past(PAGES_ONLY, &counts(&[("", text)]), "3d");
    let found = episodes(&past);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].starts_with("page 0+1 4d1m..") || found[0].starts_with("page 0 4d1m.."),
        "{found:?}"
    );
    let incident = past.incidents("page").next().unwrap();
    let back_ms = BEGIN_MS + (4 * 1_440 + 130) * MINUTE_MS;
    assert!(incident.episode.resolved_ms.unwrap() > back_ms);
    let gone = (BEGIN_MS + (4 * 1_440 + 10) * MINUTE_MS, back_ms);
    assert_eq!(past.blind, [gone]);
}

#[test]
fn e4_what_was_never_seen_is_blind_and_pages_nobody() {
    let past = past(PAGES_ONLY, &counts(&[("", "2d gone")]), "1d");
    assert!(past.groups.is_empty());
    assert_eq!(
        past.blind,
        [(
            BEGIN_MS + 1_440 * MINUTE_MS,
            BEGIN_MS + 2 * 1_440 * MINUTE_MS
        )]
    );
}

#[test]
fn e3_zero_traffic_is_not_blind_and_pages_nobody() {
    let past = past(PAGES_ONLY, &counts(&[("", "4d 60000/h, 2d 0/h")]), "3d");
    assert_eq!(episodes(&past), Vec::<String>::new());
    assert_eq!(past.blind, []);
    assert_eq!(past.groups[&group("")].state, Some(State::Ok));
}

#[test]
fn e3_numbers_that_are_no_counts_are_not_known() {
    let (slos, settings) = slos::read(WORKSPACE, &file(""));
    let plan = plan::plan(&slos[0], slos[0].windows);
    let feed = Feed::of(&plan, &settings, "1m".parse().unwrap());
    let scale = 60.0 / 75.0;
    let check = |events: f64, part: Option<f64>, expected: Option<(f64, f64)>| {
        let found = feed.contents(events, part).map(|c| (c.events, c.errors));
        assert_eq!(found, expected, "{events} {part:?}");
    };
    check(75.0, Some(15.0), Some((75.0 * scale, 15.0 * scale)));
    check(75.0, None, Some((75.0 * scale, 0.0)));
    check(0.0, Some(0.0), Some((0.0, 0.0)));
    check(-0.0, None, Some((0.0, 0.0)));
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        check(number, Some(0.0), None);
        check(75.0, Some(number), None);
    }
    check(-1.0, None, None);
    check(1e300, None, None);
    check(75.0, Some(-1e300), None);
}

/// Good events are taken from all events. Where Prometheus says that there are far more of them, that says nothing of errors:
/// after a restart it can extrapolate one of both much further than the other.
#[test]
fn more_good_events_than_events_are_no_errors() {
    let text = file("").replace("errors_where: code=\"500\"", "good: good_total");
    let (slos, settings) = slos::read(WORKSPACE, &text);
    let plan = plan::plan(&slos[0], slos[0].windows);
    let feed = Feed::of(&plan, &settings, "1m".parse().unwrap());
    assert!(feed.part.contains("good_total"), "{}", feed.part);
    let check = |good: f64, errors: f64| {
        let found = feed.contents(1_000.0, Some(good)).unwrap().errors;
        assert!((found - errors * 0.8).abs() < 1e-9, "{good}: {found}");
    };
    check(990.0, 10.0);
    // A moment later there are a few more.
    check(1_010.0, -10.0);
    check(1_012.0, 0.0);
}

/// A group that is not there while others are had no events; all of them gone is another matter.
#[test]
fn a_group_that_goes_is_quiet_while_others_are_there() {
    let grouped = format!("    group_by: [route]\n{PAGES_ONLY}");
    let counts = counts(&[
        ("/a", "4d 60000/h, 10m 60000/h 100%, 8h gone"),
        ("/b", "5d 60000/h"),
        ("/c", "4d gone, 12h 60000/h"),
    ]);
    let past = past(&grouped, &counts, "3d");
    let found = episodes(&past);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].starts_with("/a page") && !found[0].ends_with("open"),
        "{found:?}"
    );
    assert_eq!(past.blind, []);
    assert_eq!(past.groups.len(), 3);
}

#[test]
fn e5_groups_beyond_the_most_are_counted_and_the_others_watched() {
    let grouped = format!("    group_by: [route]\n{PAGES_ONLY}");
    let names: Vec<String> = (0..GROUPS_MAX + 3).map(|at| format!("/{at:05}")).collect();
    let groups: Vec<(&str, &str)> = names
        .iter()
        .map(|name| (name.as_str(), "10m 600/h"))
        .collect();
    let past = past(&grouped, &counts(&groups), "1m");
    assert_eq!((past.groups.len(), past.groups_refused), (GROUPS_MAX, 3));
}

/// A service that is new has spent nothing before its birth, and pages from its first minutes on.
#[test]
fn a_service_that_is_new_pages_at_once_and_makes_no_tickets_of_a_little() {
    let past = past(
        "",
        &counts(&[("", "1d gone, 2m 60000/h, 30m 60000/h 100%")]),
        "1m",
    );
    let found = episodes(&past);
    assert!(
        found.iter().any(|episode| episode.starts_with("page 0")),
        "{found:?}"
    );
    let little = crate::track::past("", &counts(&[("", "1d gone, 3h 60000/h 0.35%")]), "1m");
    assert_eq!(episodes(&little), Vec::<String>::new());
}

/// Missing data is an alert only where it is asked for, and never zero traffic.
#[test]
fn missing_data_alerts_after_its_time() {
    let fields = "    alerting:\n      no_data: {severity: ticket, after: 30m}\n      tiers:\n        - {name: fast, severity: page, budget: 2%, long: 1h, short: 5m}\n";
    let past = past(
        fields,
        &counts(&[("", "1d 600/h, 20m gone, 1h 0/h, 1h gone, 1h 600/h")]),
        "1h",
    );
    let since = |ms: i64| (ms - BEGIN_MS) / MINUTE_MS - 1_440;
    let found: Vec<_> = past
        .missing
        .iter()
        .map(|e| {
            (
                e.severity.as_str(),
                since(e.opened_ms),
                e.resolved_ms.map(since),
            )
        })
        .collect();
    assert_eq!(found, [("ticket", 111, Some(141))]);
}
