//! Files that are at fault, hostile or of something else: each with its line and what is expected.

use std::fs::File;

use burnwatch::archive::fault::FAULTS_MAX;
use burnwatch::archive::{
    DATA_MAX_BYTES, GROUPS_READ_MAX, LINE_MAX_BYTES, ROWS_MAX, SERIES_MAX, STEPS_MAX,
};

use super::case::Outcome;
use super::history::BEGIN_S;
use super::workspace::workspace;

fn backtest(slo: &str, file: &str, text: &str) -> Outcome {
    let case = workspace().file(file, text);
    case.run(&["backtest", slo, "--data", file])
}

fn check(slo: &str, file: &str, text: &str, expected: &str) {
    let outcome = backtest(slo, file, text);
    let found: Vec<String> = outcome
        .stderr
        .lines()
        .map(|line| line.chars().take(400).collect())
        .collect();
    assert_eq!(
        (outcome.code, outcome.stdout.as_str()),
        (2, ""),
        "{found:?}"
    );
    let is_said = found
        .first()
        .is_some_and(|line| line.starts_with(&format!("error: {expected}")));
    assert!(is_said, "{found:#?}\nand not\n{expected}");
}

const HEAD: &str = "time,events,errors\n";

#[test]
fn faults_of_a_csv_are_named_with_their_lines() {
    let check = |text: &str, expected: &str| check("availability", "a.csv", text, expected);
    let rows = |rows: &str| format!("{HEAD}{rows}");
    check(
        "",
        "`a.csv`: it is empty; the header is `time,events,errors`",
    );
    check(
        "time;events;errors\n",
        "a.csv:1: there is no column `time`; the header is",
    );
    check("time,events\n1,2\n", "a.csv:1: there is no column `errors`");
    check(
        "time,events,errors,code\n",
        "a.csv:1: the column `code` is not known",
    );
    check(
        "time,events,errors,time\n",
        "a.csv:1: the column `time` is there twice",
    );
    check(&rows("60,1\n"), "a.csv:2: 2 fields where the header has 3");
    check(
        &rows("60,1,0\nyesterday,1,0\n"),
        "a.csv:3: `time` is `yesterday`; Unix seconds or RFC 3339",
    );
    check(
        &rows("1793714400000,1,0\n"),
        "a.csv:2: `time` is `1793714400000`, which looks like milliseconds; Unix seconds are expected: `1793714400`",
    );
    check(
        &rows("1e20,1,0\n"),
        "a.csv:2: `time` is `1e20`; Unix seconds or RFC 3339",
    );
    check(
        &rows("-60,1,0\n"),
        "a.csv:2: `time` is `-60`, which lies before 1970",
    );
    check(
        &rows("1969-12-31T23:59:59Z,1,0\n"),
        "a.csv:2: `time` is `1969-12-31T23:59:59Z`, which lies before 1970",
    );
    check(
        &rows("60,1,0\n0,1,0\n"),
        "a.csv:3: the step of 60 s that ends here, at 0 s, begins before 1970: is `time` in Unix seconds?",
    );
    check(
        &rows("60,-1,0\n"),
        "a.csv:2: `events` is `-1`; a count is expected",
    );
    check(
        &rows("60,1e999,0\n"),
        "a.csv:2: `events` is `1e999`; a count is expected",
    );
    check(
        &rows("60,NaN,0\n"),
        "a.csv:2: `events` is `NaN`; a count is expected",
    );
    check(&rows("60,1,2\n"), "a.csv:2: 2 errors among 1 events");
    check(
        &rows("60,1,0\n60,1,0\n"),
        "a.csv:3: this time is that of line 2 already",
    );
    check(&rows("60,1,0\n"), "`a.csv`: it has fewer than two times");
    check(
        &rows("60,1,0\n120,1,0\n210,1,0\n"),
        "a.csv:4: 90 s after the time before, where steps are 60 s",
    );
    check(&rows("60,\"1,0\n"), "a.csv:2: a quote is not closed");
    check(HEAD, "`a.csv`: it has fewer than two times");
}

#[test]
fn faults_of_counters_are_named_with_their_lines() {
    let check = |text: &str, expected: &str| check("availability", "a.om", text, expected);
    let series = "http_requests_total{job=\"checkout\",code=\"200\"}";
    check(
        &format!("{series} 1 60\n"),
        "`a.om`: it does not end with `# EOF`",
    );
    check(
        &format!("# EOF\n{series} 1 60\n"),
        "a.om:2: there is something behind the `# EOF` of line 1",
    );
    check(
        &format!("{series} x 60\n# EOF\n"),
        "a.om:1: the value is `x`",
    );
    check(
        &format!("{series} 1\n# EOF\n"),
        "a.om:1: there is no time behind the value; Unix seconds",
    );
    check(
        "http_requests_total{job=checkout} 1 60\n# EOF\n",
        "a.om:1: at `job=checkout`: labels are expected",
    );
    check(
        &format!("{series} 1 60\n{series} 2 60\n# EOF\n"),
        "`a.om`: a series has two values at the Unix time 60 s",
    );
    check(
        &format!("{series} 1 60\n# EOF\n"),
        "`a.om`: no series has two samples",
    );
    check(
        "other_total 1 60\n# EOF\n",
        "`a.om`: there is no series of `http_requests_total{job=\"checkout\"}` in it",
    );
}

#[test]
fn what_is_no_data_or_of_several_slos_is_refused() {
    check(
        "availability",
        "a.txt",
        "hello\n",
        "`a.txt`: CSV with the header `time,events,errors`, or OpenMetrics",
    );
    check(
        "checkout/*",
        "a.csv",
        HEAD,
        "`a.csv`: a CSV holds the counts of one SLO, and 4 are chosen; name one",
    );
    check(
        "reachable",
        "a.om",
        "# EOF\n",
        "`a.om`: the SLI of `checkout/reachable` is more than sums of counters",
    );
    check(
        "routes",
        "a.csv",
        HEAD,
        "a.csv:1: there is no column `route`; the header is `time,events,errors,route`",
    );
    let outcome = workspace().run(&["backtest", "availability", "--data", "none.csv"]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("none.csv"), "{}", outcome.stderr);
}

#[test]
fn bytes_that_are_no_text_are_named() {
    let case = workspace().bytes("a.csv", b"time,events,errors\n60,1,\xff\n");
    let outcome = case.run(&["backtest", "availability", "--data", "a.csv"]);
    assert_eq!(outcome.stderr, "error: a.csv:2: byte 6 is not UTF-8\n");
}

#[test]
fn so_many_faults_are_said_and_no_more() {
    let text = format!("{HEAD}{}", "x,1,0\n".repeat(FAULTS_MAX + 1));
    assert_eq!(
        backtest("availability", "a.csv", &text)
            .stderr
            .lines()
            .count(),
        FAULTS_MAX
    );
}

#[test]
fn a_line_has_an_edge() {
    let row = |length: usize| {
        format!(
            "{HEAD}60,1,{}\n120,1,0\n",
            "0".repeat(length - "60,1,".len())
        )
    };
    assert_eq!(
        backtest("availability", "a.csv", &row(LINE_MAX_BYTES)).code,
        0
    );
    check(
        "availability",
        "a.csv",
        &row(LINE_MAX_BYTES + 1),
        "a.csv:2: the line is longer than 65536 bytes",
    );
}

#[test]
fn groups_have_an_edge_and_those_beyond_the_watched_are_said() {
    let rows = |groups: usize| -> String {
        let rows = (0..groups).map(|group| format!("60,1,0,g{group}\n120,1,0,g{group}\n"));
        std::iter::once("time,events,errors,route\n".to_string())
            .chain(rows)
            .collect()
    };
    let outcome = backtest("routes", "a.csv", &rows(GROUPS_READ_MAX));
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(
        outcome
            .stdout
            .contains("note: 9000 groups more are not watched"),
        "{}",
        outcome.stdout
    );
    let line = 2 * GROUPS_READ_MAX + 2;
    check(
        "routes",
        "a.csv",
        &rows(GROUPS_READ_MAX + 1),
        &format!("a.csv:{line}: at most 10000 groups are read"),
    );
}

#[test]
fn series_have_an_edge() {
    let series = |count: usize| -> String {
        let one = |at| format!("http_requests_total{{job=\"other\",at=\"{at}\"}} 1 60\n");
        (0..count).map(one).chain(["# EOF\n".to_string()]).collect()
    };
    check(
        "availability",
        "a.om",
        &series(SERIES_MAX),
        "`a.om`: there is no series of",
    );
    check(
        "availability",
        "a.om",
        &series(SERIES_MAX + 1),
        "a.om:50001: at most 50000 series of a metric are read",
    );
}

#[test]
fn rows_have_an_edge() {
    let text = |rows: usize| format!("{HEAD}{}", "60,0,0\n".repeat(rows));
    check(
        "availability",
        "a.csv",
        &text(ROWS_MAX),
        "a.csv:3: this time is that of line 2 already",
    );
    let line = ROWS_MAX + 2;
    check(
        "availability",
        "a.csv",
        &text(ROWS_MAX + 1),
        &format!("a.csv:{line}: at most {ROWS_MAX} rows are read"),
    );
}

#[test]
fn the_time_from_beginning_to_end_has_an_edge() {
    let text = |steps: i64| {
        let time = |step: i64| BEGIN_S + (step - STEPS_MAX) * 60;
        format!(
            "{HEAD}{},1,0\n{},1,0\n{},1,0\n",
            time(1),
            time(2),
            time(steps)
        )
    };
    let case = workspace().file("a.csv", &text(STEPS_MAX));
    let outcome = case.run(&[
        "backtest",
        "availability",
        "--data",
        "a.csv",
        "--from",
        "1h",
    ]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    check(
        "availability",
        "a.csv",
        &text(STEPS_MAX + 1),
        "`a.csv`: from its first time to its last there are 1100001 steps",
    );
}

#[test]
fn a_file_has_an_edge() {
    let case = workspace();
    let file = File::create(case.path().join("a.csv")).unwrap();
    file.set_len(DATA_MAX_BYTES as u64 + 1).unwrap();
    let outcome = case.run(&["backtest", "availability", "--data", "a.csv"]);
    assert_eq!(
        outcome.stderr,
        "error: `a.csv`: it is longer than 256 MiB\n"
    );
    file.set_len(DATA_MAX_BYTES as u64).unwrap();
    let outcome = case.run(&["backtest", "availability", "--data", "a.csv"]);
    assert_eq!(
        outcome.stderr,
        "error: a.csv:1: the line is longer than 65536 bytes\n"
    );
}

#[test]
fn wrong_usage_says_what_would_be_right() {
    let case = workspace().file("a.csv", "time,events,errors\n60,1,0\n120,1,0\n");
    let check = |arguments: &[&str], expected: &str| {
        let outcome = case.run(&[&["backtest"], arguments].concat());
        assert_eq!(outcome.code, 2, "{}", outcome.stderr);
        assert!(outcome.stderr.contains(expected), "{}", outcome.stderr);
    };
    check(
        &["checkout/avialability"],
        "no SLO is called `checkout/avialability`; `checkout/availability` is similar",
    );
    check(&[], "nobody to ask: name a server with `--prometheus URL`");
    check(
        &["availability", "--severity", "pages"],
        "no alert has the severity `pages`; `page` is similar",
    );
    check(
        &["--prometheus", "http://127.0.0.1:1", "--data", "a.csv"],
        "cannot be used with",
    );
    check(
        &["--from", "soon"],
        "how long ago is expected, such as `30d`, or a time",
    );
    check(
        &["--format", "jsn"],
        "there is no format `jsn`; there are `human`, `json`, `html`",
    );
    check(
        &["--format", "json", "--format", "html"],
        "two formats cannot both go to stdout",
    );
    let server = ["--prometheus", "http://127.0.0.1:1"];
    let check_times =
        |times: &[&str], expected: &str| check(&[&server[..], times].concat(), expected);
    check_times(&["--to", "2026-12-01"], "`--to` lies in the future");
    check_times(
        &["--from", "2026-11-02", "--to", "2026-11-01"],
        "`--from` does not lie before `--to`",
    );
    check_times(
        &["--from", "3y"],
        "`--from` lies too far back: in steps of 1m a backtest covers at most 763d",
    );
    let data = ["availability", "--data", "a.csv"];
    check(&[&data[..], &["--format", "json=a.csv"]].concat(), "a.csv");
    assert!(
        case.read("a.csv").unwrap().starts_with("time"),
        "the data is not written over"
    );
    check(
        &[&data[..], &["--format", "json=slos/checkout.yaml"]].concat(),
        "checkout.yaml",
    );
}

/// Bytes that a reader may stumble over.
const ODD: &[u8] = b"{}\"\\,=# \t\r\n0-9e.NaxT:Z\xff\xc3\x00";

#[test]
fn damaged_files_are_read_or_refused_and_never_more() {
    let routes = [super::history::route("/pay", 20, 600, (5, 10), 10)];
    let texts = [
        ("a.csv", super::history::csv(&routes, 1, true)),
        ("a.om", super::history::openmetrics(&routes)),
    ];
    let case = workspace();
    let mut state: u64 = 5;
    let mut below = |limit: usize| {
        // Knuth's linear congruential generator: the same damage in every run.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % limit
    };
    for at in 0..300 {
        let (file, text) = &texts[at % texts.len()];
        let mut bytes = text.clone().into_bytes();
        for _ in 0..=below(4) {
            let place = below(bytes.len());
            match below(3) {
                0 => bytes[place] = ODD[below(ODD.len())],
                1 => bytes.insert(place, ODD[below(ODD.len())]),
                _ => bytes.truncate(place.max(1)),
            }
        }
        std::fs::write(case.path().join(file), &bytes).unwrap();
        let outcome = case.run(&["backtest", "routes", "--data", file]);
        let is_said = outcome.code == 2 && outcome.stderr.starts_with("error: ");
        assert!(
            outcome.code == 0 || is_said,
            "{} {}: {bytes:?}",
            outcome.code,
            outcome.stderr
        );
    }
}
