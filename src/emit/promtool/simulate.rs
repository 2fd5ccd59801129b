//! What the generated rules do with a timeline, one evaluation at a time.
//!
//! It knows recorded windows and what stands in for those that were never recorded, the condition of each tier with its hold
//! term, `for` and `keep_firing_for`, and the alert for missing data. It computes in doubles as Prometheus does, and says of
//! each evaluation how near its closest comparison was: where other arithmetic might decide otherwise, nothing is expected.

use super::case::{Case, CaseTier, CaseWindow, Feed, NO_DATA, QUANTA, Source, ms};
use super::counter::{Counter, Edge, Increase, Made};
use crate::base::Ratio;
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

#[derive(Clone, Copy, Debug, Default)]
struct State {
    active_since_ms: Option<i64>,
    firing: bool,
    keep_since_ms: Option<i64>,
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
    states: Vec<State>,
    missing: State,
    verdicts: Vec<Verdict>,
    thetas: Vec<f64>,
    nothing: f64,
    bad_min: f64,
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
            states: vec![State::default(); case.tiers.len()],
            missing: State::default(),
            verdicts: Vec::new(),
            thetas: case.tiers.iter().map(|tier| tier.theta.to_f64()).collect(),
            nothing: case.nothing.to_f64(),
            bad_min: case.bad_min.to_f64(),
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

    /// What the threshold is multiplied with: the budget that is left, where the tier asks for it. `None` where there is none.
    pub fn scale(&self, tier: &CaseTier, row: &Row) -> Option<f64> {
        let Some(floor) = tier.floor else {
            return Some(1.0);
        };
        let (period, budget) = self.case.period?;
        scale_of(row[period]?, budget, floor)
    }

    /// The right side of the long window's comparison for `events` in it.
    pub fn threshold(&self, tier: usize, scale: f64, events: f64) -> f64 {
        let theta = self.thetas[tier];
        let guard = match self.case.z {
            Some(z) if theta < 1.0 => {
                let quanta = QUANTA as f64;
                let variance = theta * (1.0 - theta) * (self.case.one as f64 / quanta);
                z.to_f64() * (variance * (events / quanta)).sqrt() * quanta
            }
            Some(_) | None => 0.0,
        };
        theta * scale * events + guard
    }

    /// The threshold of a tier, as a number.
    pub fn theta(&self, tier: usize) -> f64 {
        self.thetas[tier]
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
    fn condition(&self, at: usize, row: &Row) -> (bool, f64) {
        let tier = &self.case.tiers[at];
        let (Some(long), Some(short)) = (row[tier.long], row[tier.short]) else {
            return (false, 1.0);
        };
        let Some(scale) = self.scale(tier, row) else {
            return (false, 1.0);
        };
        let rhs = self.threshold(at, scale, long.events);
        let rhs_short = self.thetas[at] * scale * short.events;
        let near = distance(long.errors, rhs)
            .min(distance(short.errors, rhs_short))
            .min(constant_distance(long.errors, self.bad_min, long.made))
            .min(constant_distance(short.events, self.nothing, short.made));
        let burns = short.errors > rhs_short;
        let held = short.events < self.nothing && self.was_firing(at);
        let armed = tier
            .armed
            .is_none_or(|(window, after_ms)| self.was_recorded(window, after_ms));
        let holds = long.errors > rhs && (burns || held) && long.errors >= self.bad_min && armed;
        (holds, near)
    }

    /// Evaluates the rules, and goes on to the next evaluation.
    pub fn advance(&mut self) {
        let now_ms = self.now_ms();
        let row = self.contents();
        let mut verdict = Verdict {
            firing: 0,
            near: 1.0,
        };
        for (at, tier) in self.case.tiers.iter().enumerate() {
            let (holds, near) = self.condition(at, &row);
            verdict.near = verdict.near.min(near);
            let state = self.states[at].next(holds, now_ms, tier.hold_ms, tier.keep_ms);
            self.states[at] = state;
            verdict.firing |= u16::from(state.firing) << at;
        }
        if let Some(after_ms) = self.case.no_data_after_ms {
            let shortest = row.first().expect("a case has windows");
            self.missing = self.missing.next(shortest.is_none(), now_ms, after_ms, 0);
            verdict.firing |= u16::from(self.missing.firing) << NO_DATA;
        }
        let zeros = self.was_there(row.first().copied().flatten().is_some());
        self.zeros.push(zeros);
        for (window, contents) in self.recorded.iter_mut().zip(row) {
            window.push(contents);
        }
        self.verdicts.push(verdict);
    }
}

impl State {
    /// The state of an alert after an evaluation in which its condition does or does not hold.
    fn next(mut self, holds: bool, now_ms: i64, hold_ms: i64, keep_ms: i64) -> State {
        if holds {
            self.keep_since_ms = None;
            let since_ms = *self.active_since_ms.get_or_insert(now_ms);
            self.firing |= now_ms - since_ms >= hold_ms;
            return self;
        }
        let since_ms = self.keep_since_ms.unwrap_or(now_ms);
        if self.firing && now_ms - since_ms < keep_ms {
            self.keep_since_ms = Some(since_ms);
            return self;
        }
        State::default()
    }
}

/// The share of the budget that is left after a period with these contents, at least `floor` and at most 1.
pub fn scale_of(period: Contents, budget: Ratio, floor: Ratio) -> Option<f64> {
    let allowed = budget.to_f64() * period.events;
    (allowed > 0.0).then(|| (1.0 - period.errors / allowed).max(floor.to_f64()).min(1.0))
}

/// Relative; nothing against nothing is certain, since it is exact in any arithmetic.
fn distance(a: f64, b: f64) -> f64 {
    match a == b {
        true if a == 0.0 => 1.0,
        true => 0.0,
        false => (a - b).abs() / a.abs().max(b.abs()),
    }
}

/// The distance from a constant: what was counted is equal to it with certainty, which tells `>` from `>=`.
fn constant_distance(a: f64, constant: f64, made: Made) -> f64 {
    match a == constant && made == Made::Counted {
        true => 1.0,
        false => distance(a, constant),
    }
}
