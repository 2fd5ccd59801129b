//! From what happens to what Prometheus sees of it: series, scraped.

use super::chance::Chance;
use super::trace::{HOUR_S, Kind, Trace};

/// A time in which a share of all events fails.
#[derive(Clone, Debug)]
pub struct Incident {
    /// From when on, in seconds of the trace.
    pub from_s: i64,
    /// Until when.
    pub until_s: i64,
    /// The share that fails.
    pub error_ratio: f64,
}

/// What happens to a service. Times are seconds of the trace, from and until.
#[derive(Clone, Debug)]
pub struct Traffic {
    /// Events of one group in an hour, in the mean of a day.
    pub per_hour: f64,
    /// How much less it is at night.
    pub swing: f64,
    /// The share that fails otherwise.
    pub background: f64,
    /// When more fails.
    pub incidents: Vec<Incident>,
    /// When there is no traffic at all; the series are there.
    pub quiet: Vec<(i64, i64)>,
    /// When nothing of the service is scraped.
    pub dark: Vec<(i64, i64)>,
    /// Which instance begins anew, gone from and until.
    pub restarts: Vec<(usize, i64, i64)>,
    /// One in so many scrapes of an instance is missed; none where it is 0.
    pub missed_once_in: usize,
    /// Error series begin with the first error, not with their process.
    pub late_errors: bool,
    /// When the service begins to exist.
    pub born_s: i64,
}

/// What is scraped of one series.
#[derive(Clone, Debug)]
pub struct Series {
    /// Its metric with its labels.
    pub name: String,
    /// One for each scrape of the trace; nothing where there is no sample.
    pub samples: Vec<Option<f64>>,
}

impl Traffic {
    /// Events of one group in a second.
    fn rate(&self, second: i64) -> f64 {
        if within(&self.quiet, second) {
            return 0.0;
        }
        let turn = second as f64 / (24 * HOUR_S) as f64;
        let wave = (turn * std::f64::consts::TAU).sin();
        self.per_hour / HOUR_S as f64 * (1.0 + self.swing * wave)
    }

    fn error_ratio(&self, second: i64) -> f64 {
        let now = self
            .incidents
            .iter()
            .filter(|incident| incident.from_s <= second && second < incident.until_s);
        now.map(|incident| incident.error_ratio)
            .fold(self.background, f64::max)
    }
}

fn within(spans: &[(i64, i64)], second: i64) -> bool {
    spans
        .iter()
        .any(|(from_s, until_s)| *from_s <= second && second < *until_s)
}

/// The counts of one process.
#[derive(Default)]
struct Process {
    good: u64,
    bad: u64,
}

/// Every series of a trace, in an order that is always the same.
pub fn series(trace: &Trace) -> Vec<Series> {
    let mut chance = Chance::new(trace.seed ^ 0x7261_6666_6963);
    let mut all = Vec::new();
    for group in 0..trace.groups.max(1) {
        for instance in 0..trace.instances {
            all.extend(target(trace, group, instance, &mut chance));
        }
    }
    all
}

fn target(trace: &Trace, group: usize, instance: usize, chance: &mut Chance) -> Vec<Series> {
    let traffic = &trace.traffic;
    let mut all = names(trace, group, instance);
    let mut process = Process::default();
    let mut was_gone = true;
    let mut second = trace.offset_s;
    while second < trace.length_s {
        let restarts = traffic.restarts.iter();
        let mut of_it = restarts.filter(|(which, ..)| *which == instance);
        let begins_anew = of_it.any(|(_, from_s, until_s)| {
            *from_s <= second && second < (*until_s).max(from_s + trace.scrape_s)
        });
        let gone = second < traffic.born_s
            || traffic.restarts.iter().any(|(which, from_s, until_s)| {
                *which == instance && *from_s <= second && second < *until_s
            });
        if begins_anew || was_gone {
            process = Process::default();
        }
        was_gone = gone;
        let (mut good, mut bad) = (0, 0);
        if !gone {
            // What a group counts differs between groups and is shared by its instances.
            let weight = 1.0 / (1.0 + group as f64) / trace.instances as f64;
            let expected = traffic.rate(second) * weight * trace.scrape_s as f64;
            let events = chance.poisson(expected);
            bad = chance.of(events, traffic.error_ratio(second));
            good = events - bad;
        }
        process.good += good;
        process.bad += bad;
        let missed = traffic.missed_once_in > 0 && chance.once_in(traffic.missed_once_in);
        let seen = !gone && !missed && !within(&traffic.dark, second);
        let fails = trace.kind == Kind::Gauge && chance.share() < traffic.error_ratio(second);
        let values = values(trace, &process, fails);
        for (series, value) in all.iter_mut().zip(values) {
            series.samples.push(value.filter(|_| seen));
        }
        second += trace.scrape_s;
    }
    all
}

fn names(trace: &Trace, group: usize, instance: usize) -> Vec<Series> {
    let route = match trace.groups {
        0 => String::new(),
        _ => format!(",route=\"r{group}\""),
    };
    let labels = format!(
        "job=\"{}\",instance=\"i{instance}\"{route}",
        trace.service()
    );
    let series = |metric: &str, label: &str| Series {
        name: format!("{metric}{{{labels}{label}}}"),
        samples: Vec::new(),
    };
    match trace.kind {
        Kind::Errors | Kind::Good => vec![
            series("http_requests_total", ",code=\"200\""),
            series("http_requests_total", ",code=\"503\""),
        ],
        Kind::Latency => vec![
            series("duration_seconds_bucket", ",le=\"0.3\""),
            series("duration_seconds_bucket", ",le=\"+Inf\""),
            series("duration_seconds_count", ""),
        ],
        Kind::Gauge => vec![series("probe_success", "")],
    }
}

/// The values of the series of a process, in the order of their names.
fn values(trace: &Trace, process: &Process, fails: bool) -> Vec<Option<f64>> {
    let (good, bad) = (process.good as f64, process.bad as f64);
    let late = trace.traffic.late_errors && process.bad == 0;
    match trace.kind {
        Kind::Errors | Kind::Good => vec![Some(good), (!late).then_some(bad)],
        Kind::Latency => vec![Some(good), Some(good + bad), Some(good + bad)],
        Kind::Gauge => vec![Some(if fails { 0.0 } else { 1.0 })],
    }
}
