//! What the daemon counts of itself. `docs/metrics.md` has the list; `slos/daemon.yaml` stands on it.
//!
//! Values of labels are words of this crate and names of receivers, which the workspace has: their number is bounded. Every
//! series that can be named beforehand is there from the beginning, so that a first failure is an increase.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

use super::census::Census;
use super::labels::{DeliveryResult, EvaluationResult, HeartbeatResult, QuestionResult};
use super::process::Process;
use super::series::{Being, By, Counters, Seeing, Telling};
use super::vitals::Covered;

/// What the daemon counts of itself.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    seeing: Seeing,
    telling: Telling,
    being: Being,
    receivers: Mutex<Receivers>,
}

/// The receivers that are spoken of.
#[derive(Debug, Default)]
struct Receivers {
    of_workspace: BTreeSet<String>,
    owed: BTreeSet<String>,
}

/// A question that is under way; it is not any more when this is dropped.
#[derive(Debug)]
pub struct Asking<'m>(&'m Metrics);

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        self.0.seeing.questions_in_flight.dec();
    }
}

impl Metrics {
    /// Nothing happened yet. The version is that of this program.
    pub fn new(version: &'static str) -> Metrics {
        let mut registry = Registry::default();
        let info = Info::new(vec![("version", version)]);
        registry.register("burnwatch_build", "Which burnwatch this is", info);
        let metrics = Metrics {
            seeing: Seeing::register(&mut registry),
            telling: Telling::register(&mut registry),
            being: Being::register(&mut registry),
            receivers: Mutex::default(),
            registry,
        };
        metrics.begin()
    }

    /// Series that can be named beforehand.
    fn begin(mut self) -> Metrics {
        self.registry.register_collector(Box::new(Process));
        let start =
            |counters: &Counters<1>, result| drop(counters.get_or_create(&by_result(result)));
        for result in EvaluationResult::ALL {
            start(&self.seeing.evaluations, result.name());
        }
        for result in QuestionResult::ALL {
            start(&self.seeing.questions, result.name());
        }
        for result in HeartbeatResult::ALL {
            start(&self.being.heartbeats, result.name());
        }
        self.set_covered(&Covered::default());
        self.set_census(&Census::default());
        self
    }

    fn receivers(&self) -> MutexGuard<'_, Receivers> {
        self.receivers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The receivers of the workspace, at the start and after each reload. Of those that are gone only what they are owed is
    /// spoken of any more.
    pub fn set_receivers<'n>(&self, names: impl IntoIterator<Item = &'n str>) {
        let names: BTreeSet<String> = names.into_iter().map(str::to_owned).collect();
        let mut receivers = self.receivers();
        for gone in receivers.of_workspace.difference(&names) {
            for result in DeliveryResult::ALL {
                self.telling.deliveries.remove(&of_delivery(gone, result));
            }
            self.telling.took.remove(&by_receiver(gone));
            if !receivers.owed.contains(gone) {
                self.telling.owed.remove(&by_receiver(gone));
            }
        }
        for name in &names {
            for result in DeliveryResult::ALL {
                drop(
                    self.telling
                        .deliveries
                        .get_or_create(&of_delivery(name, result)),
                );
            }
            drop(self.telling.took.get_or_create(&by_receiver(name)));
            drop(self.telling.owed.get_or_create(&by_receiver(name)));
        }
        receivers.of_workspace = names;
    }

    /// An evaluation that was due is done, or will not be.
    pub fn evaluated(&self, result: EvaluationResult) {
        self.seeing
            .evaluations
            .get_or_create(&by_result(result.name()))
            .inc();
    }

    /// A verdict was kept so long after it was due.
    pub fn lagged(&self, lag: Duration) {
        self.seeing.lag.observe(lag.as_secs_f64());
    }

    /// So many evaluations never began.
    pub fn missed(&self, evaluations: u64) {
        self.seeing.missed.inc_by(evaluations);
    }

    /// So many of those that never began were left out because the source has too much to do.
    pub fn shed(&self, evaluations: u64) {
        self.seeing
            .evaluations
            .get_or_create(&by_result(EvaluationResult::Shed.name()))
            .inc_by(evaluations);
    }

    /// A question begins; it is under way until what is returned is dropped.
    pub fn asking(&self) -> Asking<'_> {
        self.seeing.questions_in_flight.inc();
        Asking(self)
    }

    /// A question was answered, or not.
    pub fn asked(&self, result: QuestionResult) {
        self.seeing
            .questions
            .get_or_create(&by_result(result.name()))
            .inc();
    }

    /// So many questions may be under way now.
    pub fn set_questions_limit(&self, most: usize) {
        self.seeing.questions_limit.set(count(most));
    }

    /// An attempt to tell a receiver is over. One that is not of the workspace any more is not spoken of.
    pub fn delivered(&self, receiver: &str, result: DeliveryResult, took: Duration) {
        let receivers = self.receivers();
        if !receivers.of_workspace.contains(receiver) {
            return;
        }
        self.telling
            .deliveries
            .get_or_create(&of_delivery(receiver, result))
            .inc();
        if result != DeliveryResult::Needless {
            let took_there = self.telling.took.get_or_create(&by_receiver(receiver));
            took_there.observe(took.as_secs_f64());
        }
    }

    /// How much of the past is known.
    pub fn set_covered(&self, covered: &Covered) {
        let known = covered.pages.max(covered.whole);
        for (state, slos) in [
            ("ready", covered.whole),
            ("backfilling", known - covered.whole),
            ("unknown", covered.slos.saturating_sub(known)),
        ] {
            self.seeing
                .slos
                .get_or_create(&by_state(state))
                .set(count(slos));
        }
    }

    /// How episodes stand and what is owed.
    pub fn set_census(&self, census: &Census) {
        for (state, episodes) in [
            ("open", census.open),
            ("settling", census.settling),
            ("over", census.over),
        ] {
            self.telling
                .episodes
                .get_or_create(&by_state(state))
                .set(count(episodes));
        }
        self.set_owed(&census.owed);
    }

    fn set_owed(&self, owed: &BTreeMap<String, usize>) {
        let mut receivers = self.receivers();
        for paid in receivers
            .owed
            .iter()
            .filter(|name| !owed.contains_key(*name))
        {
            match receivers.of_workspace.contains(paid) {
                true => {
                    self.telling.owed.get_or_create(&by_receiver(paid)).set(0);
                }
                false => {
                    self.telling.owed.remove(&by_receiver(paid));
                }
            }
        }
        for (name, messages) in owed {
            self.telling
                .owed
                .get_or_create(&by_receiver(name))
                .set(count(*messages));
        }
        receivers.owed = owed.keys().cloned().collect();
    }

    /// Whether what happens cannot be kept.
    pub fn set_store_behind(&self, is_behind: bool) {
        self.being.behind.set(i64::from(is_behind));
    }

    /// The configuration was read at this moment, in Unix milliseconds, and is in effect, or was not in order.
    pub fn reloaded(&self, is_in_order: bool, now_ms: i64) {
        self.being.reload_successful.set(i64::from(is_in_order));
        if is_in_order {
            self.being.reload_seconds.set(now_ms as f64 / 1_000.0);
        }
    }

    /// A heartbeat was due at this moment, in Unix milliseconds.
    pub fn beat(&self, result: HeartbeatResult, now_ms: i64) {
        self.being
            .heartbeats
            .get_or_create(&by_result(result.name()))
            .inc();
        if result == HeartbeatResult::Sent {
            self.being.heartbeat_seconds.set(now_ms as f64 / 1_000.0);
        }
    }

    /// All of it in OpenMetrics text format 1.0.
    pub fn text(&self) -> String {
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("a text takes all that is written to it");
        text
    }
}

fn by_result(result: &'static str) -> By<1> {
    [("result", Cow::Borrowed(result))]
}

fn by_state(state: &'static str) -> By<1> {
    [("state", Cow::Borrowed(state))]
}

fn by_receiver(receiver: &str) -> By<1> {
    [("receiver", Cow::Owned(receiver.to_owned()))]
}

fn of_delivery(receiver: &str, result: DeliveryResult) -> By<2> {
    let result = ("result", Cow::Borrowed(result.name()));
    [("receiver", Cow::Owned(receiver.to_owned())), result]
}

fn count(things: usize) -> i64 {
    i64::try_from(things).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(metrics: &Metrics, line: &str) {
        let text = metrics.text();
        assert!(text.lines().any(|other| other == line), "{line}\n{text}");
    }

    #[test]
    fn a_first_failure_is_an_increase() {
        let metrics = Metrics::new("1.2.3");
        metrics.set_receivers(["oncall"]);
        check(&metrics, "burnwatch_build_info{version=\"1.2.3\"} 1");
        check(&metrics, "burnwatch_evaluations_total{result=\"failed\"} 0");
        check(
            &metrics,
            "burnwatch_deliveries_total{receiver=\"oncall\",result=\"refused\"} 0",
        );
        check(
            &metrics,
            "burnwatch_evaluation_lag_seconds_bucket{le=\"30.0\"} 0",
        );
        metrics.evaluated(EvaluationResult::Failed);
        metrics.delivered("oncall", DeliveryResult::Refused, Duration::from_millis(70));
        metrics.lagged(Duration::from_secs(29));
        check(&metrics, "burnwatch_evaluations_total{result=\"failed\"} 1");
        check(
            &metrics,
            "burnwatch_deliveries_total{receiver=\"oncall\",result=\"refused\"} 1",
        );
        check(
            &metrics,
            "burnwatch_evaluation_lag_seconds_bucket{le=\"30.0\"} 1",
        );
        check(
            &metrics,
            "burnwatch_evaluation_lag_seconds_bucket{le=\"10.0\"} 0",
        );
        check(
            &metrics,
            "burnwatch_delivery_seconds_bucket{le=\"0.1\",receiver=\"oncall\"} 1",
        );
    }

    #[test]
    fn receivers_that_are_gone_are_spoken_of_while_they_are_owed_something() {
        let metrics = Metrics::new("1");
        let census = |messages: usize| Census {
            owed: BTreeMap::from([("old".to_owned(), messages)])
                .into_iter()
                .filter(|(_, owed)| *owed > 0)
                .collect(),
            ..Census::default()
        };
        metrics.set_receivers(["old"]);
        check(&metrics, "burnwatch_owed{receiver=\"old\"} 0");
        metrics.set_census(&census(2));
        metrics.set_receivers(["new"]);
        metrics.delivered("old", DeliveryResult::Delivered, Duration::ZERO);
        check(&metrics, "burnwatch_owed{receiver=\"old\"} 2");
        assert!(
            !metrics
                .text()
                .contains("burnwatch_deliveries_total{receiver=\"old\"")
        );
        metrics.set_census(&census(0));
        let text = metrics.text();
        assert!(!text.contains("\"old\""), "{text}");
        check(&metrics, "burnwatch_owed{receiver=\"new\"} 0");
    }

    #[test]
    fn questions_are_under_way_until_they_are_dropped() {
        let metrics = Metrics::new("1");
        let asking = metrics.asking();
        check(&metrics, "burnwatch_questions_in_flight 1");
        drop(asking);
        check(&metrics, "burnwatch_questions_in_flight 0");
        metrics.asked(QuestionResult::TooSlow);
        check(&metrics, "burnwatch_questions_total{result=\"too_slow\"} 1");
    }

    #[test]
    fn every_slo_has_one_state() {
        let metrics = Metrics::new("1");
        metrics.set_covered(&Covered {
            slos: 10,
            pages: 7,
            whole: 3,
            ..Covered::default()
        });
        check(&metrics, "burnwatch_slos{state=\"ready\"} 3");
        check(&metrics, "burnwatch_slos{state=\"backfilling\"} 4");
        check(&metrics, "burnwatch_slos{state=\"unknown\"} 3");
    }

    #[test]
    fn a_reload_that_failed_leaves_the_time_of_the_one_before() {
        let metrics = Metrics::new("1");
        metrics.reloaded(true, 5_500);
        metrics.reloaded(false, 9_000);
        check(&metrics, "burnwatch_config_last_reload_successful 0");
        check(
            &metrics,
            "burnwatch_config_last_reload_success_timestamp_seconds 5.5",
        );
        metrics.beat(HeartbeatResult::Sent, 1_000);
        metrics.beat(HeartbeatResult::Withheld, 2_000);
        check(
            &metrics,
            "burnwatch_heartbeat_last_sent_timestamp_seconds 1.0",
        );
        check(
            &metrics,
            "burnwatch_heartbeats_total{result=\"withheld\"} 1",
        );
    }
}
