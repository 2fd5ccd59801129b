//! A history that fills every window: raw counters, and the recorded series of one SLO.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use crate::debian::tools::promtool;
use crate::rule_file::{Expression, Makes, SLO};

/// When everything is evaluated, in Unix seconds: long ago, so that nothing of today mixes in.
pub const END_S: u64 = 1_700_006_400;
/// Seconds from one scrape to the next.
const SCRAPE_S: u64 = 15;
/// Scrapes fall between evaluations, so that no window has a sample on its edge.
const SCRAPE_SHIFT_S: u64 = 7;
/// Seconds from one evaluation to the next.
const EVALUATION_S: u64 = 60;
/// The longest raw window, and an hour.
const RAW_S: u64 = 73 * 3_600;
/// The longest window that is summed from recorded ones, and an hour.
const RECORDED_S: u64 = (30 * 24 + 1) * 3_600;
/// Samples in one file for promtool, which holds a file in memory.
const FILE_SAMPLES_MAX: u64 = 4_000_000;

/// How many of `size` series count errors.
pub fn error_series(size: usize) -> usize {
    size / 2
}

/// All events in a window, read raw.
pub fn events(window: &str) -> String {
    format!("sum(increase(http_requests_total{{job=\"shop\"}}[{window}]))")
}

/// The errors among them.
pub fn errors(window: &str) -> String {
    format!("sum(increase(http_requests_total{{job=\"shop\", code=~\"5..\"}}[{window}]))")
}

/// Loads `size` raw series and what `rules` record into a folder below `home`, and gives that folder.
pub fn load(home: &Path, size: usize, rules: &[Expression]) -> PathBuf {
    let raw: Vec<String> = (0..size).map(|number| raw_series(number, size)).collect();
    let scrapes = times(RAW_S, SCRAPE_S, SCRAPE_SHIFT_S);
    import(home, "http_requests", "_total", "counter", &raw, &scrapes);
    let recorded: Vec<String> = rules.iter().map(recorded_series).collect();
    let evaluations = times(RECORDED_S, EVALUATION_S, 0);
    for series in &recorded {
        let family = series.split('{').next().expect("a series has a name");
        import(
            home,
            family,
            "",
            "gauge",
            &[series[family.len()..].to_string()],
            &evaluations,
        );
    }
    home.join("data")
}

/// The labels of one raw series: an instance, and a code that says whether it counts errors.
fn raw_series(number: usize, size: usize) -> String {
    let code = if number < error_series(size) {
        500
    } else {
        200
    };
    format!("{{job=\"shop\",instance=\"i{number}\",code=\"{code}\"}}")
}

/// What a rule leaves behind in each evaluation; an alert counts as firing, which reads the most.
fn recorded_series(rule: &Expression) -> String {
    match &rule.makes {
        Makes::Series(name) => format!("{name}{{slo=\"{SLO}\"}}"),
        Makes::Alert(tier) => format!(
            "ALERTS{{alertname=\"SLOErrorBudgetBurn\",alertstate=\"firing\",slo=\"{SLO}\",slo_tier=\"{tier}\"}}"
        ),
    }
}

/// Times in Unix seconds, `every` seconds apart, for the last `length` seconds; `shift` seconds before each full step.
fn times(length: u64, every: u64, shift: u64) -> Vec<u64> {
    let count = length / every;
    (0..=count)
        .map(|step| END_S - shift - (count - step) * every)
        .collect()
}

/// Writes `series` as OpenMetrics and lets promtool make blocks of them, some hours at a time.
fn import(home: &Path, family: &str, suffix: &str, kind: &str, series: &[String], times: &[u64]) {
    let at_once = (FILE_SAMPLES_MAX as usize / series.len()).max(1);
    for (part, times) in times.chunks(at_once).enumerate() {
        let path = home.join("part.om");
        let mut file = BufWriter::new(File::create(&path).expect("a folder of ours is writable"));
        let mut text = format!("# TYPE {family} {kind}\n");
        for labels in series {
            for (step, time) in times.iter().enumerate() {
                // Counters grow; what they say does not matter here.
                let value = part * at_once + step;
                let _ = writeln!(text, "{family}{suffix}{labels} {value} {time}");
            }
            file.write_all(text.as_bytes()).expect("the disk has room");
            text.clear();
        }
        file.write_all(b"# EOF\n").expect("the disk has room");
        file.flush().expect("the disk has room");
        drop(file);
        let arguments = [
            "tsdb",
            "create-blocks-from",
            "--max-block-duration=162h",
            "openmetrics",
            "part.om",
            "data",
        ];
        promtool(home, arguments).expect_success("promtool tsdb create-blocks-from openmetrics");
        fs::remove_file(&path).expect("a folder of ours can be changed");
    }
}
