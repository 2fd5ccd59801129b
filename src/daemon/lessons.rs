//! Which pasts are to be learnt next, and when. Pure.

use std::collections::BTreeSet;

/// SLOs whose past is to be learnt, by their places. Times are of the steady clock, in milliseconds.
#[derive(Clone, Debug, Default)]
pub struct Lessons(BTreeSet<(i64, usize)>);

impl Lessons {
    /// The past of the SLO at `place` is to be learnt, not before `at_ms`.
    pub fn add(&mut self, at_ms: i64, place: usize) {
        self.0.insert((at_ms, place));
    }

    /// The one that is due for longest.
    pub fn next(&mut self, now_ms: i64) -> Option<usize> {
        let first = self.0.first().filter(|(at_ms, _)| *at_ms <= now_ms);
        let first = *first?;
        self.0.remove(&first);
        Some(first.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_failed_keeps_none_waiting_that_is_due() {
        let mut lessons = Lessons::default();
        lessons.add(60_000, 0);
        lessons.add(1_000, 1);
        lessons.add(0, 2);
        assert_eq!(
            [lessons.next(1_000), lessons.next(1_000)],
            [Some(2), Some(1)]
        );
        assert_eq!(lessons.next(59_999), None);
        assert_eq!(lessons.next(60_000), Some(0));
        assert_eq!(lessons.next(i64::MAX), None);
    }
}
