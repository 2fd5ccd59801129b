//! From a real Prometheus to a page and back.

use std::sync::Mutex;
use std::time::Instant;

use super::kit::prometheus::Prometheus;
use super::scene::Scene;
use super::world::front::{Front, Service};
use super::world::http::{Answer, Request};
use super::world::wait::until_so;

/// A service that is scraped.
struct Exporter {
    state: Mutex<Rising>,
}

/// Counters that rise by so many in a second.
struct Rising {
    since: Instant,
    good: f64,
    bad: f64,
    good_rate: f64,
    bad_rate: f64,
}

impl Rising {
    fn rise(&mut self) {
        let now = Instant::now();
        let seconds = (now - self.since).as_secs_f64();
        self.good += seconds * self.good_rate;
        self.bad += seconds * self.bad_rate;
        self.since = now;
    }
}

impl Exporter {
    fn new() -> Exporter {
        let state = Rising {
            since: Instant::now(),
            good: 0.0,
            bad: 0.0,
            good_rate: 100.0,
            bad_rate: 0.0,
        };
        Exporter {
            state: Mutex::new(state),
        }
    }

    fn turn(&mut self, good_rate: f64, bad_rate: f64) {
        let state = self.state.get_mut().unwrap();
        state.rise();
        (state.good_rate, state.bad_rate) = (good_rate, bad_rate);
    }
}

impl Service for Exporter {
    fn take(&mut self, _request: &Request) -> Answer {
        let state = self.state.get_mut().unwrap();
        state.rise();
        let (good, bad) = (state.good.floor(), state.bad.floor());
        Answer::text(
            200,
            &format!(
                "# TYPE requests_total counter\nrequests_total{{code=\"200\"}} {good}\nrequests_total{{code=\"500\"}} {bad}\n"
            ),
        )
    }
}

#[test]
fn an_incident_is_paged_with_its_runbook_survives_a_kill_and_is_resolved() {
    let scene = Scene::with(
        &["orders"],
        &[
            ("scrape_interval: 5s", "scrape_interval: 1s"),
            ("query_offset: 1s", "query_offset: 2s"),
        ],
    );
    let shop = Front::start(Exporter::new());
    let target = shop.url().replace("http://", "");
    let config = format!(
        "global: {{scrape_interval: 1s}}\nscrape_configs:\n  - {{job_name: orders, static_configs: [{{targets: ['{target}']}}]}}\n"
    );
    let data = scene.site.path("prometheus");
    let prometheus = Prometheus::configured(&data, &config, &[]);
    let fake = scene.services.counters.url();
    scene
        .site
        .replace("burnwatch.yaml", &fake, &prometheus.url());
    let daemon = scene.start();
    until_so("it is ready", || daemon.ready().starts_with("200"));
    shop.look(|exporter| exporter.turn(0.0, 5_000.0));
    let opened = scene.told_of("orders");
    let links = opened.triggers[0]["links"].to_string();
    assert!(
        links.contains("https://runbooks.example.com/shop"),
        "{links}"
    );
    daemon.kill();
    shop.look(|exporter| exporter.turn(1e8, 0.0));
    let _daemon = scene.start();
    until_so("it is resolved", || !scene.told_of("orders").is_open());
    let about = scene.incidents();
    let about = about.iter().filter(|one| one.summary().contains("orders"));
    assert_eq!(about.count(), 1);
}
