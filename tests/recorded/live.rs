//! The whole of it on a real Prometheus, which runs the generated rules: the alert fires, and the daemon pages.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::kit::fake::{Behaviour, Fake};
use crate::kit::prometheus::Prometheus;
use crate::kit::server::Server;
use crate::kit::tools;
use crate::scene::{told, wait};

/// Requests in a second.
const RATE: f64 = 100.0;
/// An interval, `query_offset`, and a second.
const LATE_MAX: Duration = Duration::from_secs(3);

const SLO: &str = "apiVersion: burnwatch/v1
service: shop
owner: t
runbook: https://runbooks.example.com/shop
slos:
- name: orders
  description: Requests that are answered.
  objective: 99
  alerting: {policy: one}
  sli: {ratio: {events: 'http_requests_total', errors_where: 'code=~\"5..\"'}}
";

fn workspace(prometheus: &str, receiver: &str, port: u16) -> String {
    format!(
        "apiVersion: burnwatch/v1
slos: [\"slos/*.yaml\"]
rules: {{interval: 1s, scrape_interval: 1s}}
prometheus: {{url: {prometheus}}}
daemon: {{data: state.db, listen: \"127.0.0.1:{port}\", query_offset: 1s}}
severities: {{page: {{wakes: true}}, ticket: {{}}}}
teams: {{t: {{notify: {{page: [hook], ticket: [hook]}}}}}}
receivers: {{hook: {{webhook: {{url: {receiver}}}}}}}
policies:
  one:
    min_errors: 10
    tiers:
      - {{name: fast, severity: page, burn_rate: 10, long: 1m, short: 10s}}
"
    )
}

/// Counters that rise since they were first looked at; while there is trouble half of all requests fail.
#[derive(Default)]
struct Traffic {
    good: f64,
    bad: f64,
    looked: Option<Instant>,
    is_trouble: bool,
}

impl Traffic {
    fn text(&mut self) -> String {
        let now = Instant::now();
        let passed = self
            .looked
            .replace(now)
            .map_or(0.0, |at| (now - at).as_secs_f64());
        let bad = if self.is_trouble { 0.5 } else { 0.0 };
        self.bad += RATE * passed * bad;
        self.good += RATE * passed * (1.0 - bad);
        let mut text = String::new();
        for (code, count) in [(200, self.good), (500, self.bad)] {
            writeln!(text, "http_requests_total{{code=\"{code}\"}} {count}").unwrap();
        }
        text
    }
}

fn prometheus(folder: &Path, target: &str) -> Prometheus {
    let burnwatch = Path::new(env!("CARGO_BIN_EXE_burnwatch"));
    let made = tools::run(burnwatch, folder, ["generate", "--only", "rules"]);
    made.expect_success("burnwatch generate");
    let target = target.trim_start_matches("http://");
    let config = format!(
        "global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: [\"{}/generated/prometheus/*.rules.yaml\"]
scrape_configs:
- job_name: shop
  static_configs: [{{targets: [\"{target}\"]}}]
",
        folder.display()
    );
    Prometheus::configured(&folder.join("data"), &config, &[])
}

fn is_firing(prometheus: &Prometheus) -> bool {
    let port = prometheus.url();
    let port = port.rsplit(':').next().unwrap().parse().unwrap();
    let path = "/api/v1/alerts";
    let answer = crate::kit::http::get(port, path, Duration::from_secs(10)).unwrap();
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    let alerts = body["data"]["alerts"].as_array().unwrap();
    alerts.iter().any(|alert| alert["state"] == "firing")
}

/// E18, alive.
#[test]
fn the_daemon_pages_and_resolves_within_an_interval_of_the_alert() {
    let folder = tempfile::tempdir().unwrap();
    let traffic = Arc::new(Mutex::new(Traffic::default()));
    let counted = traffic.clone();
    let exporter = Fake::start(move |_| {
        let kind = "Content-Type: text/plain; version=0.0.4".to_owned();
        Behaviour::Answer(200, vec![kind], counted.lock().unwrap().text())
    });
    let receiver = Fake::start(|_| Behaviour::json("{}"));
    std::fs::create_dir(folder.path().join("slos")).unwrap();
    std::fs::write(folder.path().join("slos/shop.yaml"), SLO).unwrap();
    let write = |prometheus: &str, port: u16| {
        let text = workspace(prometheus, &receiver.url(), port);
        std::fs::write(folder.path().join("burnwatch.yaml"), text).unwrap();
    };
    write("http://127.0.0.1:1", 1);
    let prometheus = prometheus(folder.path(), &exporter.url());
    let log = folder.path().join("log");
    let _daemon = Server::start(&log, "/livez", |port| {
        write(&prometheus.url(), port);
        let mut command = Command::new(env!("CARGO_BIN_EXE_burnwatch"));
        command.current_dir(folder.path());
        command.args(["run", "--from", "recorded"]);
        command
    });
    let daemon = |status: &str| told(&receiver, status) > 0;
    for (is_trouble, status) in [(true, "firing"), (false, "resolved")] {
        traffic.lock().unwrap().is_trouble = is_trouble;
        wait(&log, "the alert", || is_firing(&prometheus) == is_trouble);
        let alerted = Instant::now();
        wait(&log, status, || daemon(status));
        let late = alerted.elapsed();
        println!("{status} {late:?} after the alert");
        assert!(late <= LATE_MAX, "{status} {late:?} after the alert");
    }
}
