//! How many evaluations may be under way: more as long as the source answers, half as soon as it does not. Pure.

use crate::base::Duration;

/// How often at most the limit is halved: what was under way together fails together.
const HALVED_EVERY_MS: i64 = 1_000;
/// The first pause when one evaluation at a time is too much; each further one is twice as long.
const PAUSE_FIRST_MS: i64 = 500;
/// The longest pause: failing evaluations are what tells that the source is back.
pub const PAUSE_MAX_MS: i64 = 15_000;

/// After so long a pause that a source asks for is granted in full again, though others were answered after the last one.
const GRANTED_EVERY_MS: i64 = 60_000;

/// How many evaluations may be under way.
#[derive(Clone, Debug)]
pub struct Pace {
    most: usize,
    limit: usize,
    /// Good answers since the limit was raised.
    good: usize,
    /// When it may be halved again, on the steady clock.
    halves_ms: i64,
    /// Until when nothing is asked.
    until_ms: i64,
    pause_ms: i64,
    /// When a pause was last granted in full, and whether anybody was answered since.
    granted_ms: Option<i64>,
    is_answered: bool,
}

/// Whether one more may begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// It may.
    Now,
    /// Not before that moment of the steady clock.
    At(i64),
    /// When one that is under way is over.
    Full,
}

/// What has places of its own, so that it keeps nothing else waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Evaluations.
    Usual,
    /// Those of SLOs that fail while others are answered.
    Apart,
    /// Learning.
    Past,
}

/// How many evaluations are under way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UnderWay {
    /// Of SLOs that are answered, or would be.
    pub usual: usize,
    /// Of SLOs that fail while others are answered.
    pub apart: usize,
    /// Of pasts.
    pub past: usize,
    /// Whether one is due that belongs apart.
    pub apart_waits: bool,
}

impl Admission {
    /// For how long at most nothing can begin, in milliseconds, where something is due in `due_in_ms` and the next look around is
    /// in `look_in_ms`. What ends meanwhile has itself heard.
    pub fn pause_ms(self, due_in_ms: Option<i64>, look_in_ms: i64, steady_ms: i64) -> i64 {
        let pause_ms = match self {
            Admission::Now => due_in_ms.unwrap_or(look_in_ms),
            Admission::At(at_ms) => at_ms - steady_ms,
            Admission::Full => look_in_ms,
        };
        pause_ms.min(look_in_ms).max(1)
    }
}

impl UnderWay {
    /// One more.
    pub fn begins(&mut self, lane: Lane) {
        match lane {
            Lane::Usual => self.usual += 1,
            Lane::Apart => self.apart += 1,
            Lane::Past => self.past += 1,
        }
    }
}

impl Pace {
    /// At most `most` at the same time, at least one.
    pub fn new(most: usize) -> Pace {
        let most = most.max(1);
        Pace {
            most,
            limit: most,
            good: 0,
            halves_ms: 0,
            until_ms: 0,
            pause_ms: 0,
            granted_ms: None,
            is_answered: false,
        }
    }

    /// How many may be under way now.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// Whether it is lower than it may be.
    pub fn is_lowered(&self) -> bool {
        self.limit < self.most
    }

    /// Whether one more may begin beside those that are under way.
    pub fn admission(&self, under_way: usize, steady_ms: i64) -> Admission {
        if steady_ms < self.until_ms {
            return Admission::At(self.until_ms);
        }
        match under_way < self.limit {
            true => Admission::Now,
            false => Admission::Full,
        }
    }

    /// Whether one more may begin in a lane beside those that are under way. All together are never more than there may be.
    pub fn admits(&self, lane: Lane, under_way: UnderWay, steady_ms: i64) -> Admission {
        if steady_ms < self.until_ms {
            return Admission::At(self.until_ms);
        }
        let UnderWay {
            usual, apart, past, ..
        } = under_way;
        let beside = (self.limit / 4).max(1);
        // What takes long is asked in the end, however busy the others are.
        let is_held = under_way.apart_waits && apart == 0 && self.most > 1;
        let free = self.most - (usual + apart + past).min(self.most);
        let others_free = free.saturating_sub(usize::from(is_held));
        let is_free = match lane {
            Lane::Usual => usual < self.limit && others_free > 0,
            Lane::Apart if self.most > 1 => apart < beside.min(self.most - 1) && free > 0,
            Lane::Apart => free > 0,
            Lane::Past => past < beside && usual + past < self.limit && others_free > 0,
        };
        match is_free {
            true => Admission::Now,
            false => Admission::Full,
        }
    }

    /// One was answered.
    pub fn went_well(&mut self) {
        self.pause_ms = 0;
        self.is_answered = true;
        self.good += 1;
        if self.good >= self.limit {
            self.good = 0;
            self.limit = (self.limit + 1).min(self.most);
        }
    }

    /// How long a pause may be that the source asks for. One that answers some and puts off others is asked less by the limit.
    fn granted_ms(&mut self, steady_ms: i64) -> i64 {
        let lately = |at_ms: i64| steady_ms - at_ms < GRANTED_EVERY_MS;
        if self.is_answered && self.granted_ms.is_some_and(lately) {
            return HALVED_EVERY_MS;
        }
        self.granted_ms = Some(steady_ms);
        self.is_answered = false;
        PAUSE_MAX_MS
    }

    /// One was not, because the source has too much to do or is gone; perhaps it asks for a pause.
    pub fn overloaded(&mut self, asked: Option<Duration>, steady_ms: i64) {
        self.good = 0;
        if let Some(asked) = asked {
            let asked_ms = i64::try_from(asked.as_ms()).unwrap_or(i64::MAX);
            let longest_ms = self.granted_ms(steady_ms);
            self.until_ms = self.until_ms.max(steady_ms + asked_ms.min(longest_ms));
        }
        if steady_ms < self.halves_ms {
            return;
        }
        self.halves_ms = steady_ms + HALVED_EVERY_MS;
        if self.limit == 1 {
            self.pause_ms = (self.pause_ms * 2).clamp(PAUSE_FIRST_MS, PAUSE_MAX_MS);
            self.until_ms = self.until_ms.max(steady_ms + self.pause_ms);
        }
        self.limit = (self.limit / 2).max(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e13_what_is_under_way_together_halves_the_limit_once() {
        let mut pace = Pace::new(16);
        (0..16).for_each(|_| pace.overloaded(None, 10_000));
        assert_eq!(pace.limit(), 8);
        pace.overloaded(None, 11_000);
        assert_eq!(pace.limit(), 4);
        assert!(pace.is_lowered());
    }

    #[test]
    fn e13_the_limit_rises_by_one_when_as_many_were_answered() {
        let mut pace = Pace::new(8);
        pace.overloaded(None, 10_000);
        (0..3).for_each(|_| pace.went_well());
        assert_eq!(pace.limit(), 4);
        pace.went_well();
        assert_eq!(pace.limit(), 5);
        (0..100).for_each(|_| pace.went_well());
        assert_eq!(pace.limit(), 8);
    }

    #[test]
    fn e13_a_source_that_is_gone_is_asked_ever_more_seldom_and_never_less_than_every_fifteen_seconds()
     {
        let mut pace = Pace::new(1);
        let mut now_ms = 10_000;
        let mut pauses = Vec::new();
        for _ in 0..8 {
            pace.overloaded(None, now_ms);
            let Admission::At(at_ms) = pace.admission(0, now_ms) else {
                panic!("there is a pause")
            };
            pauses.push(at_ms - now_ms);
            now_ms = at_ms.max(now_ms + HALVED_EVERY_MS);
        }
        assert_eq!(
            pauses,
            [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]
        );
        pace.went_well();
        pace.overloaded(None, now_ms);
        assert_eq!(pace.admission(0, now_ms), Admission::At(now_ms + 500));
    }

    #[test]
    fn a_source_that_asks_for_a_pause_gets_it_up_to_fifteen_seconds() {
        let mut pace = Pace::new(4);
        pace.overloaded(Some(Duration::from_ms(7_000)), 10_000);
        assert_eq!(pace.admission(0, 16_999), Admission::At(17_000));
        assert_eq!(pace.admission(0, 17_000), Admission::Now);
        pace.overloaded(Some(Duration::hours(1)), 20_000);
        assert_eq!(pace.admission(0, 20_000), Admission::At(35_000));
    }

    #[test]
    fn e11_a_source_that_asks_some_for_a_pause_and_answers_others_gets_a_short_one() {
        let mut pace = Pace::new(4);
        let hour = Some(Duration::hours(1));
        pace.overloaded(hour, 10_000);
        pace.went_well();
        pace.overloaded(hour, 25_000);
        assert_eq!(pace.admission(0, 25_000), Admission::At(26_000));
        pace.overloaded(hour, 69_999);
        assert_eq!(pace.admission(0, 69_999), Admission::At(70_999));
        pace.overloaded(hour, 70_000);
        assert_eq!(pace.admission(0, 70_000), Admission::At(85_000));
        pace.overloaded(hour, 85_000);
        assert_eq!(pace.admission(0, 85_000), Admission::At(100_000));
    }

    /// Which lanes of a pace of this limit, at most `most`, have a place beside so many of each.
    fn lanes(most: usize, limit: usize, [usual, apart, past]: [usize; 3]) -> String {
        let mut pace = Pace::new(most);
        pace.limit = limit;
        let lanes = [(Lane::Usual, 'u'), (Lane::Apart, 'a'), (Lane::Past, 'p')];
        let under_way = UnderWay {
            usual,
            apart,
            past,
            apart_waits: true,
        };
        let open = lanes
            .into_iter()
            .filter(|(lane, _)| pace.admits(*lane, under_way, 0) == Admission::Now);
        open.map(|(_, letter)| letter).collect()
    }

    #[test]
    fn e11_those_that_fail_alone_have_a_quarter_of_the_places_and_take_none_of_the_others() {
        assert_eq!(lanes(16, 16, [0, 4, 0]), "up");
        assert_eq!(lanes(16, 16, [0, 3, 0]), "uap");
        assert_eq!(lanes(8, 1, [0, 1, 0]), "up");
        assert_eq!(lanes(8, 1, [1, 0, 0]), "a");
        assert_eq!(lanes(8, 1, [1, 1, 0]), "");
        // A past that is learnt keeps no evaluation waiting, and one past is learnt at a time.
        assert_eq!(lanes(8, 1, [0, 1, 1]), "u");
    }

    #[test]
    fn e12_all_lanes_together_have_no_more_places_than_there_may_be() {
        assert_eq!(lanes(8, 8, [7, 1, 0]), "");
        assert_eq!(lanes(8, 8, [5, 2, 1]), "");
        assert_eq!(lanes(8, 8, [5, 1, 1]), "uap");
        // The last place is kept for those that fail alone, and they are asked in the end.
        assert_eq!(lanes(8, 8, [7, 0, 0]), "a");
        // Never do they have all of them, but where there is one.
        assert_eq!(lanes(2, 2, [0, 1, 0]), "up");
        assert_eq!(lanes(1, 1, [0, 0, 0]), "uap");
        assert_eq!(lanes(1, 1, [0, 1, 0]), "");
    }

    #[test]
    fn with_no_place_free_what_is_due_wakes_nobody() {
        let check = |admission: Admission, due_in_ms: Option<i64>, expected_ms: i64| {
            let pause_ms = admission.pause_ms(due_in_ms, 1_000, 20_000);
            assert_eq!(pause_ms, expected_ms, "{admission:?} {due_in_ms:?}");
        };
        check(Admission::Full, Some(-30_000), 1_000);
        check(Admission::Full, Some(20), 1_000);
        check(Admission::Now, Some(20), 20);
        check(Admission::Now, Some(-5), 1);
        check(Admission::Now, Some(9_000), 1_000);
        check(Admission::Now, None, 1_000);
        check(Admission::At(20_300), Some(-5), 300);
        check(Admission::At(35_000), Some(20), 1_000);
    }

    #[test]
    fn no_more_are_under_way_than_the_limit() {
        let pace = Pace::new(2);
        assert_eq!(pace.admission(1, 0), Admission::Now);
        assert_eq!(pace.admission(2, 0), Admission::Full);
        assert_eq!(Pace::new(0).limit(), 1);
    }
}
