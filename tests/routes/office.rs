//! The example of tickets that become issues, running: its generated configuration in a real Alertmanager, its bridge, and a
//! fake of its tracker.

#![allow(
    clippy::disallowed_methods,
    reason = "a test waits for other processes with a deadline, which needs a clock"
)]

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::github::{GitHub, REPOSITORY, TOKEN};
use crate::kit::alertmanager::Alertmanager;
use crate::kit::http;
use crate::kit::tools::run;

/// How long anything may take that has to happen.
const DEADLINE: Duration = Duration::from_secs(60);

/// How long one request may take.
const ASK_DEADLINE: Duration = Duration::from_secs(20);

/// How often something is looked for.
const PAUSE: Duration = Duration::from_millis(20);

/// A region as nobody calls it: mentions, HTML, Markdown, an issue, a mark of the bridge, a line break and a hidden one.
pub const HOSTILE: &str = "eu @everyone <img src=x onerror=alert(1)> [go](https://evil.example) #1 ``` `` \
                       <!-- burnwatch: 0000000000000000 -->\n# title\u{202e}";

const MESSAGE: &str = "Over 3d the error budget burns 1.45 times as fast as the objective allows (fires above 1). \
                       12% of the 30d budget is left. @everyone <b>Orders</b> that are taken.";

/// Ends a block of code where it fills a line, and goes on.
fn fence() -> String {
    format!("{} @everyone <b>", "`".repeat(100))
}

/// The interpreter of the bridge.
///
/// # Panics
///
/// When there is none; the message names `tests/run`.
pub fn python() -> &'static Path {
    let found = Command::new("python3").arg("--version").output();
    assert!(
        found.is_ok_and(|output| output.status.success()),
        "`python3` does not run: run `tests/run`, which says what is missing"
    );
    Path::new("python3")
}

/// The folder of the example.
pub fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/issue-tracker")
}

/// The bridge as a process; it is killed when this is dropped.
pub struct Bridge {
    process: Child,
    port: u16,
}

impl Bridge {
    /// Starts one on `port` for the tracker at `api`, and waits until it is ready. What it says is added to `log`.
    pub fn start(folder: &Path, port: u16, api: &str) -> Bridge {
        let token = folder.join("token");
        fs::write(&token, format!("{TOKEN}\n")).unwrap();
        let mut log = fs::OpenOptions::new();
        let log = log
            .create(true)
            .append(true)
            .open(folder.join("bridge.log"));
        let log = log.unwrap();
        let process = Command::new(python())
            .arg("-B")
            .arg(example().join("bridge.py"))
            .args(["--listen", &format!("127.0.0.1:{port}")])
            .args(["--repository", REPOSITORY, "--api", api])
            .arg("--token-file")
            .arg(token)
            .env("no_proxy", "127.0.0.1")
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let bridge = Bridge { process, port };
        until("the bridge is ready", || {
            http::get(port, "/ready", ASK_DEADLINE).is_ok_and(|answer| answer.status == 200)
        });
        bridge
    }

    /// The status that it answers a message with.
    pub fn post(&self, path: &str, kind: &str, body: &str) -> u16 {
        let posted = match kind {
            "json" => http::post_json(self.port, path, body, ASK_DEADLINE),
            _ => http::post_text(self.port, path, body, ASK_DEADLINE),
        };
        posted.expect("the bridge answers").status
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        // Killing a process that has ended already is the only way to fail, and it is what we want.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A port of 127.0.0.1 that nobody listens on.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.local_addr().unwrap().port()
}

#[track_caller]
fn until(what: &str, happened: impl Fn() -> bool) {
    let deadline = Instant::now() + DEADLINE;
    while !happened() {
        assert!(Instant::now() < deadline, "not in {DEADLINE:?}: {what}");
        std::thread::sleep(PAUSE);
    }
}

/// The example, running. It ends when this is dropped, those who ask before those who answer.
pub struct Office {
    alertmanager: Alertmanager,
    bridge: Option<Bridge>,
    port: u16,
    pub github: GitHub,
    folder: TempDir,
}

impl Office {
    /// Starts Alertmanager with what is generated of the example, but for the timers of tickets and the port of the bridge.
    pub fn open() -> Office {
        let (folder, github, port) = (TempDir::new().unwrap(), GitHub::start(), free_port());
        for part in ["slos", "runbooks"] {
            fs::create_dir(folder.path().join(part)).unwrap();
            for entry in fs::read_dir(example().join(part)).unwrap() {
                let entry = entry.unwrap();
                let copy = folder.path().join(part).join(entry.file_name());
                fs::copy(entry.path(), copy).unwrap();
            }
        }
        let workspace = fs::read_to_string(example().join("burnwatch.yaml")).unwrap();
        let mut changed = workspace.clone();
        for (slow, fast) in [
            ("group_wait: 5m", "group_wait: 1s"),
            ("group_interval: 10m", "group_interval: 1s"),
            ("repeat_interval: 1d", "repeat_interval: 1s"),
            ("127.0.0.1:9099", &format!("127.0.0.1:{port}")),
        ] {
            assert!(changed.contains(slow), "{slow}");
            changed = changed.replace(slow, fast);
        }
        fs::write(folder.path().join("burnwatch.yaml"), changed).unwrap();
        let burnwatch = Path::new(env!("CARGO_BIN_EXE_burnwatch"));
        run(burnwatch, folder.path(), ["generate"]).expect_success("generate");
        let bridge = Bridge::start(folder.path(), port, &github.url());
        let config = folder
            .path()
            .join("generated/alertmanager/alertmanager.yaml");
        Office {
            alertmanager: Alertmanager::start(&config, &folder.path().join("alertmanager")),
            bridge: Some(bridge),
            port,
            github,
            folder,
        }
    }

    /// What Prometheus would send of a ticket of orders: labels and link of the generated rule, and a text that it filled in.
    pub fn post(&self, region: &str, tier: &str, since: &str, ended: Option<&str>) {
        let rules = self
            .folder
            .path()
            .join("generated/prometheus/orders.rules.yaml");
        let rules: Value = serde_saphyr::from_str(&fs::read_to_string(rules).unwrap()).unwrap();
        let groups = rules["groups"].as_array().unwrap().iter();
        let rule = groups
            .flat_map(|group| group["rules"].as_array().unwrap())
            .find(|rule| rule["labels"]["slo_tier"] == tier)
            .expect("the tier has a rule");
        let mut labels = rule["labels"].clone();
        labels["alertname"] = rule["alert"].clone();
        labels["region"] = region.into();
        let summary = rule["annotations"]["summary"].as_str().unwrap();
        let annotations = json!({
            "summary": summary.replace("{{ $labels.region }}", region),
            "description": if region == HOSTILE { fence() } else { MESSAGE.to_string() },
            "runbook_url": rule["annotations"]["runbook_url"],
            "dashboard_url": format!("https://grafana.example.com/d/slo?var-region={region}"),
        });
        let mut alert = json!({"labels": labels, "annotations": annotations, "startsAt": since});
        if let Some(ended) = ended {
            alert["endsAt"] = ended.into();
        }
        let port = self.alertmanager.port();
        let answer = http::post_json(
            port,
            "/api/v2/alerts",
            &json!([alert]).to_string(),
            ASK_DEADLINE,
        );
        let answer = answer.expect("Alertmanager answers");
        assert_eq!(answer.status, 200, "{}", answer.body);
    }

    /// Kills the bridge and starts it anew.
    pub fn restart_bridge(&mut self) {
        self.bridge = None;
        self.bridge = Some(Bridge::start(
            self.folder.path(),
            self.port,
            &self.github.url(),
        ));
    }

    /// What the bridge has said.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("bridge.log")).unwrap()
    }

    /// How often the bridge has said this.
    pub fn said(&self, what: &str) -> usize {
        self.log().matches(what).count()
    }

    /// Waits until the bridge has said this twice more: the first may have been on its way.
    #[track_caller]
    pub fn repeated(&self) {
        let before = self.said("says so already");
        self.until("a message is repeated", || {
            self.said("says so already") >= before + 2
        });
    }

    /// Waits until this has happened.
    #[track_caller]
    pub fn until(&self, what: &str, happened: impl Fn() -> bool) {
        let deadline = Instant::now() + DEADLINE;
        while !happened() {
            assert!(
                Instant::now() < deadline,
                "not in {DEADLINE:?}: {what}\n{:#?}\n{}\n{:#?}",
                self.github.issues(),
                self.log(),
                self.alertmanager.alerts(),
            );
            std::thread::sleep(PAUSE);
        }
    }
}
