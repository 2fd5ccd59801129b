//! What is known of one group of an SLO at one moment, and what each of its tiers makes of it.

use std::collections::BTreeMap;

use crate::plan::Plan;

use super::contents::Contents;
use super::group::Group;
use super::history::{History, Stretch};
use super::layout::Layout;
use super::period::Period;
use super::resolution::ms;
use super::tier::{Armed, Condition, Decision, Evidence, Judgement};

/// What each tier says, with its numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// For which moment, in Unix milliseconds.
    pub at_ms: i64,
    /// In the order of the policy.
    pub tiers: Vec<TierVerdict>,
}

impl Verdict {
    /// The same decision on each of so many tiers, by no numbers: about windows that are not known, a group that is gone, or
    /// series that are missing.
    pub fn without_numbers(at_ms: i64, decision: Decision, tiers: usize) -> Verdict {
        let tier = TierVerdict {
            evidence: Evidence {
                long: None,
                short: None,
                left: None,
                history: Armed::Yes,
            },
            judgement: Judgement::without_numbers(decision),
        };
        Verdict {
            at_ms,
            tiers: vec![tier; tiers],
        }
    }
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
        let so_far = self.so_far(history, at_ms);
        BudgetLeft {
            contents: so_far.contents,
            left: self.period.left(so_far, self.budget, at_ms),
        }
    }

    /// What is known of the period that holds the moment before `at_ms`.
    fn so_far(&self, history: &History, at_ms: i64) -> Stretch {
        let (begin_ms, _) = self.period.around(at_ms);
        let stretch = history.stretch(begin_ms, at_ms);
        let contents = match (&self.period, self.period_window) {
            (Period::Rolling(_), Some(window)) => self.layout.contents(history, window, at_ms),
            (Period::Rolling(_), None) => None,
            (Period::Calendar(..), _) => (stretch.known_ms > 0.0).then_some(stretch.contents),
        };
        Stretch {
            contents: contents.unwrap_or(Contents::NONE),
            ..stretch
        }
    }

    /// Which tiers may fire by now, in the order of the policy, where these are all groups of the SLO. As in the rules the SLO
    /// is what waits: a group that is new in an old one does not.
    pub fn armed(&self, groups: &BTreeMap<Group, History>, at_ms: i64) -> Vec<Armed> {
        let any = |after_ms: i64| {
            let mut groups = groups.values();
            groups.any(|history| self.layout.was_recorded(history, at_ms - after_ms))
        };
        let tiers = self.tiers.iter();
        let armed = tiers.map(|tier| match tier.armed_after_ms.is_none_or(any) {
            true => Armed::Yes,
            false => Armed::NotYet,
        });
        armed.collect()
    }

    /// Judges every tier at `at_ms`, as far as it is armed.
    pub fn judge(&self, history: &History, armed: &[Armed], at_ms: i64) -> Verdict {
        let asks = self.tiers.iter().any(|tier| tier.condition.asks_budget());
        let left = asks.then(|| self.budget(history, at_ms).left).flatten();
        // A unit of the calendar that has just begun has its whole budget before its first event.
        let left = match self.period {
            Period::Rolling(_) => left,
            Period::Calendar(..) => left.or(Some(1.0)),
        };
        let tiers = self.tiers.iter().zip(armed).map(|(tier, armed)| {
            let evidence = Evidence {
                long: self.layout.contents(history, tier.long, at_ms),
                short: self.layout.contents(history, tier.short, at_ms),
                left,
                history: *armed,
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

    /// The share of the budget at `at_ms` that so many errors spend; nothing without events in the period.
    pub fn spent(&self, history: &History, errors: f64, at_ms: i64) -> Option<f64> {
        let so_far = self.so_far(history, at_ms);
        let contents = Contents {
            errors,
            ..so_far.contents
        };
        let so_far = Stretch { contents, ..so_far };
        let left = self.period.left(so_far, self.budget, at_ms);
        left.map(|left| 1.0 - left)
    }

    /// The burn rate of a window: its error ratio over the budget; nothing without events.
    pub fn burn_rate(&self, contents: Contents) -> Option<f64> {
        contents.error_ratio().map(|ratio| ratio / self.budget)
    }
}
