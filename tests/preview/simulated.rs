//! What would have paged, from a real Prometheus with a history, and what is said where there is none.

use std::fmt::Write as _;
use std::path::Path;

use burnwatch::preview::SIMULATED_MAX;
use tempfile::TempDir;

use super::rendered::rendered;
use super::run::{golden, json, preview};
use super::steady::{EMPTY, steady};
use crate::kit::fake::{Behaviour, Fake};
use crate::kit::prometheus::Prometheus;
use crate::kit::repository::{Repository, WORKSPACE, file, slo};
use crate::kit::tools::promtool;

/// Now, in Unix minutes: what `preview` is told here.
const NOW: i64 = 1_767_225_600 / 60;
const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;
/// How far back the history reaches.
const HISTORY: i64 = 35 * DAY;
/// Events of a minute.
const EVENTS: f64 = 100.0;

/// From when to when, in minutes before now, and the share of errors in that time.
type Incidents = [(i64, i64, f64)];

/// What happens all the time.
const ALWAYS: (i64, i64, f64) = (HISTORY, 0, 0.000_6);

/// Counters of a metric, scraped each minute.
fn counters(metric: &str, incidents: &Incidents) -> String {
    let mut text = format!("# TYPE {metric} counter\n");
    for code in ["200", "500"] {
        let mut value = 0.0;
        for minute in NOW - HISTORY..=NOW {
            let ago = NOW - minute;
            let share: f64 = incidents
                .iter()
                .filter(|(from, to, _)| ago < *from && ago >= *to)
                .map(|(_, _, share)| share)
                .sum();
            value += EVENTS * if code == "500" { share } else { 1.0 - share };
            writeln!(
                text,
                "{metric}_total{{job=\"x\",code=\"{code}\"}} {value} {}",
                minute * 60
            )
            .unwrap();
        }
    }
    text
}

/// A Prometheus with a history of three metrics.
fn prometheus(folder: &Path) -> Prometheus {
    let two = [
        ALWAYS,
        (20 * DAY, 20 * DAY - 40, 0.05),
        (9 * DAY, 9 * DAY - 90, 0.008),
    ];
    let three = [ALWAYS, (5 * DAY, 5 * DAY - 30, 0.2)];
    let texts = [
        counters("one", &[ALWAYS]),
        counters("two", &two),
        counters("three", &three),
    ];
    std::fs::write(folder.join("raw.om"), texts.concat() + "# EOF\n").unwrap();
    let arguments = [
        "tsdb",
        "create-blocks-from",
        "--max-block-duration=162h",
        "openmetrics",
        "raw.om",
        "data",
    ];
    promtool(folder, arguments).expect_success("filling");
    Prometheus::start(&folder.join("data"), &[])
}

/// A repository whose metrics are scraped each minute.
fn repository() -> Repository {
    let repository = Repository::new();
    repository.git(&["checkout", "-q", "main"]);
    let workspace = format!("{WORKSPACE}rules: {{scrape_interval: 1m, interval: 1m}}\n");
    repository.write("burnwatch.yaml", &workspace);
    repository.commit();
    repository.git(&["checkout", "-q", "-B", "work"]);
    repository
}

/// The objective of `shop/two` is raised, `shop/one` looks at one job, `till/three` is gone and `search/three` new.
fn changed() -> Repository {
    let repository = repository();
    let one = slo("one", "calm").replace("one_total", "'one_total{job=\"x\"}'");
    let two = slo("two", "loud").replace("99.9", "99.95");
    repository.write("slos/a.yaml", &file("shop", &[one, two]));
    repository.write(
        "slos/b.yaml",
        &file("search", &[slo("three", "loud").replace("99.9", "95")]),
    );
    repository
}

#[test]
fn both_definitions_are_held_against_the_same_history() {
    let folder = TempDir::new().unwrap();
    let prometheus = prometheus(folder.path());
    let (repository, url) = (changed(), prometheus.url());
    let outcome = preview(&repository, &["--base", "main", "--prometheus", &url]);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    golden("simulated", &repository, &outcome.stdout);
    rendered(&outcome.stdout);

    let json = json(&repository, &["--prometheus", &url]);
    let row = |slo: &str| {
        let rows = json["slos"].as_array().unwrap();
        rows.iter().find(|row| row["slo"] == slo).unwrap().clone()
    };
    let two = &row("shop/two")["simulation"];
    assert_eq!(
        (&two["old"]["pages"], &two["new"]["pages"]),
        (&1.into(), &2.into())
    );
    let seen = |row: &serde_json::Value| -> Vec<String> {
        let events = row["simulation"]["events"].as_array().unwrap().iter();
        events
            .map(|event| event["seen"].as_str().unwrap().to_string())
            .collect()
    };
    assert_eq!(seen(&row("shop/two")), ["both", "new"]);
    assert_eq!(seen(&row("till/three")), ["old"]);
    assert_eq!(row("shop/two")["effect"]["kind"], "budget-spent");
    // What is a change of words for burnwatch is the same for the server.
    let one = &row("shop/one")["simulation"];
    assert_eq!(one["old"], one["new"]);

    // A shorter time that ends earlier.
    let earlier = |at: &str| {
        let arguments = ["--prometheus", &url, "--from", "1d", "--at", at];
        super::run::json(&repository, &arguments)
    };
    let json = earlier("2025-12-13T00:00:00Z");
    assert_eq!(json["simulated"]["from"], "2025-12-12T00:00:00Z");
    assert_eq!(earlier("2025-12-13"), json);
    assert_eq!(earlier("19d"), json);
    let pages = json["slos"]
        .to_string()
        .matches("\"kind\":\"page\"")
        .count();
    assert_eq!(pages, 1);

    // What is known begins in the middle of that time.
    let at = [
        "--base",
        "main",
        "--prometheus",
        &url,
        "--at",
        "2025-12-05T00:00:00Z",
    ];
    let comment = preview(&repository, &at).stdout;
    assert!(
        comment.contains(": there is data since 2025-11-27 00:0"),
        "{comment}"
    );
}

#[test]
fn a_server_that_does_not_answer_fails_no_comment() {
    let repository = changed();
    let server = ["--base", "main", "--prometheus", "http://127.0.0.1:1"];
    let outcome = preview(&repository, &server);
    assert_eq!(outcome.code, 3, "{outcome:?}");
    assert!(
        outcome
            .stderr
            .ends_with("not everything could be simulated\n"),
        "{outcome:?}"
    );
    golden("unreachable", &repository, &outcome.stdout);
    let arguments = [&server[..], &["--online", "best-effort"]].concat();
    assert_eq!(preview(&repository, &arguments).code, 0);
    let arguments = [&server[..], &["--online", "best-effort", "--exit-code"]].concat();
    assert_eq!(preview(&repository, &arguments).code, 1);
}

#[test]
fn a_server_is_not_asked_where_nothing_changed() {
    let fake = Fake::start(|_| Behaviour::HangUp);
    let outcome = preview(
        &repository(),
        &["--base", "main", "--prometheus", &fake.url()],
    );
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert_eq!(fake.requests().len(), 0);
}

#[test]
fn what_a_server_says_is_shown_as_text() {
    let hostile = "@everyone <img src=x> [x](https://evil.example.com) | ```";
    let body = serde_json::json!({"status": "error", "errorType": "execution", "error": hostile});
    let fake = Fake::start(move |_| {
        Behaviour::Answer(
            422,
            vec!["Content-Type: application/json".to_owned()],
            body.to_string(),
        )
    });
    let outcome = preview(&changed(), &["--base", "main", "--prometheus", &fake.url()]);
    assert_eq!(outcome.code, 3, "{outcome:?}");
    assert!(
        outcome.stdout.contains("could not be simulated: "),
        "{outcome:?}"
    );
    let rendered = rendered(&outcome.stdout);
    assert!(!rendered.prose.contains("evil") && !rendered.prose.contains("everyone"));
}

#[test]
fn a_selector_that_matches_nothing_is_said_before_all_else() {
    let fake = steady(&["nowhere"]);
    let repository = repository();
    repository.replace(
        "slos/b.yaml",
        "three_total",
        "'three_total{job=\"nowhere\"}'",
    );
    let arguments = [
        "--base",
        "main",
        "--prometheus",
        &fake.url(),
        "--from",
        "6h",
    ];
    let outcome = preview(&repository, &arguments);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    golden("no-data", &repository, &outcome.stdout);
}

#[test]
fn so_many_slos_are_simulated_and_no_more() {
    let fake = Fake::start(|_| Behaviour::json(EMPTY));
    for (slos, left_out) in [(SIMULATED_MAX, 0), (SIMULATED_MAX + 1, 1)] {
        let repository = repository();
        let all: Vec<String> = (0..slos)
            .map(|at| slo(&format!("new_{at:03}"), "loud"))
            .collect();
        repository.write("slos/c.yaml", &file("search", &all));
        let arguments = ["--prometheus", &fake.url(), "--from", "1h"];
        let json = json(&repository, &arguments);
        let rows = json["slos"].as_array().unwrap();
        let beyond = rows
            .iter()
            .filter(|row| row["simulation"]["not_simulated"] == "beyond-limit");
        assert_eq!((rows.len(), beyond.count()), (slos, left_out));
    }
}
