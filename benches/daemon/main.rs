//! The daemon with thousands of SLOs, between a Prometheus that answers at once and a PagerDuty: lag, memory, processor, the way of
//! a page, starts, and all SLOs firing at once.
//!
//! `cargo bench --bench daemon -- [SLOS] [SECONDS]`; 10,000 SLOs and 180 seconds of calm unless told otherwise. The servers run in
//! the process of the benchmark, on the same processors.
#![allow(clippy::unwrap_used, reason = "a benchmark ends where it cannot go on")]
#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![allow(
    clippy::disallowed_methods,
    reason = "a benchmark measures time and waits for processes"
)]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

#[path = "../../tests/kit/mod.rs"]
mod kit;
#[path = "../../tests/world/mod.rs"]
mod world;

use kit::http;
use world::counters::Counters;
use world::front::Front;
use world::pagerduty::PagerDuty;
use world::rates::{BURNING, CALM};
use world::wait::now_ms;

const SLOS: usize = 10_000;
const CALM_S: u64 = 180;
const IN_A_FILE: usize = 100;
const INTERVAL_S: u64 = 30;
const OFFSET_S: u64 = 30;
/// So many incidents are measured from their beginning to the page.
const INCIDENTS: usize = 5;
const ASK: Duration = Duration::from_secs(30);
const KEY: &str = "0123456789abcdef0123456789abcdef";

struct Daemon {
    child: Child,
    port: u16,
    began: Instant,
}

/// What the daemon says of itself.
#[derive(Clone, Default)]
struct Metrics(BTreeMap<String, f64>);

impl Metrics {
    fn get(&self, series: &str) -> f64 {
        self.0.get(series).copied().unwrap_or(0.0)
    }

    fn sum(&self, name: &str) -> f64 {
        let of_it = self.0.iter().filter(|(series, _)| series.starts_with(name));
        of_it.map(|(_, value)| value).sum()
    }
}

impl Daemon {
    fn start(folder: &Path, port: u16) -> Daemon {
        let log = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(folder.join("log"))
            .unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_burnwatch"))
            .arg("run")
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        Daemon {
            child,
            port,
            began: Instant::now(),
        }
    }

    fn page(&self, path: &str) -> Option<http::Answer> {
        http::get(self.port, path, ASK).ok()
    }

    fn metrics(&self) -> Metrics {
        let text = self.page("/metrics").map(|answer| answer.body);
        let text = text.unwrap_or_default();
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let pairs = lines.filter_map(|line| {
            let (series, value) = line.rsplit_once(' ')?;
            Some((series.to_string(), value.parse().ok()?))
        });
        Metrics(pairs.collect())
    }

    fn until(&mut self, what: &str, mut is_so: impl FnMut(&Daemon) -> bool) -> Duration {
        let limit = Duration::from_secs(300);
        let began = Instant::now();
        while !is_so(self) {
            assert!(began.elapsed() < limit, "{what} within {limit:?}");
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none(), "it ended: see its log");
            std::thread::sleep(Duration::from_millis(100));
        }
        self.began.elapsed()
    }

    fn is_ready(&self) -> bool {
        self.page("/readyz")
            .is_some_and(|answer| answer.status == 200)
    }

    fn stop(mut self) -> Duration {
        let began = Instant::now();
        kit::signal::send(self.child.id(), "TERM");
        let status = self.child.wait().unwrap();
        assert!(status.success(), "{status}");
        began.elapsed()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn write_workspace(folder: &Path, slos: usize, port: u16, source: &str, pagerduty: &str) {
    let workspace = format!(
        "apiVersion: burnwatch/v1\nprometheus: {{url: '{source}'}}\nrules: {{interval: {INTERVAL_S}s, scrape_interval: 15s}}\n\
         daemon: {{listen: '127.0.0.1:{port}', data: state.db, query_offset: {OFFSET_S}s, owner: payments}}\n\
         teams: {{payments: {{notify: {{page: [pager], ticket: [pager]}}}}}}\n\
         receivers: {{pager: {{pagerduty: {{routing_key_file: key, url: '{pagerduty}/v2/enqueue'}}}}}}\n"
    );
    fs::write(folder.join("burnwatch.yaml"), workspace).unwrap();
    fs::write(folder.join("key"), KEY).unwrap();
    fs::create_dir_all(folder.join("slos")).unwrap();
    for file in 0..slos.div_ceil(IN_A_FILE) {
        let mut text = format!(
            "apiVersion: burnwatch/v1\nservice: service-{file}\nowner: payments\nrunbook: https://runbooks.example.com/s\nslos:\n"
        );
        for at in file * IN_A_FILE..((file + 1) * IN_A_FILE).min(slos) {
            let _ = writeln!(
                text,
                "  - {{name: slo-{at}, objective: 99.9, sli: {{ratio: {{events: 'r_total{{job=\"job-{at}\"}}', errors_where: \
                 'code=~\"5..\"'}}}}}}"
            );
        }
        fs::write(folder.join(format!("slos/{file}.yaml")), text).unwrap();
    }
}

/// The upper edge of the bucket that the share `share` of what was counted between two looks lies in.
fn quantile(before: &Metrics, after: &Metrics, share: f64) -> String {
    let name = "burnwatch_evaluation_lag_seconds_bucket{le=\"";
    let mut buckets: Vec<(f64, f64)> = Vec::new();
    for (series, value) in &after.0 {
        if let Some(rest) = series.strip_prefix(name) {
            let edge = rest.trim_end_matches("\"}");
            let edge = edge.parse().unwrap_or(f64::INFINITY);
            buckets.push((edge, value - before.get(series)));
        }
    }
    buckets.sort_by(|a, b| a.0.total_cmp(&b.0));
    let all = buckets.last().map_or(0.0, |(_, count)| *count);
    let found = buckets.iter().find(|(_, count)| *count >= all * share);
    found.map_or("-".to_string(), |(edge, _)| format!("<= {edge} s"))
}

fn mib(bytes: f64) -> f64 {
    bytes / f64::from(1 << 20)
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn main() {
    let mut numbers = std::env::args().filter_map(|word| word.parse::<usize>().ok());
    let slos = numbers.next().unwrap_or(SLOS);
    let calm = Duration::from_secs(numbers.next().map_or(CALM_S, |s| s as u64));
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let source = Counters::start();
    let pagerduty = Front::start(PagerDuty::new(&[KEY]));
    let port = free_port();
    write_workspace(folder, slos, port, &source.url(), &pagerduty.url());
    let all = slos as f64;
    println!("{slos} SLOs every {INTERVAL_S} s");

    let mut daemon = Daemon::start(folder, port);
    let ready = daemon.until("it is ready", Daemon::is_ready);
    println!("first start: ready after {:.1} s", ready.as_secs_f64());
    let whole = daemon.until("all of the past is known", |daemon| {
        daemon.metrics().get("burnwatch_slos{state=\"ready\"}") >= all
    });
    println!(
        "first start: all pasts known after {:.1} s",
        whole.as_secs_f64()
    );

    println!("all calm:");
    measure(&daemon, &source, calm, all);
    incidents(&source, &pagerduty, slos);

    drop(daemon);
    let mut daemon = Daemon::start(folder, port);
    let ready = daemon.until("it is ready again", Daemon::is_ready);
    println!("after SIGKILL: ready after {:.1} s", ready.as_secs_f64());
    let metrics = daemon.metrics();
    println!(
        "after SIGKILL: {} of {slos} SLOs know all of their past when it is ready",
        metrics.get("burnwatch_slos{state=\"ready\"}")
    );

    for at in 0..slos {
        source.set(&format!("job-{at}"), BURNING);
    }
    let began = Instant::now();
    daemon.until("all of them have an episode", |daemon| {
        daemon.metrics().get("burnwatch_episodes{state=\"open\"}") >= all
    });
    println!(
        "all firing: {slos} episodes open after {:.1} s",
        began.elapsed().as_secs_f64()
    );
    measure(&daemon, &source, calm.min(Duration::from_secs(60)), all);
    println!(
        "all firing: {} requests to PagerDuty, {} incidents",
        pagerduty.requests().len(),
        pagerduty.look(|pagerduty| pagerduty.incidents().len())
    );
    println!("SIGTERM: ended after {:.1} s", daemon.stop().as_secs_f64());
}

/// What a stretch of time costs.
fn measure(daemon: &Daemon, source: &Counters, for_so_long: Duration, slos: f64) {
    let before = daemon.metrics();
    let asked = source.tally().questions;
    let began = Instant::now();
    std::thread::sleep(for_so_long);
    let after = daemon.metrics();
    let minutes = began.elapsed().as_secs_f64() / 60.0;
    let questions = (source.tally().questions - asked) as f64;
    let cpu_s = after.get("process_cpu_seconds_total") - before.get("process_cpu_seconds_total");
    let evaluations = |metrics: &Metrics| metrics.sum("burnwatch_evaluations_total");
    println!(
        "  lag of {} evaluations: median {}, 99 % {}, 99.9 % {}; missed {}",
        evaluations(&after) - evaluations(&before),
        quantile(&before, &after, 0.5),
        quantile(&before, &after, 0.99),
        quantile(&before, &after, 0.999),
        after.sum("burnwatch_missed_evaluations") - before.sum("burnwatch_missed_evaluations"),
    );
    println!(
        "  {:.0} MiB resident, {:.2} processors, {:.2} questions per SLO and minute, most at once {}",
        mib(after.get("process_resident_memory_bytes")),
        cpu_s / (minutes * 60.0),
        questions / slos / minutes,
        source.tally().most_in_flight,
    );
}

/// From the first error to the first byte of the page.
fn incidents(source: &Counters, pagerduty: &Front<PagerDuty>, slos: usize) {
    let mut took_ms = Vec::new();
    for at in (0..slos).step_by((slos / INCIDENTS).max(1)).take(INCIDENTS) {
        let job = format!("job-{at}");
        let began_ms = now_ms();
        source.set(&job, BURNING);
        let name = format!("slo-{at} ");
        let limit = Duration::from_secs(2 * (INTERVAL_S + OFFSET_S));
        let opened_ms = world::wait::within(limit, || {
            pagerduty.look(|pagerduty| {
                let mut open = pagerduty.incidents().iter();
                let found =
                    open.find(|incident| format!("{} ", incident.summary()).contains(&name));
                found.map(|incident| incident.opened_ms)
            })
        });
        took_ms.push(opened_ms.unwrap_or_else(|| panic!("{job} pages")) - began_ms);
        source.set(&job, CALM);
    }
    took_ms.sort_unstable();
    let seconds = |ms: &i64| *ms as f64 / 1_000.0;
    println!(
        "first error to first byte of the page: {:.1} s to {:.1} s in {} incidents (interval {INTERVAL_S} s, offset {OFFSET_S} s)",
        took_ms.first().map_or(0.0, seconds),
        took_ms.last().map_or(0.0, seconds),
        took_ms.len(),
    );
}
