//! A daemon, a server that has what rules record, and a receiver.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use url::form_urlencoded;

use crate::kit::fake::{Behaviour, Fake, Request};
use crate::kit::server::Server;

/// How long anything may take that has to happen.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often it is looked whether it has.
const LOOK: Duration = Duration::from_millis(20);
/// What is asked for once in an evaluation, and first.
const FIRST: &str = "count_over_time";

/// What rules record of `shop/orders`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rules {
    /// There are no errors.
    Quiet,
    /// A fifth of all events fails.
    Burning,
    /// Nothing any more.
    Down,
    /// The server hangs up.
    Gone,
}

/// A question as it was asked.
pub struct Asked {
    pub path: String,
    pub query: String,
    pub time: String,
}

pub struct Scene {
    folder: TempDir,
    rules: Arc<Mutex<Rules>>,
    prometheus: Fake,
    receiver: Fake,
    _daemon: Server,
}

impl Scene {
    /// A daemon that has one SLO, `shop/orders`, and evaluates it once in a second.
    pub fn start() -> Scene {
        let folder = tempfile::tempdir().unwrap();
        let rules = Arc::new(Mutex::new(Rules::Quiet));
        let recorded = rules.clone();
        let prometheus = Fake::start(move |request| answer(request, *recorded.lock().unwrap()));
        let receiver = Fake::start(|_| Behaviour::json("{}"));
        write_slos(folder.path(), &["orders"]);
        let log = folder.path().join("log");
        let (home, source, hook) = (folder.path(), prometheus.url(), receiver.url());
        let daemon = Server::start(&log, "/livez", |port| {
            let workspace = format!(
                "apiVersion: burnwatch/v1
slos: [\"slos/*.yaml\"]
rules: {{interval: 1s, scrape_interval: 1s}}
prometheus: {{url: {source}}}
daemon: {{data: state.db, listen: \"127.0.0.1:{port}\", query_offset: 1s}}
severities: {{page: {{wakes: true}}, ticket: {{}}}}
teams: {{t: {{notify: {{page: [hook], ticket: [hook]}}}}}}
receivers: {{hook: {{webhook: {{url: {hook}}}}}}}
policies:
  one:
    min_errors: 10
    tiers:
      - {{name: fast, severity: page, burn_rate: 10, long: 1h, short: 5m}}
"
            );
            std::fs::write(home.join("burnwatch.yaml"), workspace).unwrap();
            let mut command = Command::new(env!("CARGO_BIN_EXE_burnwatch"));
            command.current_dir(home);
            command.args(["run", "--from", "recorded"]);
            command
        });
        Scene {
            folder,
            rules,
            prometheus,
            receiver,
            _daemon: daemon,
        }
    }

    /// From now on this is recorded.
    pub fn rules(&self, rules: Rules) {
        *self.rules.lock().unwrap() = rules;
    }

    /// From now on these are the SLOs of the service `shop`.
    pub fn write_slos(&self, names: &[&str]) {
        write_slos(self.folder.path(), names);
    }

    /// What the daemon has asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.prometheus.requests().iter().map(asked).collect()
    }

    /// How many messages of this status the receiver has.
    pub fn told(&self, status: &str) -> usize {
        told(&self.receiver, status)
    }

    /// Waits until so many further evaluations have begun and the one before the last is over.
    pub fn wait_for_evaluations(&self, count: usize) {
        let begun = |scene: &Scene| {
            let asked = scene.asked();
            asked.iter().filter(|one| one.query.contains(FIRST)).count()
        };
        let before = begun(self);
        let what = format!("{count} evaluations");
        self.wait(&what, |scene| begun(scene) > before + count);
    }

    /// Waits until it is so.
    pub fn wait(&self, what: &str, is_so: impl Fn(&Scene) -> bool) {
        wait(&self.folder.path().join("log"), what, || is_so(self));
    }
}

/// How many messages of this status a receiver has.
pub fn told(receiver: &Fake, status: &str) -> usize {
    let status = format!("\"status\":\"{status}\"");
    let requests = receiver.requests().into_iter();
    requests
        .filter(|request| request.body.replace(": ", ":").contains(&status))
        .count()
}

/// Waits until it is so; the daemon's log says why it is not.
pub fn wait(log: &Path, what: &str, is_so: impl Fn() -> bool) {
    let until = Instant::now() + PATIENCE;
    while !is_so() {
        if Instant::now() > until {
            let log = std::fs::read_to_string(log);
            panic!("no sign of {what}: {}", log.unwrap_or_default());
        }
        std::thread::sleep(LOOK);
    }
}

fn write_slos(folder: &Path, names: &[&str]) {
    let mut text =
        "apiVersion: burnwatch/v1\nservice: shop\nowner: t\nrunbook: https://runbooks.example.com/shop\nslos:\n".to_string();
    for name in names {
        writeln!(
            text,
            "- name: {name}\n  description: Requests that are answered.\n  objective: 99\n  alerting: {{policy: one}}\n  \
             sli: {{ratio: {{events: 'http_requests_total{{job=\"{name}\"}}', errors_where: 'code=~\"5..\"'}}}}"
        )
        .unwrap();
    }
    std::fs::create_dir_all(folder.join("slos")).unwrap();
    std::fs::write(folder.join("slos/shop.yaml"), text).unwrap();
}

fn asked(request: &Request) -> Asked {
    let of = |wanted: &str| {
        let mut pairs = form_urlencoded::parse(request.body.as_bytes());
        let found = pairs.find(|(name, _)| name == wanted);
        found
            .map(|(_, value)| value.into_owned())
            .unwrap_or_default()
    };
    Asked {
        path: request.path.clone(),
        query: of("query"),
        time: of("time"),
    }
}

/// What is recorded of `shop/orders`, whatever else is asked for.
fn answer(request: &Request, rules: Rules) -> Behaviour {
    let Asked { query, time, .. } = asked(request);
    let sample = |name: &str, value: f64| {
        format!(
            r#"{{"metric":{{"__name__":"{name}","slo":"shop/orders"}},"value":[{time},"{value}"]}}"#
        )
    };
    let errors = match rules {
        Rules::Quiet => 0.0,
        Rules::Burning => 200.0,
        Rules::Gone => return Behaviour::HangUp,
        Rules::Down => {
            let runs = sample("", 0.0);
            return vector(if query.contains(FIRST) { &runs } else { "" });
        }
    };
    let window = ["5m", "1h"]
        .into_iter()
        .find(|window| query.contains(&format!("slo:errors:increase{window}")));
    match window {
        Some(window) => {
            let events = sample(&format!("slo:events:increase{window}"), 1_000.0);
            let errors = sample(&format!("slo:errors:increase{window}"), errors);
            vector(&format!("{events},{errors}"))
        }
        None if query.contains(FIRST) => vector(&sample("", 2.0)),
        None => vector(&sample("slo:error_budget_remaining:ratio30d", 0.5)),
    }
}

fn vector(samples: &str) -> Behaviour {
    let data = format!(r#"{{"resultType":"vector","result":[{samples}]}}"#);
    Behaviour::json(format!(r#"{{"status":"success","data":{data}}}"#))
}
