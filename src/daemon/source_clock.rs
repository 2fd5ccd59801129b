//! What time it is at the source: evaluations are about its samples, which bear its times. Pure.
//!
//! Its clock is told by the `Date` of its answers. Between answers it is taken to run as a clock that nobody sets, so that one
//! of this machine that is set moves no evaluation.

/// From so many milliseconds on the source's clock is another than was thought. `Date` has whole seconds.
pub const DIFFERENCE_MIN_MS: i64 = 5_000;

/// The clock of the source.
#[derive(Clone, Copy, Debug, Default)]
pub struct SourceClock {
    anchor: Option<Anchor>,
}

/// What time it was at a moment.
#[derive(Clone, Copy, Debug)]
struct Anchor {
    source_ms: i64,
    steady_ms: i64,
}

/// What an answer said of the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// What was thought.
    Same,
    /// It is later by so many milliseconds than was thought, or earlier.
    Moved(i64),
}

impl SourceClock {
    /// The time at the source, in Unix milliseconds, when this machine's clocks show these times.
    pub fn now_ms(&self, wall_ms: i64, steady_ms: i64) -> i64 {
        match self.anchor {
            Some(anchor) => anchor.source_ms + steady_ms - anchor.steady_ms,
            None => wall_ms,
        }
    }

    /// An answer bore `date_ms`, a whole second in Unix milliseconds. It was asked for at `sent_ms` and is here since `got_ms`,
    /// both of the steady clock.
    pub fn heard(&mut self, date_ms: i64, sent_ms: i64, got_ms: i64, wall_ms: i64) -> Told {
        let took_ms = (got_ms - sent_ms).max(0);
        let thought_ms = self.now_ms(wall_ms, got_ms);
        // It was written somewhere between the question and the answer, and somewhere in its second.
        let source_ms = date_ms + (took_ms + 1_000) / 2;
        let by_ms = source_ms - thought_ms;
        let is_moved = by_ms.abs() > DIFFERENCE_MIN_MS + (took_ms + 1_000) / 2;
        if is_moved || self.anchor.is_none() {
            self.anchor = Some(Anchor {
                source_ms: if is_moved { source_ms } else { thought_ms },
                steady_ms: got_ms,
            });
        }
        match is_moved {
            true => Told::Moved(by_ms),
            false => Told::Same,
        }
    }

    /// By how many milliseconds the source's clock is ahead of this machine's, where that is worth a word.
    pub fn difference_ms(&self, wall_ms: i64, steady_ms: i64) -> Option<i64> {
        let by_ms = self.now_ms(wall_ms, steady_ms) - wall_ms;
        (by_ms.abs() > DIFFERENCE_MIN_MS).then_some(by_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: i64 = 1_795_176_000_000;

    #[test]
    fn a_source_whose_clock_is_right_moves_nothing() {
        let mut clock = SourceClock::default();
        for (steady_ms, date_ms) in [(100, NOON), (1_050, NOON), (60_100, NOON + 60_000)] {
            let wall_ms = NOON + steady_ms;
            let told = clock.heard(date_ms, steady_ms - 50, steady_ms, wall_ms);
            assert_eq!(told, Told::Same);
            assert_eq!(clock.now_ms(wall_ms, steady_ms), wall_ms);
        }
    }

    #[test]
    fn e10_a_source_that_is_five_minutes_ahead_is_asked_for_its_own_times() {
        let mut clock = SourceClock::default();
        let told = clock.heard(NOON + 300_000, 900, 1_000, NOON);
        assert_eq!(told, Told::Moved(300_550));
        assert_eq!(clock.now_ms(NOON + 1_000, 2_000), NOON + 301_550);
        assert_eq!(clock.difference_ms(NOON + 1_000, 2_000), Some(300_550));
        // The next answers say the same.
        assert_eq!(
            clock.heard(NOON + 301_000, 1_900, 2_000, NOON + 1_000),
            Told::Same
        );
    }

    #[test]
    fn the_difference_that_counts_begins_beyond_five_seconds_and_what_is_uncertain() {
        let at = |by_ms: i64, took_ms: i64| {
            let mut clock = SourceClock::default();
            clock.heard(NOON + by_ms, 0, took_ms, NOON + took_ms)
        };
        assert_eq!(at(5_000, 0), Told::Same);
        assert_eq!(at(5_001, 0), Told::Moved(5_501));
        assert_eq!(at(8_000, 10_000), Told::Same);
    }

    #[test]
    fn e9_a_clock_of_this_machine_that_is_set_moves_no_evaluation() {
        let mut clock = SourceClock::default();
        clock.heard(NOON, 0, 0, NOON);
        let hour = 3_600_000;
        for set_ms in [-hour, hour] {
            assert_eq!(clock.now_ms(NOON + set_ms + 10, 10), NOON + 10);
            assert_eq!(clock.difference_ms(NOON + set_ms + 10, 10), Some(-set_ms));
        }
    }

    #[test]
    fn e9_after_a_machine_slept_the_first_answer_tells_the_time() {
        let mut clock = SourceClock::default();
        clock.heard(NOON, 0, 0, NOON);
        let night = 8 * 3_600_000;
        let told = clock.heard(NOON + night, 1_000, 1_000, NOON + night);
        assert_eq!(told, Told::Moved(night - 500));
    }

    #[test]
    fn a_source_that_tells_no_time_has_that_of_this_machine() {
        let clock = SourceClock::default();
        assert_eq!(clock.now_ms(NOON, 7), NOON);
        assert_eq!(clock.difference_ms(NOON, 7), None);
    }
}
