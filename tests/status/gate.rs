//! `gate` from outside: real histories, failing servers, wrong usage, signals.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use super::case::{Case, Outcome};
use super::command::golden;
use super::data;
use super::kit::fake::{Behaviour, Fake};
use super::shop;

#[test]
fn a_history_decides() {
    let folder = tempfile::tempdir().unwrap();
    let server = data::prometheus(folder.path());
    let case = shop::of(&shop::ALL);
    let mut shown = String::new();
    let mut check = |code: u8, arguments: &[&str]| {
        let url = server.url();
        let outcome = case.run(&[&["gate"], arguments, &["--prometheus", &url]].concat());
        shown.push_str(&format!(
            "$ gate {}\n{}{}exit {}\n\n",
            arguments.join(" "),
            outcome.stdout,
            outcome.stderr,
            outcome.code
        ));
        assert_eq!(outcome.code, code, "{arguments:?}\n{outcome:?}");
    };
    let demands = ["--max-burn", "2", "--min-budget", "10%"];
    let mut of = |code: u8, name: &str, more: &[&str]| {
        check(code, &[&["--slo", name], &demands[..], more].concat());
    };
    of(0, "young", &[]);
    of(1, "burning", &[]);
    of(1, "burning", &["--since", "10m"]);
    of(1, "burning", &["--since", "1h", "--watch", "15m"]);
    of(1, "spent", &[]);
    of(1, "routes", &["--since", "20m"]);
    of(0, "quiet", &[]);
    of(3, "gone", &[]);
    of(3, "never", &[]);
    of(3, "fine", &["--since", "2m"]);
    of(0, "fine", &["--since", "2026-11-20T23:50:00Z"]);
    check(0, &["--slo", "burning", "--since", "10m"]);
    check(1, &["--slo", "young", "--min-budget", "96%"]);
    check(0, &["--slo", "young", "--format", "json"]);
    // `page-6h` joins an incident that `page-1h` opened before that.
    check(1, &["--slo", "burning", "--since", "34m"]);
    check(1, &["--service", "shop", "--max-burn", "2"]);
    check(
        1,
        &["--slo", "burning", "--max-burn", "2", "--format", "json"],
    );
    golden("gate.txt", &shown);
}

fn ask(case: &Case, url: &str, more: &[&str]) -> Outcome {
    let fixed = [
        "gate",
        "--slo",
        "burning",
        "--max-burn",
        "2",
        "--prometheus",
        url,
    ];
    case.run(&[&fixed[..], more].concat())
}

#[test]
fn a_server_that_fails_never_lets_pass_and_never_rolls_back() {
    let check = |behave: fn() -> Behaviour| {
        let fake = Fake::start(move |_| behave());
        let outcome = ask(&shop::of(&["burning"]), &fake.url(), &[]);
        assert_eq!(outcome.code, 3, "{outcome:?}");
        assert!(
            outcome.stdout.starts_with("could not check: 1 SLO\n"),
            "{outcome:?}"
        );
    };
    check(|| Behaviour::Answer(500, Vec::new(), String::new()));
    check(|| Behaviour::HangUp);
    check(|| Behaviour::json("{}"));
    check(|| Behaviour::json(r#"{"status":"success","data":{"resultType":"matrix","result":[]}}"#));
}

#[test]
fn what_is_wrong_with_the_call_is_no_decision() {
    let case = shop::of(&["burning", "fine"]);
    let check = |arguments: &[&str], says: &str| {
        let outcome = case.run(&[&["gate"], arguments].concat());
        assert_eq!((outcome.code, &*outcome.stdout), (2, ""), "{outcome:?}");
        assert!(outcome.stderr.contains(says), "{says}\n{}", outcome.stderr);
    };
    let url = ["--prometheus", "http://127.0.0.1:9"];
    let with = |arguments: &[&'static str]| [arguments, &url[..]].concat();
    check(&with(&[]), "--slo <SLO>");
    check(&["--slo", "burning"], "no server is named");
    check(&with(&["--slo", "burnin"]), "`shop/burning` is similar");
    check(&with(&["--service", "shp"]), "`shop` is similar");
    check(
        &with(&["--slo", "fine"]),
        "nothing can stop this deployment",
    );
    let burning = |more: &[&'static str]| with(&[&["--slo", "burning"], more].concat());
    check(&burning(&["--max-burn", "-1"]), "not below 0");
    check(&burning(&["--min-budget", "101%"]), "between 0% and 100%");
    check(&burning(&["--min-budget", "x"]), "--min-budget");
    check(&burning(&["--watch", "4m59s"]), "`--watch` is at least 5m");
    check(&burning(&["--watch", "24h1s"]), "`--watch` is at most 1d");
    check(
        &burning(&["--watch", "5m", "--interval", "9s"]),
        "`--interval` is at least 10s",
    );
    check(
        &burning(&["--window", "1m59s"]),
        "`--window` is at least 2m",
    );
    check(&burning(&["--since", "25h"]), "at most 1d ago");
    check(
        &burning(&["--since", "2027-01-01T00:00:00Z"]),
        "in the future",
    );
    check(
        &burning(&["--since", "yesterday"]),
        "`yesterday` is no time",
    );
}

#[test]
fn an_error_in_the_files_is_no_reason_to_roll_back() {
    let case =
        shop::of(&["burning"]).file("slos/broken.yaml", "apiVersion: burnwatch/v1\nservice: [\n");
    let outcome = ask(&case, "http://127.0.0.1:9", &[]);
    assert_eq!((outcome.code, &*outcome.stdout), (2, ""), "{outcome:?}");
}

#[cfg(unix)]
#[test]
fn a_signal_ends_a_watch_without_a_decision() {
    for signal in ["INT", "TERM"] {
        let fake = Fake::start(|_| Behaviour::Answer(500, Vec::new(), String::new()));
        let case = shop::of(&["burning"]);
        let mut child = Command::new(env!("CARGO_BIN_EXE_burnwatch"))
            .current_dir(case.path())
            .args([
                "gate",
                "--slo",
                "burning",
                "--max-burn",
                "2",
                "--watch",
                "15m",
            ])
            .args(["--prometheus", &fake.url()])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap()).lines();
        let first = stderr.next().unwrap().unwrap();
        // The server was asked several times before that.
        let waits = first.starts_with("wait: 1") && first.contains(" left; shop/burning: ");
        assert!(waits, "{first}");
        crate::kit::signal::send(child.id(), signal);
        let last = stderr.next().unwrap().unwrap();
        assert_eq!(last, format!("stopped by SIG{signal}: nothing is decided"));
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(3), 0));
    }
}
