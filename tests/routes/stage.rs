//! A workspace that runs: its generated rules in a real Prometheus, its generated routes in a real Alertmanager, a service
//! whose errors the test turns up and down, and an inbox for what is sent.
//!
//! Every text in which `INBOX` stands names the inbox. Messages are told as `PATH STATUS`, and of each alert its SLO, its
//! region where it has one, and its tier.

#![allow(
    clippy::disallowed_methods,
    reason = "a test waits for other processes with a deadline, which needs a clock"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::kit::alertmanager::Alertmanager;
use crate::kit::fake::{Behaviour, Fake};
use crate::kit::prometheus::Prometheus;
use crate::kit::tools::run;

/// How long anything may take that has to happen.
const DEADLINE: Duration = Duration::from_secs(90);

/// How often it is looked for.
const PAUSE: Duration = Duration::from_millis(50);

/// Events between two scrapes of one service.
const EVENTS: u64 = 100;

/// Services by their name and region; how many of 100 of their events fail, and how many events of both kinds there were.
type Services = BTreeMap<(String, String), (u64, [u64; 2])>;

/// A running workspace. It ends when this is dropped, those who ask before those who answer.
pub struct Stage {
    _prometheus: Prometheus,
    alertmanager: Alertmanager,
    services: Arc<Mutex<Services>>,
    _target: Fake,
    inbox: Fake,
    folder: TempDir,
}

impl Stage {
    /// Starts the workspace of `files`. Of the events of each service, by name and region, that many of 100 fail.
    pub fn start(files: &[(&str, &str)], services: &[(&str, &str, u64)]) -> Stage {
        let inbox = Fake::start(|_| Behaviour::json("{}"));
        let folder = TempDir::new().unwrap();
        write(&folder, &inbox, files);
        let services: Services = services
            .iter()
            .map(|(name, region, errors)| {
                ((name.to_string(), region.to_string()), (*errors, [0; 2]))
            })
            .collect();
        let services = Arc::new(Mutex::new(services));
        let target = target(services.clone());
        let alertmanager = Alertmanager::start(
            &folder
                .path()
                .join("generated/alertmanager/alertmanager.yaml"),
            &folder.path().join("alertmanager"),
        );
        let host = |url: String| url.trim_start_matches("http://").to_string();
        let config = format!(
            "global: {{scrape_interval: 1s, evaluation_interval: 1s}}\n\
             rule_files: [generated/prometheus/*.rules.yaml]\n\
             alerting: {{alertmanagers: [{{static_configs: [{{targets: [\"127.0.0.1:{}\"]}}]}}]}}\n\
             scrape_configs:\n\
             - {{job_name: target, honor_labels: true, static_configs: [{{targets: [\"{}\"]}}]}}\n",
            alertmanager.port(),
            host(target.url()),
        );
        let prometheus = Prometheus::configured(&folder.path().join("prometheus"), &config, &[]);
        Stage {
            _prometheus: prometheus,
            alertmanager,
            services,
            _target: target,
            inbox,
            folder,
        }
    }

    /// Lets that many of 100 events of a service fail from now on.
    pub fn burn(&self, service: &str, region: &str, errors: u64) {
        let key = (service.to_string(), region.to_string());
        let mut services = self.services.lock().unwrap();
        services.get_mut(&key).expect("the service is scraped").0 = errors;
    }

    /// Changes the workspace, generates, and lets Alertmanager read what came of it.
    pub fn reroute(&self, files: &[(&str, &str)]) {
        write(&self.folder, &self.inbox, files);
        self.alertmanager.reload();
    }

    /// The messages that came in, as they were posted.
    pub fn posted(&self) -> Vec<Value> {
        let requests = self.inbox.requests();
        let bodies = requests.iter().map(|request| &request.body);
        bodies
            .map(|body| serde_json::from_str(body).unwrap())
            .collect()
    }

    /// The messages that came in, as texts.
    pub fn told(&self) -> Vec<String> {
        let requests = self.inbox.requests();
        let paths = requests.iter().map(|request| &request.path);
        paths
            .zip(self.posted())
            .map(|(path, body)| line(path, &body))
            .collect()
    }

    /// Waits until as many messages as are expected have come in, and no others. The last `unordered` may come in any order.
    #[track_caller]
    pub fn arrived(&self, expected: &[&str], unordered: usize) {
        self.until(&format!("{expected:#?}"), || {
            (self.told().len() >= expected.len()).then_some(())
        });
        let mut told = self.told();
        let ordered = expected.len() - unordered;
        told.get_mut(ordered..).unwrap_or_default().sort();
        assert_eq!(told, expected);
    }

    /// Waits until a message that begins so has come in, whatever else comes: an Alertmanager that has just read its
    /// configuration may send what is inhibited before it knows why.
    #[track_caller]
    pub fn comes(&self, message: &str) {
        self.until(message, || {
            let told = self.told();
            told.iter()
                .any(|told| told.starts_with(message))
                .then_some(())
        });
    }

    /// Waits until Alertmanager has the alert of an SLO, a region and a tier, in this state.
    #[track_caller]
    pub fn alert(&self, slo: &str, region: &str, tier: &str, state: &str) -> Value {
        let is = |alert: &Value| {
            let label = |name: &str| alert["labels"][name].as_str().unwrap_or_default();
            (label("slo"), label("region"), label("slo_tier")) == (slo, region, tier)
                && alert["status"]["state"] == state
        };
        self.until(&format!("{slo} {region} {tier} is {state}"), || {
            self.alertmanager.alerts().into_iter().find(is)
        })
    }

    /// Waits until Alertmanager says that `silenced` is kept back because of one of `by`.
    #[track_caller]
    pub fn inhibited(&self, silenced: [&str; 3], by: &[[&str; 3]]) {
        let [slo, region, tier] = silenced;
        let alert = self.alert(slo, region, tier, "suppressed");
        let sources = by.iter().map(|[slo, region, tier]| {
            let alerts = self.alertmanager.alerts();
            let print = alerts.iter().find(|alert| {
                let labels = &alert["labels"];
                labels["slo"] == *slo
                    && labels["region"].as_str().unwrap_or_default() == *region
                    && labels["slo_tier"] == *tier
            });
            print.map(|alert| alert["fingerprint"].clone())
        });
        let sources: Vec<Value> = sources.flatten().collect();
        let named = alert["status"]["inhibitedBy"].as_array().unwrap();
        assert!(!named.is_empty(), "{alert:#}");
        assert!(
            named.iter().all(|print| sources.contains(print)),
            "{sources:?} {alert:#}"
        );
    }

    /// What `look` finds, as soon as it finds something.
    #[track_caller]
    fn until<T>(&self, what: &str, look: impl Fn() -> Option<T>) -> T {
        let deadline = Instant::now() + DEADLINE;
        loop {
            if let Some(found) = look() {
                return found;
            }
            assert!(
                Instant::now() < deadline,
                "not in {DEADLINE:?}: {what}\ntold: {:#?}\nalerts: {:#?}\n{}",
                self.told(),
                self.alertmanager.alerts(),
                ["prometheus.log", "alertmanager.log"]
                    .map(|log| std::fs::read_to_string(self.folder.path().join(log))
                        .unwrap_or_default())
                    .concat(),
            );
            std::thread::sleep(PAUSE);
        }
    }
}

/// Writes the workspace and generates.
fn write(folder: &TempDir, inbox: &Fake, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text.replace("INBOX", &inbox.url())).unwrap();
    }
    let burnwatch = Path::new(env!("CARGO_BIN_EXE_burnwatch"));
    run(burnwatch, folder.path(), ["generate"]).expect_success("generate");
}

/// Serves the counters of all services; between two scrapes each has had [`EVENTS`].
fn target(services: Arc<Mutex<Services>>) -> Fake {
    Fake::start(move |_| {
        let mut text = String::from("# TYPE http_requests_total counter\n");
        for ((service, region), (errors, counters)) in services.lock().unwrap().iter_mut() {
            let (code_200, code_500) = (EVENTS - *errors, *errors);
            for ((code, more), counter) in [("200", code_200), ("500", code_500)]
                .into_iter()
                .zip(counters)
            {
                let _ = writeln!(
                    text,
                    "http_requests_total{{job=\"{service}\",region=\"{region}\",code=\"{code}\"}} {counter}"
                );
                *counter += more;
            }
        }
        let kind = "Content-Type: text/plain; version=0.0.4".to_string();
        Behaviour::Answer(200, vec![kind], text)
    })
}

fn line(path: &str, message: &Value) -> String {
    let alerts = message["alerts"].as_array().unwrap().iter().map(|alert| {
        let labels = ["slo", "region", "slo_tier"].map(|label| alert["labels"][label].as_str());
        labels.into_iter().flatten().collect::<Vec<_>>().join(" ")
    });
    let mut alerts: Vec<String> = alerts.collect();
    alerts.sort();
    let status = message["status"].as_str().unwrap();
    format!("{path} {status}: {}", alerts.join(", "))
}
