//! The series of the daemon: their names, what they mean, their labels.

use std::borrow::Cow;
use std::sync::atomic::AtomicU64;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Metric, Registry};

/// Bounds of the time from when an evaluation was due until its verdict is kept, in seconds.
const LAG_SECONDS: [f64; 12] = [
    0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0,
];
/// Bounds of the time that a delivery takes, in seconds.
const DELIVERY_SECONDS: [f64; 9] = [0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// So many labels with their values.
pub(super) type By<const N: usize> = [(&'static str, Cow<'static, str>); N];
pub(super) type Counters<const N: usize> = Family<By<N>, Counter>;
pub(super) type Gauges = Family<By<1>, Gauge>;
pub(super) type Seconds = Gauge<f64, AtomicU64>;

/// What is seen of SLOs.
#[derive(Debug)]
pub(super) struct Seeing {
    pub(super) evaluations: Counters<1>,
    pub(super) lag: Histogram,
    pub(super) missed: Counter,
    pub(super) slos: Gauges,
    pub(super) questions: Counters<1>,
    pub(super) questions_in_flight: Gauge,
    pub(super) questions_limit: Gauge,
}

/// What is told to receivers.
#[derive(Debug)]
pub(super) struct Telling {
    pub(super) deliveries: Counters<2>,
    pub(super) took: Family<By<1>, Histogram, fn() -> Histogram>,
    pub(super) episodes: Gauges,
    pub(super) owed: Gauges,
}

/// How the daemon itself is.
#[derive(Debug)]
pub(super) struct Being {
    pub(super) behind: Gauge,
    pub(super) reload_successful: Gauge,
    pub(super) reload_seconds: Seconds,
    pub(super) heartbeats: Counters<1>,
    pub(super) heartbeat_seconds: Seconds,
}

fn put<M: Metric + Clone>(registry: &mut Registry, name: &str, help: &str, metric: M) -> M {
    registry.register(name, help, metric.clone());
    metric
}

fn new<M: Metric + Clone + Default>(registry: &mut Registry, name: &str, help: &str) -> M {
    put(registry, name, help, M::default())
}

impl Seeing {
    pub(super) fn register(to: &mut Registry) -> Seeing {
        Seeing {
            evaluations: new(
                to,
                "burnwatch_evaluations",
                "SLO evaluations that were due, by what came of them",
            ),
            lag: put(
                to,
                "burnwatch_evaluation_lag_seconds",
                "Time from when an evaluation was due until its verdict was kept, in seconds",
                Histogram::new(LAG_SECONDS),
            ),
            missed: new(
                to,
                "burnwatch_missed_evaluations",
                "Evaluations that never began, since the ones before took too long",
            ),
            slos: new(
                to,
                "burnwatch_slos",
                "SLOs by how much of their past is known: `ready` all, `backfilling` what pages need, `unknown` less",
            ),
            questions: new(
                to,
                "burnwatch_questions",
                "Questions to the source, by what came of them",
            ),
            questions_in_flight: new(
                to,
                "burnwatch_questions_in_flight",
                "Questions to the source that are under way",
            ),
            questions_limit: new(
                to,
                "burnwatch_questions_limit",
                "Most questions that may be under way now; fewer while the source has too much to do",
            ),
        }
    }
}

impl Telling {
    pub(super) fn register(to: &mut Registry) -> Telling {
        Telling {
            deliveries: new(
                to,
                "burnwatch_deliveries",
                "Attempts to tell a receiver, by what came of them",
            ),
            took: put(
                to,
                "burnwatch_delivery_seconds",
                "Time that an attempt to tell a receiver took, in seconds",
                Family::new_with_constructor(|| Histogram::new(DELIVERY_SECONDS)),
            ),
            episodes: new(
                to,
                "burnwatch_episodes",
                "Episodes that are remembered, by how they stand",
            ),
            owed: new(to, "burnwatch_owed", "Messages that a receiver is owed now"),
        }
    }
}

impl Being {
    pub(super) fn register(to: &mut Registry) -> Being {
        Being {
            behind: new(
                to,
                "burnwatch_store_behind",
                "Whether what happens cannot be kept (1) or can (0)",
            ),
            reload_successful: new(
                to,
                "burnwatch_config_last_reload_successful",
                "Whether the configuration was in order (1) or not (0) when it was read last",
            ),
            reload_seconds: new(
                to,
                "burnwatch_config_last_reload_success_timestamp_seconds",
                "When the configuration that is in effect was read, in Unix seconds",
            ),
            heartbeats: new(
                to,
                "burnwatch_heartbeats",
                "Heartbeats that were due, by what came of them",
            ),
            heartbeat_seconds: new(
                to,
                "burnwatch_heartbeat_last_sent_timestamp_seconds",
                "When a heartbeat was taken last, in Unix seconds; 0 for never",
            ),
        }
    }
}
