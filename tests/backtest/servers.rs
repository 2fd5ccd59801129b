//! Backtests from servers: a real Prometheus with a known history, one that is down, and one that refuses some questions.

use std::fs;

use serde_json::Value;

use super::files::OUTAGE;
use super::history::{BEGIN_S, DAY, openmetrics, route};
use super::kit::fake::{Behaviour, Fake};
use super::kit::prometheus::Prometheus;
use super::kit::tools::promtool;
use super::workspace::{episodes, json, workspace};

/// Numbers in a text, and the text without them.
fn apart(text: &str) -> (String, Vec<i64>) {
    let is_word = |c: char| c.is_ascii_digit();
    let mut numbers = Vec::new();
    let mut rest = String::new();
    let mut digits = String::new();
    for c in text.chars().chain([' ']) {
        if is_word(c) {
            digits.push(c);
            continue;
        }
        if let Ok(number) = digits.parse() {
            numbers.push(number);
            rest.push('#');
        }
        digits.clear();
        rest.push(c);
    }
    (rest, numbers)
}

/// Whether two lines say the same but for a minute here and there.
fn assert_near(found: &[String], expected: &[String]) {
    assert_eq!(found.len(), expected.len(), "{found:#?} {expected:#?}");
    for (found, expected) in found.iter().zip(expected) {
        let ((text, times), (other, others)) = (apart(found), apart(expected));
        let is_near = times.iter().zip(&others).all(|(a, b)| (a - b).abs() <= 1);
        assert!(text == other && is_near, "{found}\nand not\n{expected}");
    }
}

#[test]
fn a_server_says_what_files_of_the_same_counts_say() {
    let folder = tempfile::tempdir().unwrap();
    let routes = [
        route("/cart", 10 * DAY, 600, (0, 0), 0),
        route("/pay", 10 * DAY, 600, (7_000, 7_030), 10),
    ];
    let text = openmetrics(&routes);
    fs::write(folder.path().join("raw.om"), &text).unwrap();
    let arguments = [
        "tsdb",
        "create-blocks-from",
        "openmetrics",
        "raw.om",
        "data",
    ];
    promtool(folder.path(), arguments).expect_success("promtool");
    let prometheus = Prometheus::start(&folder.path().join("data"), &[]);
    let url = prometheus.url();
    let case = workspace().file("a.om", &text);
    let told = |slo: &str| {
        let server = [
            "--prometheus",
            &url,
            "--from",
            "2026-10-22",
            "--to",
            "2026-11-01",
        ];
        case.run(&[&["backtest", slo, "--format", "json"], &server[..]].concat())
    };
    let from_server = |slo: &str| json(&told(slo));
    let from_file =
        |slo: &str| json(&case.run(&["backtest", slo, "--format", "json", "--data", "a.om"]));

    let expected = [format!("/pay {OUTAGE}")];
    let value = from_server("routes");
    assert_near(&episodes(&value, BEGIN_S), &expected);
    assert_near(&episodes(&from_file("routes"), BEGIN_S), &expected);
    assert_eq!(value["slos"][0]["data_from"], "2026-10-22T00:00:00Z");

    for slo in ["availability", "monthly"] {
        let (server, file) = (from_server(slo), from_file(slo));
        assert_near(&episodes(&server, BEGIN_S), &episodes(&file, BEGIN_S));
        assert_eq!(
            episodes(&server, BEGIN_S).len(),
            1,
            "half of the requests fail with a twentieth"
        );
        let left = |value: &Value| {
            value["slos"][0]["groups"][0]["budget_left"]
                .as_f64()
                .unwrap()
        };
        assert!(
            (left(&server) - left(&file)).abs() < 1e-3,
            "{} {}",
            left(&server),
            left(&file)
        );
    }

    let nothing: Value = serde_json::from_str(&told("reachable").stdout).unwrap();
    assert_eq!(nothing["slos"][0]["notes"][0], "there is no data at all");
    let human = case.run(&[
        "backtest",
        "reachable",
        "--prometheus",
        &url,
        "--to",
        "2026-11-01",
    ]);
    assert!(
        human.stdout.starts_with("checkout/reachable: no data\n"),
        "{}",
        human.stdout
    );
    assert_eq!(human.code, 3, "{}", human.stderr);
}

#[test]
fn a_server_that_is_down_is_not_calm() {
    let outcome = workspace().run(&[
        "backtest",
        "--prometheus",
        "http://127.0.0.1:1",
        "--format",
        "json",
    ]);
    assert_eq!(outcome.code, 3, "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("4 of 4 SLOs could not be told"),
        "{}",
        outcome.stderr
    );
    let value: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let reasons: Vec<&str> = value["slos"]
        .as_array()
        .unwrap()
        .iter()
        .map(|slo| slo["unanswered"].as_str().unwrap())
        .collect();
    assert!(reasons[0].contains("cannot be reached"), "{}", reasons[0]);
    assert!(
        reasons[3].starts_with("not asked: the server could not be reached for 3 others"),
        "{}",
        reasons[3]
    );
}

#[test]
fn an_slo_that_cannot_be_told_stops_no_other() {
    let fake = Fake::start(|request| {
        match request.body.contains("probe_success") {
        true => Behaviour::Answer(
            422,
            vec!["Content-Type: application/json".to_owned()],
            r#"{"status":"error","errorType":"execution","error":"query processing would load too many samples"}"#.to_owned(),
        ),
        false => Behaviour::json(r#"{"status":"success","data":{"resultType":"matrix","result":[]}}"#),
    }
    });
    let outcome = workspace().run(&["backtest", "--prometheus", &fake.url()]);
    assert_eq!(outcome.code, 3, "{}", outcome.stderr);
    assert_eq!(outcome.stderr, "4 of 4 SLOs could not be told\n");
    assert!(
        outcome.stdout.contains("checkout/availability: no data\n"),
        "{}",
        outcome.stdout
    );
    let refused = "checkout/reachable: not known\n  the range of";
    assert!(outcome.stdout.contains(refused), "{}", outcome.stdout);
    let words: Vec<&str> = outcome.stdout.split_whitespace().collect();
    let words = words.join(" ");
    assert!(words.contains("would load too many samples"), "{words}");
}
