//! The two cores to which every SLI kind lowers: counted events, and time in slices.
//!
//! Rules, daemon and checks know only these. Every expression here is grouped already: it has exactly the
//! labels of the SLO's `group_by`.

use crate::base::{Duration, Ratio};
use crate::promql::Expr;

/// What is counted, and how it is asked for.
#[derive(Clone, Debug)]
pub enum Core {
    /// Events, and errors among them, counted over `[$window]`.
    Events {
        /// All events in `$window`.
        events: Expr,
        /// The bad ones.
        errors: Errors,
    },
    /// Seconds that are known, and bad seconds among them.
    Slices {
        /// How they are found out.
        source: Slices,
        /// The smallest piece of time that is judged.
        slice: Duration,
    },
}

/// How errors are counted.
#[derive(Clone, Debug)]
pub enum Errors {
    /// Directly, in `$window`; no series means none.
    Counted(Expr),
    /// As what remains of the events after the good ones in `$window`; no good series means that all are bad.
    Remaining(Expr),
}

/// How slices are judged.
#[derive(Clone, Debug)]
pub enum Slices {
    /// One slice for each sample of a metric that is 1 when good and 0 when bad.
    Samples {
        /// How many samples there are in `$window`.
        known: Expr,
        /// How many of them are bad.
        bad: Expr,
    },
    /// A condition asked once a slice: 1 is bad, 0 is good, absent is unknown.
    Condition(Expr),
    /// A ratio of errors over `$window`, weighted by time.
    Ratio(Expr),
}

impl Core {
    /// The smallest amount that can be counted: one event, or the seconds of one slice.
    pub fn quantum(&self) -> Ratio {
        match self {
            Core::Events { .. } => Ratio::ONE,
            Core::Slices { slice, .. } => Ratio::of_durations(*slice, Duration::from_ms(1_000)),
        }
    }
}
