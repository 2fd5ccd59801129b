//! How much of a period is known. What is not counts as free of errors, so that a budget looks better than it may be.

use crate::evaluate::History;

/// From so much on it is all of it: the share that may be missing unsaid.
const WHOLE_SHARE: f64 = 0.95;

/// What is known of the time up to a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// How much, in milliseconds.
    pub known_ms: i64,
    /// How much there is to know: the period, or what is over of it.
    pub whole_ms: i64,
    /// Which part that is.
    pub part: Part,
}

/// Which part of a time is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// All of it, or nearly.
    All,
    /// Its end: nothing is known from before.
    Last,
    /// Pieces of it.
    Pieces,
}

impl Known {
    /// What `history` knows of the time from one moment to another, in Unix milliseconds.
    pub fn of(history: &History, from_ms: i64, to_ms: i64) -> Known {
        let known_of = |from_ms: i64| history.stretch(from_ms, to_ms).known_ms as i64;
        let known_ms = known_of(from_ms).max(0);
        Known::new(known_ms, to_ms - from_ms, known_of(to_ms - known_ms))
    }

    /// Of `whole_ms`, `known_ms` are known, and `last_ms` of just as long a time at its end.
    pub fn new(known_ms: i64, whole_ms: i64, last_ms: i64) -> Known {
        let nearly = |part_ms: i64, of_ms: i64| part_ms as f64 >= WHOLE_SHARE * of_ms as f64;
        let part = match (nearly(known_ms, whole_ms), nearly(last_ms, known_ms)) {
            (true, _) => Part::All,
            (false, true) => Part::Last,
            (false, false) => Part::Pieces,
        };
        Known {
            known_ms,
            whole_ms,
            part,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(known_ms: i64, last_ms: i64, expected: Part) {
        let known = Known::new(known_ms, 1_000, last_ms);
        assert_eq!(known.part, expected, "{known_ms} {last_ms}");
    }

    #[test]
    fn what_is_missing_is_said_from_a_twentieth_on() {
        check(1_000, 1_000, Part::All);
        check(950, 900, Part::All);
        check(949, 949, Part::Last);
        check(400, 380, Part::Last);
        check(400, 379, Part::Pieces);
    }
}
