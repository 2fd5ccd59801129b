//! What is known of one group of an SLO at one moment, and what each of its tiers makes of it.

use crate::plan::Plan;

use super::contents::Contents;
use super::history::History;
use super::layout::Layout;
use super::period::Period;
use super::resolution::ms;
use super::tier::{Armed, Condition, Evidence, Judgement};

/// What each tier says, with its numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// For which moment, in Unix milliseconds.
    pub at_ms: i64,
    /// In the order of the policy.
    pub tiers: Vec<TierVerdict>,
}

/// What one tier says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TierVerdict {
    /// What it was judged by.
    pub evidence: Evidence,
    /// What came out.
    pub judgement: Judgement,
}

/// How much of a budget is left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BudgetLeft {
    /// What was counted in the period so far.
    pub contents: Contents,
    /// The share that is left, below zero where more than all was spent; nothing without events.
    pub left: Option<f64>,
}

/// Judges the SLO of one plan.
#[derive(Clone, Debug)]
pub struct Judge {
    layout: Layout,
    period: Period,
    period_window: Option<usize>,
    budget: f64,
    tiers: Vec<TierRule>,
}

#[derive(Clone, Debug)]
struct TierRule {
    condition: Condition,
    long: usize,
    short: usize,
    /// How long ago there must have been something already.
    armed_after_ms: Option<i64>,
}

impl Judge {
    /// The judge for the SLO of `plan`.
    pub fn new(plan: &Plan<'_>) -> Judge {
        let layout = Layout::of(plan);
        let place = |window| {
            layout
                .place(window)
                .expect("every window of a tier is planned")
        };
        let tiers = plan.tiers.iter().map(|planned| TierRule {
            condition: Condition::of(plan, planned),
            long: place(planned.tier.long),
            short: place(planned.tier.short),
            armed_after_ms: planned.armed_after.map(ms),
        });
        Judge {
            tiers: tiers.collect(),
            period: Period::of(plan.slo),
            period_window: layout.place(plan.slo.period),
            budget: plan.slo.objective.budget().to_f64(),
            layout,
        }
    }

    /// What is left of the budget at `at_ms`.
    pub fn budget(&self, history: &History, at_ms: i64) -> BudgetLeft {
        let contents = match (&self.period, self.period_window) {
            (Period::Rolling(_), Some(window)) => self.layout.contents(history, window, at_ms),
            (Period::Rolling(_), None) => None,
            (Period::Calendar(..), _) => {
                let stretch = history.stretch(self.period.around(at_ms).0, at_ms);
                (stretch.known_ms > 0.0).then_some(stretch.contents)
            }
        };
        let contents = contents.unwrap_or(Contents::NONE);
        BudgetLeft {
            contents,
            left: self.period.left(contents, self.budget, at_ms),
        }
    }

    /// Judges every tier at `at_ms`.
    pub fn judge(&self, history: &History, at_ms: i64) -> Verdict {
        let asks = self.tiers.iter().any(|tier| tier.condition.asks_budget());
        let left = asks.then(|| self.budget(history, at_ms).left).flatten();
        let tiers = self.tiers.iter().map(|tier| {
            let armed = tier
                .armed_after_ms
                .is_none_or(|after_ms| self.layout.was_recorded(history, at_ms - after_ms));
            let evidence = Evidence {
                long: self.layout.contents(history, tier.long, at_ms),
                short: self.layout.contents(history, tier.short, at_ms),
                left,
                history: if armed { Armed::Yes } else { Armed::NotYet },
            };
            TierVerdict {
                evidence,
                judgement: tier.condition.judge(evidence),
            }
        });
        Verdict {
            at_ms,
            tiers: tiers.collect(),
        }
    }

    /// The share of the budget of the period that so many errors spend, as it is known at `at_ms`; nothing without events.
    pub fn spent(&self, errors: f64, history: &History, at_ms: i64) -> Option<f64> {
        let events = self.budget(history, at_ms).contents.events;
        let contents = Contents { events, errors };
        let left = self.period.left(contents, self.budget, at_ms)?;
        Some(1.0 - left)
    }

    /// The burn rate of a window: its error ratio over the budget; nothing without events.
    pub fn burn_rate(&self, contents: Contents) -> Option<f64> {
        contents.error_ratio().map(|ratio| ratio / self.budget)
    }
}
