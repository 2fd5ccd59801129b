//! What the generated rules do with a timeline, one evaluation at a time.
//!
//! It knows recorded windows and what stands in for those that were never recorded, how the hold term asks for what fired, and
//! the alert for missing data. What a condition is and what follows from it over time is `evaluate` and `alert`, as for the
//! daemon. It says of each evaluation how near its closest comparison was: where other arithmetic might decide otherwise,
//! nothing is expected.

use super::case::{Case, CaseTier, CaseWindow, Feed, NO_DATA, Source, ms};
use super::counter::{Counter, Edge, Increase, Made};
use crate::alert::{Phase, Timers};
use crate::evaluate::{self, Armed, Condition, Evidence, tier::budget_left};
use crate::plan::windows::{ABSENCE, TILE_LOOKBACK};

/// A set of tiers, a bit each.
pub type Firing = u16;

/// What is in a window, in quanta.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contents {
    /// All events.
    pub events: f64,
    /// The bad ones.
    pub errors: f64,
    /// How the numbers came about.
    pub made: Made,
}

/// The windows of one evaluation; a missing one has no series.
pub type Row = Vec<Option<Contents>>;

/// What one evaluation decided.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    /// Which tiers fire.
    pub firing: Firing,
    /// The least relative distance of a comparison from its edge.
    pub near: f64,
}

/// The rules of one case, running.
#[derive(Clone, Debug)]
pub struct Simulation<'a> {
    case: &'a Case,
    edge: Edge,
    counters: Vec<Counter>,
    /// For each window, what each evaluation recorded.
    recorded: Vec<Vec<Option<Contents>>>,
    /// Whether each evaluation recorded zeros for a service that is gone.
    zeros: Vec<bool>,
    phases: Vec<Phase>,
    missing: Phase,
    verdicts: Vec<Verdict>,
    conditions: Vec<Condition>,
}

impl<'a> Simulation<'a> {
    /// Before the first evaluation; no series exists.
    pub fn new(case: &'a Case, edge: Edge) -> Simulation<'a> {
        Simulation {
            case,
            edge,
            counters: case
                .parts
                .iter()
                .map(|part| {
                    Counter::new(
                        part.appears,
                        case.sample_ms,
                        case.begins(),
                        case.late_samples(),
                    )
                })
                .collect(),
            recorded: vec![Vec::new(); case.windows.len()],
            zeros: Vec::new(),
            phases: vec![Phase::Ok; case.tiers.len()],
            missing: Phase::Ok,
            verdicts: Vec::new(),
            conditions: case.tiers.iter().map(|tier| case.condition(tier)).collect(),
        }
    }

    /// How many evaluations there were.
    pub fn steps(&self) -> usize {
        self.verdicts.len()
    }

    /// When the next evaluation is.
    pub fn now_ms(&self) -> i64 {
        self.steps() as i64 * self.case.step_ms
    }

    /// What was decided.
    pub fn verdicts(&self) -> &[Verdict] {
        &self.verdicts
    }

    /// What each evaluation recorded, for each window.
    pub fn into_recorded(self) -> Vec<Vec<Option<Contents>>> {
        self.recorded
    }

    /// Every series is born, now.
    pub fn born(&mut self) {
        let now_ms = self.now_ms();
        self.counters.iter_mut().for_each(|c| c.born(now_ms));
    }

    /// Every series had its last sample at the evaluation before.
    pub fn dies(&mut self) {
        let last_ms = self.now_ms() - self.case.step_ms;
        self.counters.iter_mut().for_each(|c| c.dies(last_ms));
    }

    /// So many good and bad events are counted, now.
    pub fn put(&mut self, good: i64, bad: i64) {
        let now_ms = self.now_ms();
        for (counter, part) in self.counters.iter_mut().zip(&self.case.parts) {
            counter.jump(now_ms, part.good * good + part.bad * bad);
        }
    }

    /// The windows of this evaluation, were so many events counted now.
    pub fn look(&mut self, good: i64, bad: i64) -> Row {
        self.put(good, bad);
        let row = self.contents();
        for (counter, part) in self.counters.iter_mut().zip(&self.case.parts) {
            if part.good * good + part.bad * bad != 0 {
                counter.undo();
            }
        }
        row
    }

    fn contents(&self) -> Row {
        let mut row: Row = Vec::with_capacity(self.case.windows.len());
        for window in &self.case.windows {
            let contents = match &window.source {
                Source::Raw => self.raw(window).or_else(|| self.outlasted(window, &row)),
                Source::Tiles(tiles) => self.sum(tiles, &row),
            };
            row.push(contents);
        }
        row
    }

    fn raw(&self, window: &CaseWindow) -> Option<Contents> {
        let mut sum = Contents {
            events: 0.0,
            errors: 0.0,
            made: Made::Counted,
        };
        let mut exists = false;
        for (counter, part) in self.counters.iter().zip(&self.case.parts) {
            let Some(Increase { value, made }) = self.increase(counter, window) else {
                continue;
            };
            exists |= part.events != 0;
            sum.events += part.events as f64 * value;
            sum.errors += part.errors as f64 * value;
            sum.made = sum.made.max(made);
        }
        // What remains of the events is never less than nothing.
        sum.errors = sum.errors.max(0.0);
        exists.then_some(sum)
    }

    fn increase(&self, counter: &Counter, window: &CaseWindow) -> Option<Increase> {
        let now_ms = self.now_ms();
        let (length_ms, reach_ms) = (window.length_ms, window.reach_ms);
        match self.case.feed {
            Feed::Windows => counter.content(now_ms, length_ms),
            Feed::Counters if reach_ms == length_ms => {
                counter.increase(now_ms, length_ms, self.edge)
            }
            Feed::Counters => {
                let increase = counter.increase(now_ms, reach_ms, self.edge)?;
                let counted = counter.counted(now_ms, reach_ms, self.edge);
                let seconds = |ms: i64| ms as f64 / 1_000.0;
                Some(increase.scaled(counted, seconds(length_ms), seconds(reach_ms)))
            }
        }
    }

    /// Zeros for a window whose service is gone. Where windows are fed, the zeros are series beside the fed ones.
    fn outlasted(&self, window: &CaseWindow, row: &Row) -> Option<Contents> {
        let own = window.outlasts && self.case.feed == Feed::Counters;
        (own && self.was_there(row.first().copied().flatten().is_some())).then_some(Contents {
            events: 0.0,
            errors: 0.0,
            made: Made::Counted,
        })
    }

    /// Whether the shortest window was there at one of the moments of the last day at which the rules ask; `now` says whether
    /// it is there in this evaluation.
    fn was_there(&self, now: bool) -> bool {
        let (day_ms, apart_ms, step_ms) = (ms(ABSENCE.0), ms(ABSENCE.1), self.case.step_ms);
        let now_ms = self.now_ms();
        let oldest_ms = (now_ms - day_ms + i64::from(self.edge == Edge::LeftOpen)).max(0);
        let first = (oldest_ms + apart_ms - 1) / apart_ms;
        (first..=now_ms / apart_ms).any(|moment| {
            let at = (moment * apart_ms / step_ms) as usize;
            match self.recorded[0].get(at) {
                Some(contents) => contents.is_some(),
                None => now,
            }
        })
    }

    fn sum(&self, tiles: &[(usize, i64)], row: &Row) -> Option<Contents> {
        let mut sum = Contents {
            events: 0.0,
            errors: 0.0,
            made: Made::Counted,
        };
        for (window, offset_ms) in tiles {
            let tile = match offset_ms {
                0 => row[*window]?,
                _ => match self.tile(*window, *offset_ms) {
                    Some(tile) => tile,
                    None => Contents {
                        errors: 0.0,
                        ..row[*window]?
                    },
                },
            };
            sum.events += tile.events;
            sum.errors += tile.errors;
            sum.made = sum.made.max(tile.made);
        }
        Some(sum)
    }

    /// `last_over_time(window[30m] offset ...)`, now.
    fn tile(&self, window: usize, offset_ms: i64) -> Option<Contents> {
        self.bridged(offset_ms, |at| {
            self.recorded[window].get(at).copied().flatten()
        })
    }

    /// Whether a window was recorded so long ago, zeros included.
    fn was_recorded(&self, window: usize, offset_ms: i64) -> bool {
        let outlasts = self.case.windows[window].outlasts;
        let zero = |at: usize| outlasts && self.zeros.get(at).copied().unwrap_or(false);
        self.bridged(offset_ms, |at| {
            let contents = self.recorded[window].get(at).copied().flatten();
            (contents.is_some() || zero(at)).then_some(())
        })
        .is_some()
    }

    fn bridged<T>(&self, offset_ms: i64, recorded: impl Fn(usize) -> Option<T>) -> Option<T> {
        let until_ms = self.now_ms() - offset_ms;
        let from_ms = until_ms - ms(TILE_LOOKBACK) + i64::from(self.edge == Edge::LeftOpen);
        let step_ms = self.case.step_ms;
        let mut at = until_ms.div_euclid(step_ms);
        while at >= 0 && at * step_ms >= from_ms {
            if let Some(found) = recorded(at as usize) {
                return Some(found);
            }
            at -= 1;
        }
        None
    }

    /// The share of the budget that is left after a period with these contents, where thresholds ask for it.
    pub fn left(&self, period: Option<Contents>) -> Option<f64> {
        let (_, budget) = self.case.period?;
        budget_left(period?.amounts(), budget.to_f64())
    }

    /// What decides about a tier.
    pub fn condition(&self, tier: usize) -> &Condition {
        &self.conditions[tier]
    }

    fn was_firing(&self, tier: usize) -> bool {
        let bit = |verdict: &Verdict| verdict.firing & (1 << tier) != 0;
        match self.case.hold_back_ms {
            None => self.verdicts.last().is_some_and(bit),
            Some(back_ms) => {
                let back_ms = back_ms - i64::from(self.edge == Edge::LeftOpen);
                let steps = (back_ms / self.case.step_ms) as usize;
                self.verdicts.iter().rev().take(steps).any(bit)
            }
        }
    }

    /// Whether the condition of a tier holds, and how near it was to holding otherwise.
    fn judge(&self, at: usize, tier: &CaseTier, row: &Row) -> (bool, f64) {
        let (long, short) = (row[tier.long], row[tier.short]);
        let is_armed = tier
            .armed
            .is_none_or(|(window, after_ms)| self.was_recorded(window, after_ms));
        let judgement = self.conditions[at].judge(Evidence {
            long: long.map(Contents::amounts),
            short: short.map(Contents::amounts),
            left: self.left(self.case.period.and_then(|(period, _)| row[period])),
            history: if is_armed { Armed::Yes } else { Armed::NotYet },
        });
        let margins = judgement.margins;
        let near = margins
            .long
            .min(margins.short)
            .min(certain(margins.least, long))
            .min(certain(margins.empty, short));
        (judgement.decision.holds(self.was_firing(at)), near)
    }

    /// Evaluates the rules, and goes on to the next evaluation.
    pub fn advance(&mut self) {
        let row = self.contents();
        let mut verdict = Verdict {
            firing: 0,
            near: 1.0,
        };
        for (at, tier) in self.case.tiers.iter().enumerate() {
            let (holds, near) = self.judge(at, tier, &row);
            verdict.near = verdict.near.min(near);
            let phase = self.phases[at].next(holds, self.case.step_ms, tier.timers());
            self.phases[at] = phase;
            verdict.firing |= u16::from(phase.is_firing()) << at;
        }
        if let Some(after_ms) = self.case.no_data_after_ms {
            let shortest = row.first().expect("a case has windows");
            let timers = Timers {
                hold_ms: after_ms,
                keep_ms: 0,
            };
            let is_missing = shortest.is_none();
            self.missing = self.missing.next(is_missing, self.case.step_ms, timers);
            verdict.firing |= u16::from(self.missing.is_firing()) << NO_DATA;
        }
        let zeros = self.was_there(row.first().copied().flatten().is_some());
        self.zeros.push(zeros);
        for (window, contents) in self.recorded.iter_mut().zip(row) {
            window.push(contents);
        }
        self.verdicts.push(verdict);
    }
}

impl Contents {
    /// The amounts alone.
    pub fn amounts(self) -> evaluate::Contents {
        evaluate::Contents {
            events: self.events,
            errors: self.errors,
        }
    }
}

/// The distance from a constant: what was counted is equal to it with certainty, which tells `>` from `>=`.
fn certain(distance: f64, contents: Option<Contents>) -> f64 {
    match contents {
        Some(contents) if distance == 0.0 && contents.made == Made::Counted => 1.0,
        _ => distance,
    }
}
