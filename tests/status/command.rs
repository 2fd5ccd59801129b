//! `status` against real and failing servers.

use std::path::Path;

use serde_json::Value;

use super::data;
use super::kit::fake::{Behaviour, Fake};
use super::shop;

/// Compares with a file beside this one; with `UPDATE=1` it is written.
pub fn golden(name: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/status/golden")
        .join(name);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, found).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(found, expected, "{}; UPDATE=1 writes it", path.display());
}

#[test]
fn every_slo_stands_as_its_history_says() {
    let folder = tempfile::tempdir().unwrap();
    let server = data::prometheus(folder.path());
    let case = shop::of(&shop::ALL);
    let url = server.url();
    let human = case.run(&["status", "--prometheus", &url]);
    golden(
        "shop.txt",
        &format!("{}---\n{}", human.stdout, human.stderr),
    );
    assert_eq!(human.code, 3, "two cannot be seen");
    let json = case.run(&["status", "--prometheus", &url, "--format", "json"]);
    let json: Value = serde_json::from_str(&json.stdout).unwrap();
    let states: Vec<&str> = json["slos"]
        .as_array()
        .unwrap()
        .iter()
        .map(|slo| slo["state"].as_str().unwrap())
        .collect();
    assert_eq!(states.len(), 9);
    golden("shop.json", &format!("{json:#}\n"));
    let some = case.run(&["status", "young", "shop/spent", "--prometheus", &url]);
    assert_eq!(some.code, 0, "{}", some.stderr);
    assert_eq!(
        some.stdout
            .lines()
            .filter(|line| line.starts_with("shop/"))
            .count(),
        2
    );
}

#[test]
fn lines_fit_into_a_terminal_however_long_names_are() {
    let folder = tempfile::tempdir().unwrap();
    let server = data::prometheus(folder.path());
    let mut all = shop::ALL.to_vec();
    all.push(shop::WIDE);
    let case = shop::of(&all);
    let url = server.url();
    let check = |command: &[&str], contains: &[&str]| {
        let outcome = case.run(&[command, &["--prometheus", &url]].concat());
        for line in outcome.stdout.lines() {
            assert!(line.chars().count() <= 80, "{line}\n{}", outcome.stdout);
        }
        for text in contains {
            assert!(outcome.stdout.contains(text), "{text}\n{}", outcome.stdout);
        }
    };
    let name = "shop/a-rather-long-name-of-something-tha";
    let wide = format!("{name}…red/since/they/came/in/pages/of/fifty\")\n");
    check(&["status"], &[&wide, "    page since 2026-11-20 23:24 UTC"]);
    let demands = [
        "gate",
        "--service",
        "shop",
        "--max-burn",
        "2",
        "--since",
        "9m",
    ];
    check(&demands, &[&wide, "burn rate 250 over 8 min is above\n"]);
}

#[test]
fn a_server_that_fails_leaves_everything_blind_with_the_reason() {
    let check = |behave: fn() -> Behaviour, reason: &str| {
        let fake = Fake::start(move |_| behave());
        let case = shop::of(&["burning"]);
        let outcome = case.run(&["status", "--prometheus", &fake.url()]);
        assert_eq!(outcome.code, 3, "{}{}", outcome.stdout, outcome.stderr);
        assert!(
            outcome.stdout.contains(reason),
            "{reason}: {}",
            outcome.stdout
        );
        assert!(outcome.stdout.contains("blind"), "{}", outcome.stdout);
    };
    check(
        || Behaviour::Answer(500, Vec::new(), "no".to_owned()),
        "status 500",
    );
    check(
        || Behaviour::Answer(503, Vec::new(), "no".to_owned()),
        "status 503",
    );
    check(
        || Behaviour::Answer(401, Vec::new(), "no".to_owned()),
        "401",
    );
    check(|| Behaviour::json("{"), "ends too early");
    check(
        || {
            Behaviour::json(
                r#"{"status":"error","errorType":"execution","error":"too many samples"}"#,
            )
        },
        "too many samples",
    );
    check(|| Behaviour::CutShort("{".to_owned()), "ends too early");
    check(
        || {
            Behaviour::json(
                r#"{"status":"success","data":{"resultType":"matrix","result":[]},"warnings":["store a is down"]}"#,
            )
        },
        "store a is down",
    );
    check(
        || Behaviour::json(r#"{"status":"success","data":{"resultType":"matrix","result":[]}}"#),
        "no series",
    );
    check(
        || {
            Behaviour::json(
                r#"{"status":"success","isPartial":true,"data":{"resultType":"matrix","result":[]}}"#,
            )
        },
        "calls it partial",
    );
}

#[test]
fn without_a_server_or_with_an_unknown_name_nothing_is_asked() {
    let case = shop::of(&["fine", "spent"]);
    let check = |arguments: &[&str], expected: &str| {
        let outcome = case.run(arguments);
        assert_eq!((outcome.code, outcome.stderr.as_str()), (2, expected));
    };
    check(
        &["status"],
        "error: no server is named: use `--prometheus URL` or BURNWATCH_PROMETHEUS_URL\n",
    );
    let server = ["--prometheus", "http://127.0.0.1:9"];
    check(
        &[&["status", "spend"], &server[..]].concat(),
        "error: no SLO is called `spend`; there are 2 SLOs\n",
    );
    check(
        &[&["status", "--service", "shp"], &server[..]].concat(),
        "error: no service with SLOs is called `shp`; `shop` is similar\n",
    );
}
