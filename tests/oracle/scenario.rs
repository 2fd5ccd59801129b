//! What happens to a service: traffic, incidents, restarts, scrape gaps. Times are seconds of its history.

use std::ops::Range;

/// One hour in seconds.
pub const HOUR_S: i64 = 3_600;

/// The length of a block of Prometheus (2 h tripled four times), and of most histories: each rule costs one
/// query and one block, and 9,720 evaluations stay below the 11,000 points of a query. It leaves 3.75 days in
/// which the 3d windows are full.
pub const BLOCK_S: i64 = 162 * HOUR_S;

/// The start of every history: midnight UTC, and the start of a block.
pub const START_S: i64 = 2_960 * BLOCK_S;

/// How often rules are evaluated.
pub const EVALUATION_S: i64 = 60;

/// How events arrive, over all instances.
#[derive(Debug, Clone, Copy)]
pub enum Traffic {
    /// Poisson, with a sine over the day: lowest at 03:00, highest at 15:00.
    Diurnal { lowest: f64, highest: f64 },
    /// Poisson, `quiet` a second, and `burst` a second in the first `burst_s` of every `every_s`.
    Bursty {
        quiet: f64,
        burst: f64,
        burst_s: i64,
        every_s: i64,
    },
    /// Poisson, always `rate` a second.
    Steady { rate: f64 },
    /// One event every `every_s` seconds at each instance, without any chance.
    Fixed { every_s: i64 },
    /// `rate` a second, but nothing at all in the first `silent_s` of every day.
    SilentNights { rate: f64, silent_s: i64 },
}

/// A time in which a share of all events fails.
#[derive(Debug, Clone)]
pub struct Incident {
    /// From when (excluded) until when (included).
    pub during: Range<i64>,
    /// The share that fails.
    pub error_ratio: f64,
}

/// A stop of one instance: its counters start from nothing, and their series are born anew.
#[derive(Debug, Clone, Copy)]
pub struct Restart {
    pub instance: usize,
    pub at: i64,
    /// For how long it is gone: no events, no scrapes.
    pub gone_s: i64,
}

/// A time in which Prometheus gets no samples, of one instance or of all.
#[derive(Debug, Clone)]
pub struct Gap {
    pub instance: Option<usize>,
    pub during: Range<i64>,
}

/// When a series of errors begins to exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorSeries {
    /// At zero, with the process.
    AtStart,
    /// With the first error, as most client libraries do it.
    AtFirstError,
}

/// How far recorded ratios may be from the counters as scraped.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Of the median of all judged windows, relative.
    pub median: f64,
    /// Of each window, relative; one event is always allowed.
    pub worst: f64,
}

impl Limits {
    /// What burnwatch promises.
    pub const PROMISED: Self = Self {
        median: 0.005,
        worst: 0.02,
    };
}

/// One history to be judged.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// The name of the service, a label value.
    pub name: &'static str,
    pub seed: u64,
    pub instances: usize,
    /// How long the history is, in blocks of [`BLOCK_S`].
    pub blocks: i64,
    /// How often instances are scraped, and how often burnwatch is told that they are.
    pub scrape_s: i64,
    pub declared_scrape_s: i64,
    pub traffic: Traffic,
    /// The share of events that fails outside incidents.
    pub background: f64,
    pub incidents: Vec<Incident>,
    pub restarts: Vec<Restart>,
    pub gaps: Vec<Gap>,
    pub error_series: ErrorSeries,
    pub limits: Limits,
}

impl Scenario {
    /// A quiet service of three instances, which the scenarios vary.
    pub fn quiet(name: &'static str, seed: u64, traffic: Traffic) -> Self {
        Self {
            name,
            seed,
            instances: 3,
            blocks: 1,
            scrape_s: 15,
            declared_scrape_s: 15,
            traffic,
            background: 0.0002,
            incidents: Vec::new(),
            restarts: Vec::new(),
            gaps: Vec::new(),
            error_series: ErrorSeries::AtFirstError,
            limits: Limits::PROMISED,
        }
    }

    /// The length of the history.
    pub fn history_s(&self) -> i64 {
        self.blocks * BLOCK_S
    }

    /// Events a second over all instances at `second`.
    pub fn rate(&self, second: i64) -> f64 {
        let of_day = second.rem_euclid(24 * HOUR_S);
        match self.traffic {
            Traffic::Diurnal { lowest, highest } => {
                #[allow(clippy::cast_precision_loss, reason = "seconds of a day are small")]
                let turn = (of_day - 3 * HOUR_S) as f64 / (24 * HOUR_S) as f64;
                let swing = (1.0 - (turn * std::f64::consts::TAU).cos()) / 2.0;
                lowest + (highest - lowest) * swing
            }
            Traffic::Bursty {
                quiet,
                burst,
                burst_s,
                every_s,
            } => {
                if second.rem_euclid(every_s) < burst_s {
                    burst
                } else {
                    quiet
                }
            }
            Traffic::Steady { rate } => rate,
            #[allow(clippy::cast_precision_loss, reason = "instances and seconds are few")]
            Traffic::Fixed { every_s } => self.instances as f64 / every_s as f64,
            Traffic::SilentNights { rate, silent_s } => {
                if of_day <= silent_s {
                    0.0
                } else {
                    rate
                }
            }
        }
    }

    /// The share of events that fails at `second`.
    pub fn error_ratio(&self, second: i64) -> f64 {
        self.incidents
            .iter()
            .find(|incident| incident.during.start < second && second <= incident.during.end)
            .map_or(self.background, |incident| incident.error_ratio)
    }

    /// Whether `instance` exists at `second`.
    pub fn exists(&self, instance: usize, second: i64) -> bool {
        !self.restarts.iter().any(|restart| {
            restart.instance == instance
                && (restart.at..restart.at + restart.gone_s).contains(&second)
        })
    }

    /// Whether Prometheus gets a sample of `instance` at `second`.
    pub fn is_scraped(&self, instance: usize, second: i64) -> bool {
        self.exists(instance, second)
            && !self.gaps.iter().any(|gap| {
                gap.instance.is_none_or(|only| only == instance) && gap.during.contains(&second)
            })
    }
}
