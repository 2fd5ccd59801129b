//! A real Prometheus over a data folder, for as long as its handle lives.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use super::http;
use super::server::Server;
use super::tools::tool;

/// How long one query may take.
const QUERY_DEADLINE: Duration = Duration::from_secs(300);

/// One series of an answer: its labels and its samples, time in Unix milliseconds.
#[derive(Debug, Clone)]
pub struct Series {
    /// The labels as JSON object, `__name__` among them where the expression keeps it.
    pub labels: serde_json::Map<String, Value>,
    /// Times and values, oldest first.
    pub samples: Vec<(i64, f64)>,
}

/// A running Prometheus; it is killed when this is dropped.
#[derive(Debug)]
pub struct Prometheus {
    server: Server,
}

impl Prometheus {
    /// Starts one over `data` and waits until it is ready.
    ///
    /// # Panics
    ///
    /// When it is not ready in a minute, with its log.
    pub fn start(data: &Path, flags: &[&str]) -> Self {
        let forever = ["--storage.tsdb.retention.time=100y"];
        Self::configured(data, "{}\n", &[&forever, flags].concat())
    }

    /// Starts one over `data` with a configuration and flags of its own and waits until it is ready.
    ///
    /// # Panics
    ///
    /// When it is not ready in a minute, with its log.
    pub fn configured(data: &Path, config_text: &str, flags: &[&str]) -> Self {
        Self::started(data, config_text, 200, flags)
    }

    /// Starts one that speaks TLS as its web configuration says, and waits until it listens. Its data may not be read yet.
    ///
    /// # Panics
    ///
    /// When it does not in a minute, with its log.
    pub fn encrypted(data: &Path, web_config: &Path) -> Self {
        let flag = format!("--web.config.file={}", web_config.display());
        // What is not encrypted is answered with 400.
        Self::started(data, "{}\n", 400, &[&flag])
    }

    fn started(data: &Path, config_text: &str, status: u16, flags: &[&str]) -> Self {
        let config = data.with_extension("config.yaml");
        std::fs::write(&config, config_text).expect("the folder of the data is writable");
        let log = data.with_extension("log");
        let server = Server::start_until(&log, "/-/ready", status, |port| {
            let mut command = Command::new(tool("prometheus"));
            command
                .arg(format!("--config.file={}", config.display()))
                .arg(format!("--storage.tsdb.path={}", data.display()))
                .arg(format!("--web.listen-address=127.0.0.1:{port}"))
                .arg("--log.level=warn")
                .args(flags);
            command
        });
        Self { server }
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// The answer to a range query; start and end are included.
    pub fn query_range(
        &self,
        query: &str,
        start_ms: i64,
        end_ms: i64,
        step_ms: i64,
    ) -> Vec<Series> {
        let (start, end, step) = (seconds(start_ms), seconds(end_ms), seconds(step_ms));
        let data = self.ask(
            "/api/v1/query_range",
            &[
                ("query", query),
                ("start", &start),
                ("end", &end),
                ("step", &step),
            ],
        );
        series_of(&data)
    }

    /// The answer to an instant query: one sample a series, or many where the query is a range selector.
    pub fn query(&self, query: &str, time_ms: i64) -> Vec<Series> {
        let time = seconds(time_ms);
        let data = self.ask("/api/v1/query", &[("query", query), ("time", &time)]);
        series_of(&data)
    }

    /// The `data` of an answer to a form posted to `path`.
    ///
    /// # Panics
    ///
    /// When Prometheus answers with an error.
    pub fn ask(&self, path: &str, form: &[(&str, &str)]) -> Value {
        let answer = http::post(self.server.port(), path, form, QUERY_DEADLINE)
            .unwrap_or_else(|error| panic!("{path} {form:?}: {error}"));
        let mut body: Value = serde_json::from_str(&answer.body)
            .unwrap_or_else(|error| panic!("{path} {form:?}: {error}: {:.300}", answer.body));
        assert_eq!(
            body["status"], "success",
            "{path} {form:?}: {:.500}",
            answer.body
        );
        body["data"].take()
    }
}

/// A time as the API reads it.
fn seconds(time_ms: i64) -> String {
    format!("{}.{:03}", time_ms / 1_000, time_ms % 1_000)
}

fn series_of(data: &Value) -> Vec<Series> {
    let results = data["result"].as_array().expect("an answer has a result");
    results
        .iter()
        .map(|result| Series {
            labels: result["metric"].as_object().cloned().unwrap_or_default(),
            samples: match result["values"].as_array() {
                Some(values) => values.iter().map(sample_of).collect(),
                None => vec![sample_of(&result["value"])],
            },
        })
        .collect()
}

fn sample_of(pair: &Value) -> (i64, f64) {
    let time = pair[0].as_f64().expect("a sample has a time");
    let value = pair[1].as_str().expect("a sample has a value");
    // Milliseconds of our times are exact as doubles for many thousand years.
    #[allow(
        clippy::cast_possible_truncation,
        reason = "the value is far below 2^53"
    )]
    let time_ms = (time * 1_000.0).round() as i64;
    let value = value.parse().expect("Prometheus prints numbers that parse");
    (time_ms, value)
}
