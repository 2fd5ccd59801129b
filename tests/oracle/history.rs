//! From a scenario to what truly happened and to what Prometheus saw of it: counters, scraped.

use super::random::Random;
use super::scenario::{ErrorSeries, START_S, Scenario};
use super::sums::Sums;

/// What an event came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Good,
    Error,
}

/// The samples of one counter as scraped.
#[derive(Debug, Clone)]
pub struct Counter {
    pub instance: usize,
    pub outcome: Outcome,
    /// Unix seconds and value, oldest first.
    pub samples: Vec<(i64, u64)>,
}

/// A scenario played through.
#[derive(Debug)]
pub struct History {
    pub counters: Vec<Counter>,
    /// Every event that happened, at its second.
    pub events: Sums,
    /// Those of them that failed.
    pub errors: Sums,
}

impl History {
    /// Plays a scenario. An event of a second has happened when that second is scraped.
    pub fn of(scenario: &Scenario) -> Self {
        let seconds = usize::try_from(scenario.history_s()).expect("a history is positive");
        let mut events = vec![0_u64; seconds];
        let mut errors = vec![0_u64; seconds];
        let mut counters = Vec::new();
        for instance in 0..scenario.instances {
            let mut random = Random::new(scenario.seed, instance as u64);
            let mut good = Counter::new(instance, Outcome::Good);
            let mut bad = Counter::new(instance, Outcome::Error);
            let (mut good_count, mut bad_count) = (0, 0);
            for second in 0..scenario.history_s() {
                if !scenario.exists(instance, second) {
                    (good_count, bad_count) = (0, 0);
                    continue;
                }
                let arrived = arrivals(scenario, instance, second, &mut random);
                let failed = random.binomial(arrived, scenario.error_ratio(second));
                good_count += arrived - failed;
                bad_count += failed;
                let place = usize::try_from(second).expect("a second of a history is positive");
                events[place] += arrived;
                errors[place] += failed;
                if second % scenario.scrape_s == scrape_offset_s(scenario, instance)
                    && scenario.is_scraped(instance, second)
                {
                    good.scrape(second, good_count, ErrorSeries::AtStart);
                    bad.scrape(second, bad_count, scenario.error_series);
                }
            }
            counters.extend([good, bad]);
        }
        counters.retain(|counter| !counter.samples.is_empty());
        Self {
            counters,
            events: Sums::of_seconds(START_S, &events),
            errors: Sums::of_seconds(START_S, &errors),
        }
    }
}

/// Instances are scraped at different seconds, and never at the second of an evaluation.
fn scrape_offset_s(scenario: &Scenario, instance: usize) -> i64 {
    (3 + 5 * i64::try_from(instance).expect("instances are few")) % scenario.scrape_s
}

fn arrivals(scenario: &Scenario, instance: usize, second: i64, random: &mut Random) -> u64 {
    if let super::scenario::Traffic::Fixed { every_s } = scenario.traffic {
        let turn = second + i64::try_from(instance).expect("instances are few");
        return u64::from(turn.rem_euclid(every_s) == 0);
    }
    #[allow(clippy::cast_precision_loss, reason = "instances are few")]
    let share = scenario.rate(second) / scenario.instances as f64;
    random.poisson(share)
}

impl Counter {
    fn new(instance: usize, outcome: Outcome) -> Self {
        Self {
            instance,
            outcome,
            samples: Vec::new(),
        }
    }

    fn scrape(&mut self, second: i64, value: u64, born: ErrorSeries) {
        if value > 0 || born == ErrorSeries::AtStart {
            self.samples.push((START_S + second, value));
        }
    }

    /// By how much it rose between each two real samples, at the time of the later one.
    ///
    /// A fall is a reset: the process counted from zero again.
    pub fn rises(&self) -> impl Iterator<Item = (i64, u64)> + '_ {
        self.samples.windows(2).map(|pair| {
            let ((_, before), (time, after)) = (pair[0], pair[1]);
            let rise = after.checked_sub(before).unwrap_or(after);
            (time, rise)
        })
    }
}
