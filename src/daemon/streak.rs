//! Whose matter it is that an SLO is not answered: the source's, or its own where others are answered meanwhile. Pure.

/// Failures in a row of one kind of work on an SLO. All times are of the steady clock.
#[derive(Clone, Debug, Default)]
pub struct Streak {
    failed_ms: Option<i64>,
    is_apart: bool,
}

/// Whose matter a failure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The source's, as far as is known: it may help to ask less.
    Source,
    /// The SLO's: others are answered.
    Slo,
}

impl Streak {
    /// Work that began at `began_ms` got no answer; somebody was last answered at `answered_ms`. Of what is older than two
    /// intervals nothing follows.
    pub fn failed(
        &mut self,
        began_ms: i64,
        now_ms: i64,
        answered_ms: Option<i64>,
        every_ms: i64,
    ) -> Whose {
        let answered_ms = answered_ms.filter(|at_ms| now_ms - at_ms <= 2 * every_ms);
        let after = |since_ms: i64| answered_ms.is_some_and(|at_ms| at_ms > since_ms);
        let is_again = self.failed_ms.is_some_and(after);
        // While it waited others were answered: from now on it keeps nobody waiting.
        self.is_apart |= is_again || after(began_ms);
        self.failed_ms = Some(now_ms);
        match is_again {
            true => Whose::Slo,
            false => Whose::Source,
        }
    }

    /// It was answered.
    pub fn answered(&mut self) {
        *self = Streak::default();
    }

    /// Whether it fails while others do not.
    pub fn is_apart(&self) -> bool {
        self.is_apart
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY: i64 = 5_000;

    #[test]
    fn e11_from_the_second_failure_on_it_is_the_slos_where_others_are_answered_between() {
        let mut streak = Streak::default();
        let first = streak.failed(1_000, 1_010, Some(900), EVERY);
        assert_eq!((first, streak.is_apart()), (Whose::Source, false));
        let second = streak.failed(6_000, 6_010, Some(4_000), EVERY);
        assert_eq!((second, streak.is_apart()), (Whose::Slo, true));
        streak.answered();
        assert!(!streak.is_apart());
        let first = streak.failed(11_000, 11_010, Some(10_000), EVERY);
        assert_eq!((first, streak.is_apart()), (Whose::Source, false));
    }

    #[test]
    fn e11_one_that_waits_while_others_are_answered_goes_apart_at_once() {
        let mut streak = Streak::default();
        let first = streak.failed(1_000, 31_000, Some(30_000), EVERY);
        assert_eq!((first, streak.is_apart()), (Whose::Source, true));
    }

    #[test]
    fn e13_what_fails_for_everybody_is_the_sources() {
        let mut streak = Streak::default();
        for at in 0..10 {
            let failed_ms = 10_000 + at * EVERY;
            let whose = streak.failed(failed_ms - 10, failed_ms, Some(9_000), EVERY);
            assert_eq!((whose, streak.is_apart()), (Whose::Source, false), "{at}");
        }
        // Nor does anything follow from what was long ago.
        let whose = streak.failed(99_990, 100_000, Some(100_000 - 2 * EVERY - 1), EVERY);
        assert_eq!((whose, streak.is_apart()), (Whose::Source, false));
        assert_eq!(streak.failed(1, 2, None, EVERY), Whose::Source);
    }
}
