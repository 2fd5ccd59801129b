//! When a server that could not answer is asked again before the others: by one evaluation, so that it keeps no other waiting.

use std::sync::atomic::{AtomicI64, Ordering};

/// For so long a server that could not answer comes after the others, in milliseconds.
const AVOIDED_MS: i64 = 30_000;

/// Until when others go first, on the steady clock; zero where it answers.
#[derive(Debug, Default)]
pub struct Avoided(AtomicI64);

/// Whether a server is asked before others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// As it is preferred.
    Preferred,
    /// The same, to see whether it answers again.
    Tried,
    /// After the others.
    Last,
}

impl Avoided {
    /// For an evaluation at `now_ms`. Where it tries a server, the others go on without it for as long as one question may take.
    pub fn turn(&self, now_ms: i64, patience_ms: i64) -> Turn {
        let until_ms = self.0.load(Ordering::Relaxed);
        if until_ms == 0 {
            return Turn::Preferred;
        }
        if until_ms > now_ms {
            return Turn::Last;
        }
        let again_ms = now_ms
            .saturating_add(patience_ms)
            .saturating_add(AVOIDED_MS);
        let order = Ordering::Relaxed;
        let taken = self.0.compare_exchange(until_ms, again_ms, order, order);
        match taken {
            Ok(_) => Turn::Tried,
            Err(_) => Turn::Last,
        }
    }

    /// It could not answer.
    pub fn failed(&self, now_ms: i64) {
        self.0.store(now_ms + AVOIDED_MS, Ordering::Relaxed);
    }

    /// It answered when it was tried.
    pub fn answered(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_could_not_answer_is_tried_by_one_evaluation_and_the_others_go_on() {
        let avoided = Avoided::default();
        let turn = |now_ms: i64| avoided.turn(now_ms, 30_000);
        assert_eq!([turn(1_000), turn(1_000)], [Turn::Preferred; 2]);
        avoided.failed(10_000);
        assert_eq!(turn(39_999), Turn::Last);
        assert_eq!(turn(40_000), Turn::Tried);
        assert_eq!([turn(40_000), turn(70_000), turn(99_999)], [Turn::Last; 3]);
        avoided.failed(70_000);
        assert_eq!(turn(99_999), Turn::Last);
        assert_eq!(turn(100_000), Turn::Tried);
        avoided.answered();
        assert_eq!([turn(100_001), turn(100_001)], [Turn::Preferred; 2]);
    }

    #[test]
    fn one_whose_trial_never_came_back_is_tried_again() {
        let avoided = Avoided::default();
        avoided.failed(10_000);
        assert_eq!(avoided.turn(40_000, 5_000), Turn::Tried);
        assert_eq!(avoided.turn(74_999, 5_000), Turn::Last);
        assert_eq!(avoided.turn(75_000, 5_000), Turn::Tried);
    }
}
