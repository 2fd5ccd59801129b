//! The history in `examples/history`, and the page that shows it.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use burnwatch::cli::{Io, run};
use burnwatch::diagnostics::Colour;

use super::history::BEGIN_S;

/// Rows of five minutes: of a day, and of all.
const DAY_ROWS: u64 = 288;
const ROWS: u64 = 30 * DAY_ROWS;

/// Thirty days of a shop: busy at noon, quiet at midnight, one error in a quarter of an hour; a deployment that fails 4 % for
/// 45 minutes, two days with 0.35 %, and two hours of which nobody knows anything.
fn history() -> String {
    let mut text = String::from("time,events,errors\n");
    for row in 1..=ROWS {
        let of_day = row % DAY_ROWS;
        let busy = of_day.min(DAY_ROWS - of_day);
        let events = 1_200 + busy * 25;
        let usual = u64::from(row % 3 == 0);
        let hours = |day: u64, from: u64, to: u64| {
            (day * DAY_ROWS + from * 12 + 1..=day * DAY_ROWS + to * 12).contains(&row)
        };
        let deployment = hours(12, 10, 11) && row <= 12 * DAY_ROWS + 10 * 12 + 9;
        let errors = match (deployment, hours(20, 0, 48)) {
            (true, _) => events * 4 / 100,
            (false, true) => events * 35 / 10_000,
            (false, false) => usual,
        };
        if !hours(25, 3, 5) {
            let time = BEGIN_S + i64::try_from(row).unwrap() * 300;
            let _ = writeln!(text, "{time},{events},{errors}");
        }
    }
    text
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

/// Holds a file against what it should be; `UPDATE=1` writes it anew.
pub fn check_file(path: &str, expected: &str) {
    let file = root().join(path);
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, expected).unwrap();
    }
    let found = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        found == expected,
        "{path} is out of date: run the tests with UPDATE=1 and look at the difference"
    );
}

#[test]
fn the_history_of_the_examples_is_the_one_that_is_made_here() {
    check_file("examples/history/checkout.csv", &history());
}

/// Runs a command line in the folder of the examples.
fn in_examples(line: &str) -> String {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let code = run(
        line.split_whitespace().map(Into::into),
        &mut Io {
            stdin: &mut std::io::empty(),
            stdout: &mut stdout,
            stderr: &mut stderr,
            stdout_colour: Colour::Plain,
            stderr_colour: Colour::Plain,
            folder: root().join("examples"),
            today: jiff::civil::date(2026, 11, 21),
            now_ms: 1_795_219_200_000,
            environment: &|_| None,
        },
    );
    assert_eq!(code, 0, "{line}: {}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).unwrap()
}

#[test]
fn what_the_page_shows_is_what_is_printed() {
    let text = fs::read_to_string(root().join("docs/backtest.md")).unwrap();
    let mut page = String::new();
    let mut shown = 0;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        page.push_str(line);
        page.push('\n');
        let Some(command) = line
            .strip_prefix("$ ")
            .filter(|line| line.contains("--data history/"))
        else {
            continue;
        };
        page.push_str(&in_examples(command));
        page.push_str("```\n");
        lines.by_ref().find(|line| *line == "```").unwrap();
        shown += 1;
    }
    assert!(shown >= 1);
    check_file("docs/backtest.md", &page);
}

/// Every key of an object and of what is in it.
fn keys(value: &serde_json::Value, found: &mut std::collections::BTreeSet<String>) {
    match value {
        serde_json::Value::Object(object) => object.iter().for_each(|(key, value)| {
            found.insert(key.clone());
            keys(value, found);
        }),
        serde_json::Value::Array(array) => array.iter().for_each(|value| keys(value, found)),
        _ => {}
    }
}

#[test]
fn the_page_names_every_field_of_the_json() {
    let page = fs::read_to_string(root().join("docs/backtest.md")).unwrap();
    let text = in_examples(
        "burnwatch backtest checkout/availability --data history/checkout.csv --format json",
    );
    let mut found = std::collections::BTreeSet::new();
    keys(&serde_json::from_str(&text).unwrap(), &mut found);
    assert!(found.len() > 30, "{found:?}");
    let unnamed: Vec<&String> = found
        .iter()
        .filter(|key| !page.contains(&format!("`{key}`")))
        .collect();
    assert!(unnamed.is_empty(), "{unnamed:?}");
}
