//! What was counted in one series, with gaps known as gaps: totals at marks that become sparser with age.
//!
//! A window is the difference of two totals, whatever its length. Between two marks a total is interpolated, so that the far
//! edge of a long window is off by what happened in one mark at most; windows whose edges are marks are exact.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::contents::Contents;
use super::resolution::Resolution;

/// Totals beyond this begin anew at zero, so that doubles go on to hold single events.
const TOTAL_MAX: f64 = 1e13;

/// Most gaps whose rise is remembered as one of the whole gap; that of older ones counts as if it had come at the gap's end.
const RISES_MAX: usize = 64;

/// What is known of a stretch of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// What was counted in the part that is known.
    pub contents: Contents,
    /// How long that part is, in milliseconds.
    pub known_ms: f64,
}

/// The past of one series.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct History {
    resolution: Resolution,
    /// Where it begins, in Unix milliseconds.
    begin_ms: i64,
    /// Until when it reaches.
    now_ms: i64,
    /// Until when it had events; its beginning where it never did.
    busy_ms: i64,
    total: Total,
    /// What it was at the beginning.
    first: Total,
    /// The youngest first.
    levels: [Level; 3],
    /// The oldest first.
    rises: VecDeque<Rise>,
}

/// What rose over a gap.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Rise {
    begin_ms: i64,
    end_ms: i64,
    contents: Contents,
}

/// Everything since the beginning.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Total {
    events: f64,
    errors: f64,
    /// Known steps.
    known: f64,
}

/// Totals at marks of one distance, in the order of time.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Level {
    /// Where the newest mark is.
    newest_ms: i64,
    events: VecDeque<f64>,
    errors: VecDeque<f64>,
    known: VecDeque<u32>,
}

impl History {
    /// Nothing is known before `begin_ms`.
    pub fn new(resolution: Resolution, begin_ms: i64) -> History {
        let mut history = History {
            resolution,
            begin_ms,
            now_ms: begin_ms,
            busy_ms: begin_ms,
            total: Total::default(),
            first: Total::default(),
            levels: Default::default(),
            rises: VecDeque::new(),
        };
        history.push_mark(0, begin_ms, history.total);
        history
    }

    /// Where it begins.
    pub fn begin_ms(&self) -> i64 {
        self.begin_ms
    }

    /// Until when it reaches.
    pub fn now_ms(&self) -> i64 {
        self.now_ms
    }

    /// Until when it had events, in Unix milliseconds; its beginning where it never did.
    pub fn busy_ms(&self) -> i64 {
        self.busy_ms
    }

    /// Adds one step; `None` where nothing is known of it.
    pub fn push(&mut self, step: Option<Contents>) {
        if let Some(contents) = step {
            debug_assert!(contents.events.is_finite() && contents.errors.is_finite());
            self.total.events += contents.events;
            self.total.errors += contents.errors;
            self.total.known += 1.0;
        }
        self.now_ms += self.resolution.step_ms();
        if step.is_some_and(|contents| contents.events > 0.0) {
            self.busy_ms = self.now_ms;
        }
        self.push_mark(0, self.now_ms, self.total);
        self.age();
        if self.total.events > TOTAL_MAX {
            self.rebase();
        }
    }

    fn push_mark(&mut self, level: usize, at_ms: i64, total: Total) {
        let younger_ms = level
            .checked_sub(1)
            .map_or(0, |at| self.resolution.ages_ms[at]);
        let own_ms = self.resolution.ages_ms[level] - younger_ms;
        let most = own_ms / self.resolution.steps_ms[level];
        // One at each end, and one more while a new one is there and the oldest is not yet moved.
        self.levels[level].push(at_ms, total, most as usize + 3);
    }

    /// Says what was counted in `gap` steps of which nothing is known, after which `after` more were added.
    pub fn bridge(&mut self, after: usize, gap: usize, contents: Contents) {
        let step_ms = self.resolution.step_ms();
        let end_ms = self.now_ms - after as i64 * step_ms;
        let rise = Rise {
            begin_ms: end_ms - gap as i64 * step_ms,
            end_ms,
            contents,
        };
        if self.rises.len() == RISES_MAX
            && let Some(oldest) = self.rises.pop_front()
        {
            self.fold(oldest);
        }
        self.rises.push_back(rise);
    }

    /// Adds what rose over a gap to every total from the gap's end on.
    fn fold(&mut self, rise: Rise) {
        let Contents { events, errors } = rise.contents;
        self.total.events += events;
        self.total.errors += errors;
        for (level, step_ms) in self.levels.iter_mut().zip(self.resolution.steps_ms) {
            let marks = level.events.len() as i64;
            let after = (level.newest_ms - rise.end_ms).div_euclid(step_ms) + 1;
            let first = (marks - after.clamp(0, marks)) as usize;
            level
                .events
                .iter_mut()
                .skip(first)
                .for_each(|t| *t += events);
            level
                .errors
                .iter_mut()
                .skip(first)
                .for_each(|t| *t += errors);
        }
    }

    /// Moves marks that are too old for their level to the next one, where they fall on one of its marks.
    fn age(&mut self) {
        for at in 0..self.levels.len() {
            let step_ms = self.resolution.steps_ms[at];
            let oldest_ms = self.now_ms - self.resolution.ages_ms[at] - step_ms;
            while self.levels[at].oldest_ms(step_ms) < oldest_ms {
                let Some((mark_ms, total)) = self.levels[at].pop(step_ms) else {
                    break;
                };
                let next = at + 1;
                if let Some(step_ms) = self.resolution.steps_ms.get(next)
                    && mark_ms.rem_euclid(*step_ms)
                        == self.begin_ms.rem_euclid(self.resolution.step_ms())
                {
                    self.push_mark(next, mark_ms, total);
                }
            }
        }
    }

    /// Takes the oldest total from all of them.
    fn rebase(&mut self) {
        let oldest = self.levels.iter().rev().find_map(Level::first);
        let oldest = oldest.unwrap_or(self.total);
        self.total = self.total.minus(oldest);
        self.first = self.first.minus(oldest);
        for level in &mut self.levels {
            level.events.iter_mut().for_each(|t| *t -= oldest.events);
            level.errors.iter_mut().for_each(|t| *t -= oldest.errors);
            let known = oldest.known as u32;
            level.known.iter_mut().for_each(|t| *t -= known);
        }
    }

    /// What is known of the time after `from_ms` until `to_ms`. What rose over a gap belongs to it where all of the gap does, as
    /// in a range of PromQL; when in the gap it rose is not known, and the gap stays one.
    pub fn stretch(&self, from_ms: i64, to_ms: i64) -> Stretch {
        let mut found = self.total_at(to_ms).minus(self.total_at(from_ms));
        for rise in &self.rises {
            if from_ms <= rise.begin_ms && rise.end_ms <= to_ms {
                found.events += rise.contents.events;
                found.errors += rise.contents.errors;
            }
        }
        Stretch {
            contents: Contents {
                events: found.events.max(0.0),
                errors: found.errors.max(0.0),
            },
            known_ms: found.known * self.resolution.step_ms() as f64,
        }
    }

    fn total_at(&self, at_ms: i64) -> Total {
        if at_ms >= self.now_ms {
            return self.total;
        }
        let mut younger = (self.now_ms, self.total);
        for (level, step_ms) in self.levels.iter().zip(self.resolution.steps_ms) {
            let Some(first) = level.first() else {
                continue;
            };
            let newest = (level.newest_ms, level.at(0));
            if at_ms >= newest.0 {
                return newest
                    .1
                    .towards(younger.1, at_ms - newest.0, younger.0 - newest.0);
            }
            let oldest_ms = level.oldest_ms(step_ms);
            if at_ms >= oldest_ms {
                let back = ((level.newest_ms - at_ms) / step_ms) as usize;
                let past_ms = (level.newest_ms - at_ms) % step_ms;
                let total = level.at(back);
                return match past_ms {
                    0 => total,
                    past_ms => total.towards(level.at(back + 1), past_ms, step_ms),
                };
            }
            younger = (oldest_ms, first);
        }
        // Until the beginning is too old itself it is the oldest mark of all, and falls on none of coarse ones.
        match self.now_ms - self.begin_ms <= self.resolution.ages_ms[2] {
            true if at_ms <= self.begin_ms => self.first,
            true => {
                let past_ms = at_ms - self.begin_ms;
                self.first
                    .towards(younger.1, past_ms, younger.0 - self.begin_ms)
            }
            false => younger.1,
        }
    }

    /// What it costs, in bytes.
    pub fn bytes(&self) -> usize {
        let of = |level: &Level| {
            (level.events.capacity() + level.errors.capacity()) * size_of::<f64>()
                + level.known.capacity() * size_of::<u32>()
        };
        size_of::<History>()
            + self.rises.capacity() * size_of::<Rise>()
            + self.levels.iter().map(of).sum::<usize>()
    }
}

impl Total {
    fn minus(self, other: Total) -> Total {
        Total {
            events: self.events - other.events,
            errors: self.errors - other.errors,
            known: self.known - other.known,
        }
    }

    /// The total `part` of `whole` on the way to another.
    fn towards(self, other: Total, part: i64, whole: i64) -> Total {
        if whole == 0 {
            return self;
        }
        let share = part as f64 / whole as f64;
        let between = |a: f64, b: f64| a + (b - a) * share;
        Total {
            events: between(self.events, other.events),
            errors: between(self.errors, other.errors),
            known: between(self.known, other.known),
        }
    }
}

/// Room is made for so many marks at once, and for no more than there can be.
const GROWTH_MARKS: usize = 60;

impl Level {
    fn push(&mut self, at_ms: i64, total: Total, most: usize) {
        let marks = self.events.len();
        if marks == self.events.capacity() {
            let room = GROWTH_MARKS.min(most.saturating_sub(marks)).max(1);
            self.events.reserve_exact(room);
            self.errors.reserve_exact(room);
            self.known.reserve_exact(room);
        }
        self.newest_ms = at_ms;
        self.events.push_back(total.events);
        self.errors.push_back(total.errors);
        self.known.push_back(total.known as u32);
    }

    fn pop(&mut self, step_ms: i64) -> Option<(i64, Total)> {
        let at_ms = self.oldest_ms(step_ms);
        let total = self.first()?;
        self.events.pop_front();
        self.errors.pop_front();
        self.known.pop_front();
        Some((at_ms, total))
    }

    fn first(&self) -> Option<Total> {
        (!self.events.is_empty()).then(|| self.at(self.events.len() - 1))
    }

    /// The total so many marks before the newest.
    fn at(&self, back: usize) -> Total {
        let at = self.events.len() - 1 - back;
        Total {
            events: self.events[at],
            errors: self.errors[at],
            known: f64::from(self.known[at]),
        }
    }

    /// Where the oldest mark is; in the future of everything where there is none.
    fn oldest_ms(&self, step_ms: i64) -> i64 {
        match self.events.len() {
            0 => i64::MAX,
            marks => self.newest_ms - (marks as i64 - 1) * step_ms,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Duration;

    const MINUTE: i64 = 60_000;

    fn history(steps: &[Option<f64>]) -> History {
        let resolution = Resolution::new(Duration::minutes(1), Duration::days(30));
        let mut history = History::new(resolution, 0);
        for events in steps {
            history.push(events.map(|events| Contents {
                events,
                errors: 1.0,
            }));
        }
        history
    }

    fn check(history: &History, from: i64, to: i64, events: f64, known: f64) {
        let stretch = history.stretch(from * MINUTE, to * MINUTE);
        let found = (stretch.contents.events, stretch.known_ms / MINUTE as f64);
        assert_eq!(found, (events, known), "{from} to {to}");
    }

    #[test]
    fn a_beginning_between_two_marks_loses_nothing() {
        let resolution = Resolution::new(Duration::minutes(1), Duration::days(30));
        for days in [0, 2, 10] {
            let mut history = History::new(resolution, 7 * MINUTE);
            let steps = 500 + days * 1_440;
            for _ in 0..steps {
                history.push(Some(RISE));
            }
            check(&history, 0, 7 + steps, 8.0 * steps as f64, steps as f64);
            check(&history, 0, 8, 8.0, 1.0);
            check(&history, 0, 7, 0.0, 0.0);
        }
    }

    const RISE: Contents = Contents {
        events: 8.0,
        errors: 4.0,
    };

    #[test]
    fn what_rose_over_a_gap_is_in_what_holds_the_whole_gap() {
        let mut history = history(&[Some(5.0), None, None, Some(7.0)]);
        check(&history, 0, 4, 12.0, 2.0);
        history.bridge(1, 2, RISE);
        check(&history, 0, 4, 20.0, 2.0);
        check(&history, 1, 3, 8.0, 0.0);
        check(&history, 2, 4, 7.0, 1.0);
        check(&history, 0, 2, 5.0, 1.0);
        assert_eq!(history.stretch(0, 4 * MINUTE).contents.errors, 6.0);
        history.push(Some(Contents::NONE));
        check(&history, 0, 5, 20.0, 3.0);
    }

    #[test]
    fn what_rose_over_gaps_is_kept_however_many_there_are() {
        let resolution = Resolution::new(Duration::minutes(1), Duration::days(30));
        let mut history = History::new(resolution, 0);
        let gaps = RISES_MAX as i64 + 40;
        // The first of them are so old that they lie between coarse marks.
        for _ in 0..gaps {
            history.push(None);
            (0..99).for_each(|_| history.push(Some(Contents::NONE)));
            history.bridge(99, 1, RISE);
        }
        check(
            &history,
            0,
            100 * gaps,
            8.0 * gaps as f64,
            99.0 * gaps as f64,
        );
        assert_eq!(history.rises.len(), RISES_MAX);
        let last = 100 * (gaps - 1);
        check(&history, last, 100 * gaps, 8.0, 99.0);
        check(&history, last + 1, 100 * gaps, 0.0, 99.0);
        // Two days of minutes are 28 of them, and whole fives of minutes are marks.
        check(
            &history,
            100 * (gaps - 28),
            100 * gaps,
            8.0 * 28.0,
            99.0 * 28.0,
        );
    }
}
