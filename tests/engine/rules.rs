//! What the generated rules do with a trace: the rule manager and the storage of Prometheus, run by promtool.
//!
//! Every evaluation is asked for its alerts and expected to have none, so that promtool says which there are.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use burnwatch::base::Duration;
use regex::Regex;

use super::trace::Trace;
use super::traffic::Series;
use crate::kit::tools;

/// What an alert is at one evaluation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Seen {
    /// Nothing.
    #[default]
    Ok,
    /// `alertstate="pending"`.
    Pending,
    /// `alertstate="firing"`.
    Firing,
}

/// An alert of one group: the value of the label, and the place of the tier.
pub type Alert = (String, usize);

/// What every alert is at each evaluation, the first one interval after the beginning. Alerts that never were are not there.
pub type Timeline = BTreeMap<Alert, Vec<Seen>>;

/// The distance of samples in a file of promtool: scrapes have an offset to evaluations.
const GRID_S: i64 = 5;
const QUERY: &str = "sum by (alertstate, slo_tier, route) (ALERTS)";

/// Compiles a trace in `folder` and runs its rules.
///
/// # Panics
///
/// When burnwatch or promtool refuse something.
pub fn timeline(folder: &Path, trace: &Trace, series: &[Series]) -> Timeline {
    let write = |path: &str, text: &str| {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().expect("the path has a folder"))
            .and_then(|()| std::fs::write(&path, text))
            .unwrap_or_else(|error| panic!("cannot write `{}`: {error}", path.display()));
    };
    write("burnwatch.yaml", &trace.workspace());
    write("slos/slo.yaml", &trace.slo());
    let burnwatch = Path::new(env!("CARGO_BIN_EXE_burnwatch"));
    let made = tools::run(
        burnwatch,
        folder,
        ["generate", "-o", "generated", "--only", "rules"],
    );
    made.expect_success(&format!("burnwatch generate of seed {}", trace.seed));
    write("trace.yaml", &test_file(trace, series));
    let said = tools::promtool(folder, ["test", "rules", "trace.yaml"]);
    let text = format!("{}\n{}", said.stdout, said.stderr);
    assert!(
        said.success || text.contains("got:"),
        "promtool of seed {}: {text:.2000}",
        trace.seed
    );
    read(trace, &text)
}

fn test_file(trace: &Trace, series: &[Series]) -> String {
    let mut text = format!(
        "rule_files: [generated/prometheus/{}.rules.yaml]\nevaluation_interval: {}s\n\
         tests:\n- interval: {GRID_S}s\n  input_series:\n",
        trace.service(),
        trace.interval_s
    );
    let between = trace.scrape_s / GRID_S - 1;
    for one in series {
        write!(text, "  - series: '{}'\n    values: '", one.name).expect("a string takes text");
        let mut skipped = trace.offset_s / GRID_S;
        for sample in &one.samples {
            match sample {
                Some(value) => {
                    if skipped > 0 {
                        write!(text, "_x{skipped} ").expect("a string takes text");
                    }
                    write!(text, "{value} ").expect("a string takes text");
                    skipped = between;
                }
                None => skipped += 1 + between,
            }
        }
        // A series without any sample is none.
        text.push_str("_'\n");
    }
    text.push_str("  promql_expr_test:\n");
    for at_s in evaluations_s(trace) {
        writeln!(text, "  - {{expr: '{QUERY}', eval_time: {at_s}s}}").expect("a string takes text");
    }
    text
}

/// What the rules have recorded at an evaluation for a group, by metric.
pub fn recorded(folder: &Path, trace: &Trace, group: &str, at_s: i64) -> BTreeMap<String, f64> {
    let text = std::fs::read_to_string(folder.join("trace.yaml")).expect("the trace was run");
    let (series, _) = text
        .split_once("  promql_expr_test:")
        .expect("it has a test");
    let query = format!(r#"{{__name__=~"slo:.*", route="{group}"}}"#);
    let again =
        format!("{series}  promql_expr_test:\n  - {{expr: '{query}', eval_time: {at_s}s}}\n");
    std::fs::write(folder.join("again.yaml"), again).expect("the folder is writable");
    let said = tools::promtool(folder, ["test", "rules", "again.yaml"]);
    let text = format!("{}\n{}", said.stdout, said.stderr);
    let element =
        Regex::new(r#"(?:\{__name__="([^"]*)"[^}]*\}|(slo:[a-z_:0-9]+)\{[^}]*\}) ([^\s,]+)"#);
    let element = element.expect("a literal pattern");
    let found = element.captures_iter(&text).map(|found| {
        let name = found.get(1).or(found.get(2)).expect("one of both");
        let value = found[3].parse().expect("promtool prints numbers");
        (name.as_str().to_owned(), value)
    });
    let found: BTreeMap<String, f64> = found.collect();
    assert!(!found.is_empty(), "seed {}: {text:.1000}", trace.seed);
    found
}

/// When it is evaluated, in seconds of the trace.
pub fn evaluations_s(trace: &Trace) -> impl Iterator<Item = i64> {
    let interval_s = trace.interval_s;
    (1..=trace.length_s / interval_s).map(move |at| at * interval_s)
}

/// Reads what promtool got.
fn read(trace: &Trace, text: &str) -> Timeline {
    let pattern = |text| Regex::new(text).expect("a literal pattern");
    let time = pattern(r"time: (\w+),");
    let element = pattern(r"\{([^}]*)\} ");
    let label = pattern(r#"(\w+)="([^"]*)""#);
    let evaluations = evaluations_s(trace).count();
    let mut timeline = Timeline::new();
    let mut at = None;
    for line in text.lines() {
        if let Some(found) = time.captures(line) {
            let time: Duration = found[1].parse().expect("promtool says times as durations");
            let place = time.as_ms() as i64 / 1_000 / trace.interval_s - 1;
            at = Some(usize::try_from(place).expect("it was asked for"));
        }
        let Some(got) = line.trim_start().strip_prefix("got:") else {
            continue;
        };
        assert!(got.contains("alertstate"), "seed {}: {line}", trace.seed);
        for element in element.captures_iter(got) {
            let labels: BTreeMap<&str, &str> = label
                .captures_iter(element.get(1).expect("it has one group").as_str())
                .map(|pair| {
                    let (_, [name, value]) = pair.extract();
                    (name, value)
                })
                .collect();
            let tier = labels["slo_tier"].trim_start_matches('t');
            let tier = tier.parse().expect("tiers are numbered");
            let group = labels.get("route").copied().unwrap_or_default().to_owned();
            let seen = match labels["alertstate"] {
                "firing" => Seen::Firing,
                _ => Seen::Pending,
            };
            let column = timeline
                .entry((group, tier))
                .or_insert_with(|| vec![Seen::Ok; evaluations]);
            column[at.expect("a time comes first")] = seen;
        }
    }
    timeline
}
