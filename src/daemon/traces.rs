//! Names for pieces of work, so that logs here and at others can be put together.

use std::num::{NonZeroU64, NonZeroU128};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::base::Trace;
use crate::prometheus::pause::roll;

/// Gives names that no other piece of work has.
#[derive(Debug)]
pub struct Traces {
    seed: u64,
    given: AtomicU64,
}

impl Traces {
    /// Names that follow from `seed`, which should be another one at each start.
    pub fn new(seed: u64) -> Traces {
        Traces {
            seed,
            given: AtomicU64::new(0),
        }
    }

    /// The next one.
    pub fn next(&self) -> Trace {
        let first = self.given.fetch_add(3, Ordering::Relaxed);
        let roll = |at: u64| roll(self.seed, first + at);
        let trace = (u128::from(roll(0)) << 64) | u128::from(roll(1));
        // Zero is no name, and comes as rarely as any other number.
        Trace::new(
            NonZeroU128::new(trace).unwrap_or(NonZeroU128::MIN),
            NonZeroU64::new(roll(2)).unwrap_or(NonZeroU64::MIN),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_comes_twice() {
        let traces = [Traces::new(1), Traces::new(2)];
        let names: std::collections::BTreeSet<String> = (0..1_000)
            .map(|at| traces[at % 2].next().parent())
            .collect();
        assert_eq!(names.len(), 1_000);
    }
}
