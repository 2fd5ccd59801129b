//! What a counter rises by, as a formula: so many in a second, from a moment on.

/// What there is to count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Traffic {
    /// So many events in a second, and so many errors among them.
    Rates {
        /// All of them.
        events: f64,
        /// The bad ones.
        errors: f64,
    },
    /// There are no series.
    Absent,
    /// There are series, and what is counted is no number.
    NoNumber,
}

/// Some traffic without errors.
pub const CALM: Traffic = Traffic::Rates {
    events: 10.0,
    errors: 0.0,
};

/// So many errors that windows of hours are over every threshold in seconds.
pub const BURNING: Traffic = Traffic::Rates {
    events: 10_000.0,
    errors: 10_000.0,
};

/// So many good events that a burst of [`BURNING`] is below every threshold in seconds.
pub const FLOOD: Traffic = Traffic::Rates {
    events: 1e9,
    errors: 0.0,
};

/// Traffic over time.
#[derive(Clone, Debug, PartialEq)]
pub struct Course {
    /// From when on, in Unix milliseconds, and what; in order.
    parts: Vec<(i64, Traffic)>,
}

/// What was counted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Count {
    /// All events; not a number where they are none.
    pub events: f64,
    /// The bad ones.
    pub errors: f64,
}

impl Course {
    /// The same since ever.
    pub fn always(traffic: Traffic) -> Course {
        Course {
            parts: vec![(i64::MIN / 2, traffic)],
        }
    }

    /// From a moment on it is this, and what was to come then is forgotten.
    pub fn turn(&mut self, from_ms: i64, traffic: Traffic) {
        self.parts.retain(|(begin_ms, _)| *begin_ms < from_ms);
        self.parts.push((from_ms, traffic));
    }

    /// What there is, where it was never another.
    pub fn constant(&self) -> Option<Traffic> {
        match self.parts[..] {
            [(_, traffic)] => Some(traffic),
            _ => None,
        }
    }

    /// What is counted between two moments; nothing where there were no series in all that time.
    pub fn count(&self, from_ms: i64, to_ms: i64) -> Option<Count> {
        let ends = self.parts[1..].iter().map(|(begin_ms, _)| *begin_ms);
        let parts = self.parts.iter().zip(ends.chain([i64::MAX]));
        let mut sum: Option<Count> = None;
        for ((begin_ms, traffic), end_ms) in parts {
            let span_ms = end_ms.min(to_ms) - (*begin_ms).max(from_ms);
            if span_ms <= 0 {
                continue;
            }
            let seconds = span_ms as f64 / 1_000.0;
            let (events, errors) = match traffic {
                Traffic::Absent => continue,
                Traffic::NoNumber => (f64::NAN, f64::NAN),
                Traffic::Rates { events, errors } => (events * seconds, errors * seconds),
            };
            let before = sum.unwrap_or(Count {
                events: 0.0,
                errors: 0.0,
            });
            sum = Some(Count {
                events: before.events + events,
                errors: before.errors + errors,
            });
        }
        sum
    }
}
