//! Whether the condition of a tier holds: the one place that decides.
//!
//! The comparisons are those of the generated rules, in doubles as Prometheus makes them: errors against a share of the
//! events, never a ratio, so that nothing happens without traffic (SRE workbook, chapter 5, with the guards of
//! `docs/spec.md`).

use crate::base::Ratio;
use crate::plan::threshold::Scale;
use crate::plan::{Plan, PlannedTier};

use super::contents::Contents;

/// What decides about a tier, in numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Condition {
    /// The error ratio above which it fires with the whole budget left.
    theta: f64,
    /// The least share of that, where it shrinks with the budget.
    floor: Option<f64>,
    /// What `confidence` adds for each square root of an event.
    guard: f64,
    /// The least that must be bad in the long window.
    bad_min: f64,
    /// Below this a window is empty.
    nothing: f64,
}

/// The same exactly, in whatever unit amounts are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The error ratio above which it fires with the whole budget left.
    pub theta: Ratio,
    /// The least share of that, where it shrinks with the budget.
    pub floor: Option<Ratio>,
    /// The normal quantile of `confidence`.
    pub z: Option<Ratio>,
    /// The smallest thing that can be counted.
    pub quantum: Ratio,
    /// The least that must be bad in the long window.
    pub bad_min: Ratio,
    /// Below this a window is empty.
    pub nothing: Ratio,
}

/// What a tier's windows hold, and what else decides about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evidence {
    /// The long window; nothing where it is not known.
    pub long: Option<Contents>,
    /// The short window.
    pub short: Option<Contents>,
    /// The share of the budget that is left, for tiers whose threshold shrinks with it.
    pub left: Option<f64>,
    /// Whether there is history for a short window that reaches back far.
    pub history: Armed,
}

/// Whether a tier may fire at all by now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Armed {
    /// It may.
    Yes,
    /// What it measures is too new.
    NotYet,
}

/// What a tier's evidence says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judgement {
    /// The decision, which is its reason.
    pub decision: Decision,
    /// Above so many errors the long window burns.
    pub allowed_long: f64,
    /// Above so many errors the short window burns.
    pub allowed_short: f64,
    /// How far each comparison is from deciding otherwise.
    pub margins: Margins,
}

impl Judgement {
    /// A decision that no comparison led to.
    pub fn without_numbers(decision: Decision) -> Judgement {
        Judgement {
            decision,
            allowed_long: f64::INFINITY,
            allowed_short: f64::INFINITY,
            margins: Margins::WIDE,
        }
    }
}

/// Relative distances of comparisons from their edges: arithmetic that differs by less decides the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Margins {
    /// The long window from its threshold.
    pub long: f64,
    /// The short window from its threshold.
    pub short: f64,
    /// The errors of the long window from the least that must be bad.
    pub least: f64,
    /// The events of the short window from none.
    pub empty: f64,
}

impl Margins {
    /// Nothing was compared.
    pub const WIDE: Margins = Margins {
        long: 1.0,
        short: 1.0,
        least: 1.0,
        empty: 1.0,
    };

    /// The smallest.
    pub fn min(self) -> f64 {
        self.long.min(self.short).min(self.least).min(self.empty)
    }
}

/// Whether the condition of a tier holds, and why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Decision {
    /// It holds.
    Burning,
    /// It holds for a tier that fires already: the long window burns, and the short one is empty.
    Sustaining,
    /// The long window is within its threshold.
    LongBelow,
    /// The long window burns, and the short one does not any more.
    ShortBelow,
    /// Too few errors in the long window.
    FewErrors,
    /// It is too new.
    NotArmed,
    /// There are no events in the period, so that nobody can say which share of its budget is left.
    NoBudget,
    /// A window is not known.
    Unknown,
    /// There is no series at all, which is what an alert for missing data waits for.
    Missing,
}

impl Decision {
    /// Whether the condition holds for a tier that does or does not fire.
    pub fn holds(self, fires: bool) -> bool {
        match self {
            Decision::Burning | Decision::Missing => true,
            Decision::Sustaining => fires,
            Decision::LongBelow
            | Decision::ShortBelow
            | Decision::FewErrors
            | Decision::NotArmed
            | Decision::NoBudget
            | Decision::Unknown => false,
        }
    }
}

impl Condition {
    /// The condition of a tier of `plan`.
    pub fn of(plan: &Plan<'_>, planned: &PlannedTier<'_>) -> Condition {
        Condition::new(Limits {
            theta: planned.threshold.theta,
            floor: match planned.threshold.scale {
                Scale::Fixed => None,
                Scale::Remaining { floor } => Some(floor),
            },
            z: plan.slo.policy.confidence.map(|confidence| confidence.z),
            quantum: plan.slo.core.quantum(),
            bad_min: plan.bad_min,
            nothing: plan.nothing,
        })
    }

    /// The condition with these limits.
    pub fn new(limits: Limits) -> Condition {
        let theta = limits.theta;
        let guard = match limits.z {
            Some(z) if theta < Ratio::ONE => {
                let variance = theta * (Ratio::ONE - theta) * limits.quantum;
                z.to_f64() * variance.to_f64().sqrt()
            }
            Some(_) | None => 0.0,
        };
        Condition {
            theta: theta.to_f64(),
            floor: limits.floor.map(Ratio::to_f64),
            guard,
            bad_min: limits.bad_min.to_f64(),
            nothing: limits.nothing.to_f64(),
        }
    }

    /// Whether its threshold shrinks with the budget, so that it must be known.
    pub fn asks_budget(&self) -> bool {
        self.floor.is_some()
    }

    /// The error ratio above which it fires with so much of the budget left.
    pub fn theta(&self, left: Option<f64>) -> Option<f64> {
        match self.floor {
            None => Some(self.theta),
            Some(floor) => left.map(|left| self.theta * left.max(floor).min(1.0)),
        }
    }

    /// The most errors of a long window with so many events that do not fire it.
    pub fn allowed_long(&self, theta: f64, events: f64) -> f64 {
        theta * events + self.guard * events.max(0.0).sqrt()
    }

    /// Judges.
    pub fn judge(&self, evidence: Evidence) -> Judgement {
        let silent = Judgement::without_numbers;
        let (Some(long), Some(short)) = (evidence.long, evidence.short) else {
            return silent(Decision::Unknown);
        };
        let Some(theta) = self.theta(evidence.left) else {
            return silent(Decision::NoBudget);
        };
        let allowed_long = self.allowed_long(theta, long.events);
        let allowed_short = theta * short.events;
        let decision = if long.errors <= allowed_long {
            Decision::LongBelow
        } else if long.errors < self.bad_min {
            Decision::FewErrors
        } else if evidence.history == Armed::NotYet {
            Decision::NotArmed
        } else if short.errors > allowed_short {
            Decision::Burning
        } else if short.events < self.nothing {
            Decision::Sustaining
        } else {
            Decision::ShortBelow
        };
        Judgement {
            decision,
            allowed_long,
            allowed_short,
            margins: Margins {
                long: distance(long.errors, allowed_long),
                short: distance(short.errors, allowed_short),
                least: distance(long.errors, self.bad_min),
                empty: distance(short.events, self.nothing),
            },
        }
    }
}

/// The share of a budget that is left after these errors; nothing without events.
pub fn budget_left(period: Contents, budget: f64) -> Option<f64> {
    let allowed = budget * period.events;
    (allowed > 0.0).then(|| 1.0 - period.errors / allowed)
}

/// Relative; nothing against nothing is certain, since it is exact in any arithmetic.
fn distance(a: f64, b: f64) -> f64 {
    match a == b {
        true if a == 0.0 => 1.0,
        true => 0.0,
        false => (a - b).abs() / a.abs().max(b.abs()),
    }
}
