//! The two oracles: counts over windows from the counters as scraped, and from what truly happened.

use super::history::{History, Outcome};
use super::sums::Sums;

/// Events and errors of one window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    pub events: u64,
    pub errors: u64,
}

impl Counts {
    /// Errors per event; nothing without events.
    #[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    pub fn ratio(self) -> Option<f64> {
        (self.events > 0).then(|| self.errors as f64 / self.events as f64)
    }
}

/// When Prometheus saw the service at all.
pub struct Seen {
    /// The earlier of each two samples of a series that are at most a minute apart.
    pairs: Sums,
}

impl Seen {
    /// From the counters as scraped.
    pub fn of(history: &History) -> Self {
        let samples = history
            .counters
            .iter()
            .flat_map(|counter| counter.samples.windows(2));
        let pairs = samples
            .filter(|pair| pair[1].0 - pair[0].0 <= 60)
            .map(|pair| (pair[0].0, 1));
        Self {
            pairs: Sums::of_moments(pairs.collect()),
        }
    }

    /// Whether an increase over the hour that ends at `end_ms` has two samples to work with.
    pub fn within_the_hour(&self, end_ms: i64) -> bool {
        self.pairs.within(end_ms.div_euclid(1_000) - 60, 3_540) > 0
    }
}

/// Events and errors at moments.
pub struct Exact {
    events: Sums,
    errors: Sums,
}

impl Exact {
    /// From the counters as scraped: what each rose by between two real samples, resets seen.
    ///
    /// The first sample of a series is no rise: nobody can know when it was counted.
    pub fn as_scraped(history: &History) -> Self {
        let rises = |errors_only: bool| {
            let counters = history.counters.iter();
            let counters =
                counters.filter(|counter| !errors_only || counter.outcome == Outcome::Error);
            Sums::of_moments(counters.flat_map(|counter| counter.rises()).collect())
        };
        Self {
            events: rises(false),
            errors: rises(true),
        }
    }

    /// From the events themselves.
    pub fn as_happened(history: History) -> Self {
        Self {
            events: history.events,
            errors: history.errors,
        }
    }

    /// The counts of the window that ends at `end_ms`.
    pub fn within(&self, end_ms: i64, window_s: i64) -> Counts {
        // What is counted has whole seconds, so that those up to the last whole second are all.
        let end = end_ms.div_euclid(1_000);
        Counts {
            events: self.events.within(end, window_s),
            errors: self.errors.within(end, window_s),
        }
    }
}
