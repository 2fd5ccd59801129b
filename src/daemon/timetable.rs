//! Which SLO is evaluated next, and for which moment. Pure.
//!
//! Each SLO has moments of its own, spread by a stable hash of its name. An evaluation that could not begin before the next one
//! was due is missed and never made up for. What wakes somebody goes before what waits. All times are those of the source, in
//! Unix milliseconds.

use std::collections::BTreeSet;

/// Which SLOs go first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Those with a tier that wakes somebody.
    Wakes,
    /// The others.
    Waits,
}

/// When an SLO is evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rhythm {
    /// How urgent it is.
    pub class: Class,
    /// From one moment to the next.
    pub every_ms: i64,
    /// How long each moment is after a whole multiple of that.
    pub phase_ms: i64,
}

/// An evaluation that may begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Which SLO, by its place.
    pub place: usize,
    /// For which moment.
    pub slot_ms: i64,
    /// Since when it might have begun.
    pub due_ms: i64,
    /// How many before it are missed.
    pub missed: u64,
}

/// Who is evaluated when.
#[derive(Clone, Debug)]
pub struct Timetable {
    /// How long after a moment its samples are there.
    offset_ms: i64,
    entries: Vec<Entry>,
    /// Those that will be due, by time.
    coming: BTreeSet<(i64, usize)>,
    /// Those that are, the most urgent first.
    ready: BTreeSet<(Class, i64, usize)>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    rhythm: Rhythm,
    /// The moment that comes next.
    slot_ms: i64,
    /// That which began last.
    begun_ms: Option<i64>,
}

impl Rhythm {
    /// The last moment at or before `at_ms`.
    fn slot_ms(&self, at_ms: i64) -> i64 {
        (at_ms - self.phase_ms).div_euclid(self.every_ms) * self.every_ms + self.phase_ms
    }
}

impl Timetable {
    /// All of them are due for their last moment before `now_ms`.
    pub fn new(
        rhythms: impl IntoIterator<Item = Rhythm>,
        offset_ms: i64,
        now_ms: i64,
    ) -> Timetable {
        let entry = |rhythm: Rhythm| Entry {
            rhythm,
            slot_ms: rhythm.slot_ms(now_ms - offset_ms),
            begun_ms: None,
        };
        let entries: Vec<Entry> = rhythms.into_iter().map(entry).collect();
        let coming = entries.iter().enumerate();
        Timetable {
            offset_ms,
            coming: coming.map(|(at, e)| (e.slot_ms + offset_ms, at)).collect(),
            ready: BTreeSet::new(),
            entries,
        }
    }

    /// When something becomes due, where nothing is.
    pub fn wakes_ms(&self) -> Option<i64> {
        self.coming.first().map(|(due_ms, _)| *due_ms)
    }

    /// Whether something of this kind is due that could not begin yet.
    pub fn is_behind(&self, kind: impl Fn(usize) -> bool) -> bool {
        self.ready.iter().any(|(.., place)| kind(*place))
    }

    /// When the SLO at `place` is evaluated.
    pub fn rhythm(&self, place: usize) -> Rhythm {
        self.entries[place].rhythm
    }

    /// The moment for which the SLO at `place` could be evaluated at `now_ms`.
    pub fn slot_ms(&self, place: usize, now_ms: i64) -> i64 {
        self.entries[place].rhythm.slot_ms(now_ms - self.offset_ms)
    }

    /// Finds what is due at `now_ms`.
    pub fn look(&mut self, now_ms: i64) {
        while let Some((due_ms, place)) = self.coming.first().copied()
            && due_ms <= now_ms
        {
            self.coming.pop_first();
            self.ready.insert((self.rhythm(place).class, due_ms, place));
        }
    }

    /// The most urgent evaluation of this kind that is due at `now_ms`. It comes again after [`Timetable::over`].
    pub fn next(&mut self, now_ms: i64, kind: impl Fn(usize) -> bool) -> Option<Due> {
        self.look(now_ms);
        let mut ready = self.ready.iter();
        let first = ready.find(|(.., place)| kind(*place)).copied();
        Some(self.begins(first?, now_ms))
    }

    /// The same, but that which is due for longest, whatever its class.
    pub fn next_in_turn(&mut self, now_ms: i64, kind: impl Fn(usize) -> bool) -> Option<Due> {
        self.look(now_ms);
        let ready = self.ready.iter().filter(|(.., place)| kind(*place));
        let first = ready.min_by_key(|(_, due_ms, _)| *due_ms).copied();
        Some(self.begins(first?, now_ms))
    }

    fn begins(&mut self, ready: (Class, i64, usize), now_ms: i64) -> Due {
        self.ready.remove(&ready);
        let (.., place) = ready;
        let Entry {
            rhythm, slot_ms, ..
        } = self.entries[place];
        let last_ms = rhythm.slot_ms(now_ms - self.offset_ms).max(slot_ms);
        let missed = (last_ms - slot_ms) / rhythm.every_ms;
        self.entries[place].slot_ms = last_ms;
        self.entries[place].begun_ms = Some(last_ms);
        Due {
            place,
            slot_ms: last_ms,
            due_ms: last_ms + self.offset_ms,
            missed: missed.unsigned_abs(),
        }
    }

    /// How many evaluations were missed since this was asked last, of SLOs that still wait for their turn.
    pub fn skip(&mut self, now_ms: i64) -> u64 {
        let mut missed = 0;
        for (_, _, place) in &self.ready {
            let Entry {
                rhythm, slot_ms, ..
            } = &mut self.entries[*place];
            let last_ms = rhythm.slot_ms(now_ms - self.offset_ms).max(*slot_ms);
            missed += (last_ms - *slot_ms) / rhythm.every_ms;
            *slot_ms = last_ms;
        }
        missed.unsigned_abs()
    }

    /// The evaluation of the SLO at `place` is over: it is due for its next moment.
    pub fn over(&mut self, place: usize) {
        let entry = &mut self.entries[place];
        entry.slot_ms += entry.rhythm.every_ms;
        self.coming.insert((entry.slot_ms + self.offset_ms, place));
    }

    /// The source's clock was found to be another: what is due is found anew. Those that are under way come back by
    /// [`Timetable::over`].
    pub fn moved(&mut self, now_ms: i64) {
        let places = self.coming.iter().map(|(_, place)| *place);
        let waits: BTreeSet<usize> = places.chain(self.ready.iter().map(|(.., p)| *p)).collect();
        self.coming.clear();
        self.ready.clear();
        for (place, entry) in self.entries.iter_mut().enumerate() {
            let last_ms = entry.rhythm.slot_ms(now_ms - self.offset_ms);
            let every_ms = entry.rhythm.every_ms;
            // What began already does not begin again where the clock went back by little.
            let begun_ms = entry
                .begun_ms
                .filter(|at_ms| (0..=every_ms).contains(&(at_ms - last_ms)));
            entry.slot_ms = match (waits.contains(&place), begun_ms) {
                (true, Some(begun_ms)) => begun_ms + every_ms,
                (true, None) => last_ms,
                (false, begun_ms) => begun_ms.unwrap_or(last_ms),
            };
            if waits.contains(&place) {
                self.coming.insert((entry.slot_ms + self.offset_ms, place));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::phase;

    const EVERY: i64 = 60_000;
    const OFFSET: i64 = 30_000;

    fn rhythm(class: Class, phase_ms: i64) -> Rhythm {
        Rhythm {
            class,
            every_ms: EVERY,
            phase_ms,
        }
    }

    fn table(rhythms: &[Rhythm], now_ms: i64) -> Timetable {
        Timetable::new(rhythms.iter().copied(), OFFSET, now_ms)
    }

    #[test]
    fn e12_names_are_spread_over_the_interval_and_keep_their_place() {
        let mut tenths = [0; 10];
        for at in 0..2_000 {
            let name = format!("service-{at}/availability");
            tenths[(phase(&name, EVERY) * 10 / EVERY) as usize] += 1;
        }
        assert!(
            tenths.iter().all(|count| (150..250).contains(count)),
            "{tenths:?}"
        );
    }

    #[test]
    fn at_the_start_everything_is_due_for_its_last_moment() {
        let now_ms = 10 * EVERY + OFFSET;
        let mut table = table(&[rhythm(Class::Wakes, 0), rhythm(Class::Wakes, 1)], now_ms);
        let due = table.next(now_ms, |_| true).unwrap();
        assert_eq!((due.place, due.slot_ms, due.missed), (1, 9 * EVERY + 1, 0));
        let due = table.next(now_ms, |_| true).unwrap();
        assert_eq!(
            (due.place, due.slot_ms, due.due_ms),
            (0, 10 * EVERY, now_ms)
        );
        assert_eq!(table.next(now_ms, |_| true), None);
        assert_eq!(table.wakes_ms(), None, "both are under way");
        table.over(0);
        assert_eq!(table.wakes_ms(), Some(now_ms + EVERY));
        assert_eq!(table.next(now_ms + EVERY - 1, |_| true), None);
        assert!(table.next(now_ms + EVERY, |_| true).is_some());
    }

    #[test]
    fn e13_what_wakes_somebody_goes_first_however_long_the_others_wait() {
        let now_ms = 10 * EVERY + OFFSET;
        let classes = [rhythm(Class::Waits, 1), rhythm(Class::Wakes, 0)];
        let mut table = table(&classes, now_ms);
        assert_eq!(table.next(now_ms, |_| true).unwrap().place, 1);
        table.over(1);
        // A minute later the other one still waits, and has missed two.
        assert!(table.is_behind(|_| true));
        assert_eq!(table.next(now_ms + EVERY + 1, |_| true).unwrap().place, 1);
        let due = table.next(now_ms + EVERY + 1, |_| true).unwrap();
        assert_eq!((due.place, due.slot_ms, due.missed), (0, 11 * EVERY + 1, 2));
    }

    #[test]
    fn e13_what_waits_for_long_is_counted_while_it_waits_and_once() {
        let now_ms = 10 * EVERY + OFFSET;
        let mut table = table(&[rhythm(Class::Wakes, 0), rhythm(Class::Waits, 0)], now_ms);
        table.next(now_ms, |_| true).unwrap();
        assert_eq!(table.skip(now_ms + EVERY - 1), 0);
        assert_eq!(table.skip(now_ms + 2 * EVERY), 2);
        assert_eq!(table.skip(now_ms + 3 * EVERY - 1), 0);
        let due = table.next(now_ms + 3 * EVERY, |_| true).unwrap();
        let waited = (due.place, due.slot_ms, due.missed);
        assert_eq!(waited, (1, 13 * EVERY, 1));
    }

    #[test]
    fn e9_what_was_missed_is_not_made_up_for() {
        let mut table = table(&[rhythm(Class::Wakes, 0)], OFFSET);
        table.next(OFFSET, |_| true).unwrap();
        table.over(0);
        let due = table.next(OFFSET + 480 * EVERY + 5, |_| true).unwrap();
        assert_eq!((due.slot_ms, due.missed), (480 * EVERY, 479));
        table.over(0);
        assert_eq!(table.next(OFFSET + 480 * EVERY + 6, |_| true), None);
    }

    #[test]
    fn e10_a_clock_that_moved_moves_what_is_due() {
        for by_ms in [-3_600_000, 300_000] {
            let now_ms = 1_000 * EVERY + OFFSET;
            let rhythms = [rhythm(Class::Wakes, 0), rhythm(Class::Wakes, 7)];
            let mut table = table(&rhythms, now_ms);
            let first = table.next(now_ms, |_| true).unwrap();
            let then_ms = now_ms + by_ms;
            table.moved(then_ms);
            let base_ms = 1_000 * EVERY + by_ms;
            let second = table.next(then_ms, |_| true).unwrap();
            assert_eq!((second.place, second.slot_ms), (0, base_ms));
            assert_eq!(table.next(then_ms, |_| true), None, "one is under way");
            table.over(first.place);
            table.over(second.place);
            let found: Vec<_> = (0..2)
                .map(|_| table.next(then_ms + EVERY + 7, |_| true).unwrap())
                .map(|due| (due.place, due.slot_ms - base_ms))
                .collect();
            assert_eq!(found, [(1, EVERY + 7), (0, EVERY)]);
        }
    }

    #[test]
    fn e10_two_clocks_that_differ_by_little_drop_no_moment_and_repeat_none() {
        let rhythms: Vec<Rhythm> = (0..30)
            .map(|at| rhythm(Class::Wakes, at * EVERY / 30))
            .collect();
        let begin_ms = 1_000 * EVERY + OFFSET;
        let mut table = table(&rhythms, begin_ms);
        let mut begun: Vec<Vec<i64>> = vec![Vec::new(); 30];
        for second in 0..600 {
            let now_ms = begin_ms + second * 1_000 + (second / 3 % 2) * 8_000;
            if second % 3 == 0 {
                table.moved(now_ms);
            }
            while let Some(due) = table.next(now_ms, |_| true) {
                begun[due.place].push(due.slot_ms);
                table.over(due.place);
            }
        }
        for slots in begun {
            let steps: Vec<i64> = slots.windows(2).map(|two| two[1] - two[0]).collect();
            assert!(steps.iter().all(|step| *step == EVERY), "{slots:?}");
            assert!(slots.len() >= 10, "{slots:?}");
        }
    }

    #[test]
    fn e11_of_a_kind_the_most_urgent_goes_first_or_that_which_waits_for_longest() {
        let rhythms = [
            rhythm(Class::Waits, 1_000),
            rhythm(Class::Wakes, 2_000),
            rhythm(Class::Wakes, 3_000),
        ];
        let of = |table: &mut Timetable, kind: &dyn Fn(usize) -> bool, is_in_turn: bool| {
            let due = match is_in_turn {
                true => table.next_in_turn(10 * EVERY, kind),
                false => table.next(10 * EVERY, kind),
            };
            due.map(|due| due.place)
        };
        let mut some = table(&rhythms, 10 * EVERY);
        assert_eq!(of(&mut some, &|_| true, true), Some(0));
        assert_eq!(of(&mut some, &|place| place != 1, false), Some(2));
        assert!(!some.is_behind(|place| place != 1));
        assert_eq!(of(&mut some, &|place| place != 1, false), None);
        assert_eq!(of(&mut some, &|place| place == 1, true), Some(1));
    }
}
