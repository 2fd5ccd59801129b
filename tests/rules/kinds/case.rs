//! One SLO, the raw samples it sees, and what must have been recorded.

use std::fmt::Write;
use std::path::Path;

use crate::kit::tools::{promtool, run};

/// An SLO over raw samples, and expectations of what its rules record.
pub struct Case {
    slo: String,
    workspace: String,
    arguments: Vec<&'static str>,
    step: &'static str,
    series: String,
    queries: String,
    alerts: String,
}

/// The SLO that is tested, as its label says.
pub const ID: &str = "shop/test";

/// Where every team and nothing else is given.
const WORKSPACE: &str = "apiVersion: burnwatch/v1\nteams: {shop: {contacts: {chat: \"#shop\"}}}\n";

/// Of the values that are compared: promtool compares doubles bit by bit.
const PRECISION: f64 = 1_000.0;

impl Case {
    /// An SLO with these fields, beside its name and an objective of 99 %.
    pub fn new(fields: &str) -> Case {
        Case {
            slo: fields.to_string(),
            workspace: String::new(),
            arguments: Vec::new(),
            step: "15s",
            series: String::new(),
            queries: String::new(),
            alerts: String::new(),
        }
    }

    /// More fields of the SLO.
    pub fn also(mut self, fields: &str) -> Case {
        self.slo.push('\n');
        self.slo.push_str(fields);
        self
    }

    /// More of the workspace file.
    pub fn workspace(mut self, text: &str) -> Case {
        self.workspace.push_str(text);
        self
    }

    /// An argument of `generate`.
    pub fn argument(mut self, argument: &'static str) -> Case {
        self.arguments.push(argument);
        self
    }

    /// The time between two samples of the series; 15 s unless given.
    pub fn step(mut self, step: &'static str) -> Case {
        self.step = step;
        self
    }

    /// A raw series in the notation of promtool.
    pub fn series(mut self, name: &str, values: &str) -> Case {
        let _ = writeln!(
            self.series,
            "  - {{series: {}, values: {}}}",
            quoted(name),
            quoted(values)
        );
        self
    }

    /// What a recorded series must be at `at`, up to a thousandth: its group labels as in `route="/a", `, and its value.
    pub fn group(mut self, name: &str, at: &str, expected: &[(&str, f64)]) -> Case {
        let query = format!("round({name}{{slo=\"{ID}\"}} * {PRECISION})");
        let samples: Vec<(String, f64)> = expected
            .iter()
            .map(|(labels, value)| {
                let labels = format!("{{{labels}slo=\"{ID}\"}}");
                (labels, (value * PRECISION).round())
            })
            .collect();
        self.ask(&query, at, &samples);
        self
    }

    /// What the one series of this name must be at `at`.
    pub fn is(self, name: &str, at: &str, value: f64) -> Case {
        self.group(name, at, &[("", value)])
    }

    /// That no series of this name is there at `at`.
    pub fn absent(self, name: &str, at: &str) -> Case {
        self.group(name, at, &[])
    }

    /// Events and errors of a window at `at`, and the burn rate of an objective of 99 %.
    pub fn window(self, window: &str, at: &str, events: f64, errors: f64) -> Case {
        let case = self
            .is(&format!("slo:events:increase{window}"), at, events)
            .is(&format!("slo:errors:increase{window}"), at, errors);
        let burn_rate = format!("slo:burn_rate:ratio{window}");
        match events > 0.0 {
            true => case.is(&burn_rate, at, errors / events / 0.01),
            false => case.absent(&burn_rate, at),
        }
    }

    /// That a query has this answer: labels and values.
    pub fn query(mut self, query: &str, at: &str, expected: &[(&str, f64)]) -> Case {
        let samples: Vec<(String, f64)> = expected
            .iter()
            .map(|(labels, value)| (labels.to_string(), *value))
            .collect();
        self.ask(query, at, &samples);
        self
    }

    /// The tiers and severities that fire at `at`, such as `slo_tier="page-1h", severity="page"`.
    pub fn firing(self, at: &str, expected: &[&str]) -> Case {
        let samples: Vec<(String, f64)> = expected
            .iter()
            .map(|labels| (format!("{{{labels}}}"), 1.0))
            .collect();
        let samples: Vec<(&str, f64)> = samples
            .iter()
            .map(|(labels, value)| (labels.as_str(), *value))
            .collect();
        let query = "count by (alertname, slo_tier, severity) (ALERTS{alertstate=\"firing\"})";
        self.query(query, at, &samples)
    }

    /// The whole alert of a name at `at`: what promtool expects, as YAML in flow style.
    pub fn alert(mut self, name: &str, at: &str, expected: &str) -> Case {
        let _ = writeln!(
            self.alerts,
            "  - {{alertname: {name}, eval_time: {at}, exp_alerts: [{expected}]}}"
        );
        self
    }

    fn ask(&mut self, query: &str, at: &str, expected: &[(String, f64)]) {
        let _ = writeln!(
            self.queries,
            "  - expr: {}\n    eval_time: {at}\n    exp_samples:",
            quoted(query)
        );
        for (labels, value) in expected {
            let _ = writeln!(
                self.queries,
                "    - {{labels: {}, value: {value}}}",
                quoted(labels)
            );
        }
    }

    /// Compiles the SLO and has promtool judge. At every time that was asked about nothing may be NaN.
    pub fn check(mut self) {
        for at in self.times() {
            let all = "count({__name__=~\"slo:.+\"})";
            let known = "count({__name__=~\"slo:.+\"} >= -Inf)";
            self.ask(&format!("{all} - {known}"), &at, &[("{}".to_string(), 0.0)]);
        }
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path();
        let write = |name: &str, text: &str| std::fs::write(path.join(name), text).unwrap();
        std::fs::create_dir(path.join("slos")).unwrap();
        write("burnwatch.yaml", &format!("{WORKSPACE}{}", self.workspace));
        write("slos/shop.yaml", &slo_file(&self.slo));
        let arguments = ["generate", "--only", "rules"]
            .into_iter()
            .chain(self.arguments.iter().copied());
        run(Path::new(env!("CARGO_BIN_EXE_burnwatch")), path, arguments).expect_success("generate");
        let test = format!(
            "rule_files: [generated/prometheus/shop.rules.yaml]\nevaluation_interval: 1m\ntests:\n\
             - interval: {}\n  input_series:\n{}  promql_expr_test:\n{}  alert_rule_test:\n{}",
            self.step, self.series, self.queries, self.alerts
        );
        write("test.yaml", &test);
        let outcome = promtool(path, ["test", "rules", "test.yaml"]);
        if !outcome.success {
            let rules =
                std::fs::read_to_string(path.join("generated/prometheus/shop.rules.yaml")).unwrap();
            let head: String = rules.lines().take(60).collect::<Vec<_>>().join("\n");
            panic!("{}{}\n{head}", outcome.stdout, outcome.stderr);
        }
    }

    fn times(&self) -> Vec<String> {
        let mut times: Vec<String> = self
            .queries
            .lines()
            .filter_map(|line| line.trim().strip_prefix("eval_time: "))
            .map(str::to_string)
            .collect();
        times.sort();
        times.dedup();
        times
    }
}

fn slo_file(fields: &str) -> String {
    let mut text = String::from(
        "apiVersion: burnwatch/v1\nservice: shop\nowner: shop\nrunbook: https://runbooks.example.com/shop\nslos:\n  - name: test\n    objective: 99\n",
    );
    for line in fields.lines() {
        let _ = writeln!(text, "    {line}");
    }
    text
}

/// A single-quoted YAML scalar.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
