//! What the rules of one SLO cost Prometheus: samples that are read in each evaluation, against the same windows read raw.
//!
//! `cargo bench --bench samples`, or with other numbers of raw series: `cargo bench --bench samples -- 20 200`. The tools
//! are Debian's, as `tests/run` brings them; `BURNWATCH_TOOLS` names another folder.
//!
//! The number of samples depends on how many there are and not on what they say. So the recorded series are written with
//! a sample a minute, as the rules would have left them, instead of being computed for thirty days.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

#[path = "../../tests/kit/mod.rs"]
mod debian;
mod history;
#[path = "../kit/mod.rs"]
mod kit;
mod rule_file;

use std::path::Path;

use debian::prometheus::Prometheus;
use history::END_S;
use kit::table::{self, thousands};
use rule_file::Expression;

/// Raw series of events, unless the command line names others; half of them count errors.
const SIZES: [usize; 3] = [10, 100, 1_000];

/// The windows of the built-in policy, which the alternative reads raw.
const WINDOWS: [&str; 7] = ["5m", "30m", "1h", "2h", "6h", "1d", "3d"];

fn main() {
    let asked: Vec<usize> = std::env::args()
        .filter_map(|word| word.parse().ok())
        .collect();
    let sizes = if asked.is_empty() { &SIZES[..] } else { &asked };
    let folder = tempfile::tempdir().expect("the folder for temporary files is writable");
    let rules = rule_file::generate(Path::new(env!("CARGO_BIN_EXE_burnwatch")), folder.path());
    let mut rows = Vec::new();
    for size in sizes {
        let home = folder.path().join(size.to_string());
        std::fs::create_dir(&home).expect("a folder of ours is writable");
        let data = history::load(&home, *size, &rules);
        let prometheus = Prometheus::start(&data, &["--query.timeout=5m"]);
        rows.push(row(&prometheus, *size, &rules));
        drop(prometheus);
        std::fs::remove_dir_all(&home).expect("a folder of ours can be removed");
    }
    let alerts = rules.iter().filter(|rule| rule.is_alert()).count();
    println!("one SLO: {} rules, {alerts} of them alerts\n", rules.len());
    let head = [
        "raw series",
        "errors among them",
        "our rules",
        "raw windows",
        "times fewer",
    ];
    table::print(&head, &rows);
}

fn row(prometheus: &Prometheus, size: usize, rules: &[Expression]) -> Vec<String> {
    let ours: u64 = rules.iter().map(|rule| read(prometheus, &rule.text)).sum();
    let window = |window: &&str| {
        let events = read(prometheus, &history::events(window));
        events + read(prometheus, &history::errors(window))
    };
    let raw: u64 = WINDOWS.iter().map(window).sum();
    vec![
        thousands(size as u64),
        thousands(history::error_series(size) as u64),
        thousands(ours),
        thousands(raw),
        format!("{:.0}", raw as f64 / ours as f64),
    ]
}

/// Samples that Prometheus reads to evaluate `expression` once.
fn read(prometheus: &Prometheus, expression: &str) -> u64 {
    let time = END_S.to_string();
    let form = [("query", expression), ("time", &time), ("stats", "all")];
    let answer = prometheus.ask("/api/v1/query", &form);
    assert!(
        answer["result"].is_array(),
        "`{expression}` gives series: {answer}"
    );
    answer["stats"]["samples"]["totalQueryableSamples"]
        .as_u64()
        .unwrap_or_else(|| panic!("no count of samples for `{expression}`"))
}
