//! A Prometheus that holds a history: raw counters from OpenMetrics, recorded series filled by promtool.

use std::path::{Path, PathBuf};

use super::history::Counter;
use super::openmetrics::openmetrics;
use super::rules::{Group, Rule, RulesFile};
use super::scenario::{BLOCK_S, EVALUATION_S, START_S, Scenario};
use crate::kit::prometheus::Prometheus;
use crate::kit::tools;

/// Blocks of [`BLOCK_S`].
const BLOCK: &str = "--max-block-duration=162h";

/// promtool hashes the name of the group and the file, as it is given, to a shift of the evaluation times.
/// Every pass must have the same shift, and a run the shift of the run before: the names are fixed.
const PASS_FILE: &str = "pass.yaml";
const PASS_GROUP: &str = "pass";

/// Backfilling writes no staleness markers, so that a series that ended would be seen for five minutes more
/// than on a server that records as it goes. All evaluations share one grid of 60 s: looking back less than
/// that sees exactly what was recorded by this very evaluation.
const FLAGS: [&str; 3] = [
    "--query.lookback-delta=59s",
    "--query.timeout=4m",
    "--query.max-concurrency=4",
];

/// A Prometheus over one history.
pub struct Backfilled {
    folder: PathBuf,
    end_ms: i64,
    prometheus: Option<Prometheus>,
    first_evaluation_ms: i64,
}

impl Backfilled {
    /// Loads the raw counters of a scenario below `folder`.
    pub fn load(folder: &Path, scenario: &Scenario, counters: &[Counter]) -> Self {
        let text = openmetrics(scenario.name, counters);
        std::fs::write(folder.join("raw.om"), text).expect("the folder is writable");
        promtool(
            folder,
            &[
                "tsdb",
                "create-blocks-from",
                BLOCK,
                "openmetrics",
                "raw.om",
                "data",
            ],
        );
        let mut loaded = Self {
            folder: folder.to_owned(),
            end_ms: (START_S + scenario.history_s()) * 1_000,
            prometheus: None,
            first_evaluation_ms: 0,
        };
        loaded.restart();
        loaded
    }

    /// Fills recorded series, one pass after the other; each sees what the passes before it wrote.
    pub fn fill(&mut self, passes: &[Vec<Rule>]) {
        for pass in passes {
            self.fill_once(pass);
        }
        self.first_evaluation_ms = self.find_first_evaluation_ms();
    }

    fn fill_once(&mut self, rules: &[Rule]) {
        let file = RulesFile {
            groups: vec![Group {
                name: PASS_GROUP.to_owned(),
                interval: Some(format!("{EVALUATION_S}s")),
                rules: rules.to_vec(),
            }],
        };
        // JSON is YAML.
        let text = serde_json::to_string_pretty(&file).expect("rules are plain data");
        std::fs::write(self.folder.join(PASS_FILE), text).expect("the folder is writable");
        let url = format!("--url={}", self.prometheus().url());
        let start = format!("--start={START_S}");
        let end = format!("--end={}", self.end_ms / 1_000 - 1);
        promtool(
            &self.folder,
            &[
                "tsdb",
                "create-blocks-from",
                BLOCK,
                "rules",
                &url,
                &start,
                &end,
                "--output-dir=data",
                PASS_FILE,
            ],
        );
        self.restart();
    }

    /// New blocks are seen at once by a new process, and after up to a minute by a running one.
    fn restart(&mut self) {
        self.prometheus = None;
        self.prometheus = Some(Prometheus::start(&self.folder.join("data"), &FLAGS));
    }

    fn prometheus(&self) -> &Prometheus {
        self.prometheus
            .as_ref()
            .expect("it runs but while it restarts")
    }

    fn find_first_evaluation_ms(&self) -> i64 {
        let query = format!("slo:info[{}s]", 10 * EVALUATION_S);
        let time_ms = (START_S + 9 * EVALUATION_S) * 1_000;
        let found = self.prometheus().query(&query, time_ms);
        found.first().expect("slo:info is recorded").samples[0].0
    }

    /// The times of all evaluations in Unix milliseconds.
    pub fn evaluations_ms(&self) -> impl Iterator<Item = i64> + use<> {
        (self.first_evaluation_ms..self.end_ms)
            .step_by(usize::try_from(EVALUATION_S * 1_000).expect("an interval is positive"))
    }

    /// The value of `expr` at every evaluation; nothing where it has none.
    ///
    /// # Panics
    ///
    /// When it gives more than one series, or a value that is no number.
    pub fn evaluate(&self, expr: &str) -> Vec<Option<f64>> {
        let step_ms = EVALUATION_S * 1_000;
        let mut values = vec![None; self.evaluations_ms().count()];
        let mut from_ms = self.first_evaluation_ms;
        while from_ms < self.end_ms {
            // A block of evaluations a query, since Prometheus answers with 11,000 points at most.
            let until_ms = (from_ms + BLOCK_S * 1_000).min(self.end_ms);
            let series = self
                .prometheus()
                .query_range(expr, from_ms, until_ms - 1, step_ms);
            assert!(series.len() <= 1, "{expr} gives {} series", series.len());
            for (time_ms, value) in series.into_iter().flat_map(|series| series.samples) {
                assert!(value.is_finite(), "{expr} is {value} at {time_ms}");
                let place = (time_ms - self.first_evaluation_ms) / step_ms;
                values[usize::try_from(place).expect("a place is positive")] = Some(value);
            }
            from_ms = until_ms;
        }
        values
    }
}

/// Runs promtool in a folder, since the path of a rules file takes part in the evaluation times.
fn promtool(folder: &Path, arguments: &[&str]) {
    tools::promtool(folder, arguments).expect_success(&format!("promtool {arguments:?}"));
}
