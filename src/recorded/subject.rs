//! What is read of one SLO, and by what its tiers are judged.

use std::collections::BTreeSet;

use super::batch::Part;
use crate::base::{Duration, LabelName, Name};
use crate::evaluate::Condition;
use crate::model::{Roster, SloId};
use crate::plan::windows::RAW_MAX;
use crate::plan::{Plan, PlannedTier};

/// One SLO.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub(super) id: SloId,
    pub(super) group_by: Vec<LabelName>,
    pub(super) tiers: Vec<TierRead>,
    /// The window that tells whether there is any data, as the alert of missing data asks for it.
    pub(super) shortest: Duration,
    pub(super) period: Duration,
    /// Whether the period follows the calendar, of which nothing is recorded.
    pub(super) is_calendar: bool,
    /// The error budget as a share of the events.
    pub(super) budget: f64,
}

/// One tier.
#[derive(Clone, Debug)]
pub(super) struct TierRead {
    pub(super) name: Name,
    /// Whether the SLO is blind without it: a tier that wakes somebody, or any where none does.
    pub(super) is_vital: bool,
    pub(super) condition: Condition,
    pub(super) long: Duration,
    pub(super) short: Duration,
    pub(super) armed_after: Option<Duration>,
}

impl Subject {
    pub(super) fn of(plan: &Plan<'_>, roster: &Roster) -> Subject {
        let wakes = |planned: &PlannedTier<'_>| roster.wakes(&planned.tier.severity);
        let some_wake = plan.tiers.iter().any(wakes);
        let tiers = plan.tiers.iter().map(|planned| TierRead {
            name: planned.tier.name.clone(),
            is_vital: wakes(planned) || !some_wake,
            condition: Condition::of(plan, planned),
            long: planned.tier.long,
            short: planned.tier.short,
            armed_after: planned.armed_after,
        });
        let shortest = plan.windows.first().expect("the period is a window");
        Subject {
            id: plan.slo.id.clone(),
            group_by: plan.slo.group_by.clone(),
            tiers: tiers.collect(),
            shortest: shortest.length(),
            period: plan.slo.period,
            is_calendar: plan.slo.calendar.is_some(),
            budget: plan.slo.objective.budget().to_f64(),
        }
    }

    /// Without which nothing can be said of it.
    pub(super) fn needs(&self) -> BTreeSet<Part> {
        let mut needs = BTreeSet::from([Part::Runs, Part::Window(self.shortest)]);
        for tier in &self.tiers {
            needs.extend([Part::Window(tier.long), Part::Window(tier.short)]);
            if let Some(after) = tier.armed_after {
                needs.extend([Part::History(after), Part::Window(RAW_MAX)]);
            }
            if tier.condition.asks_budget() {
                needs.insert(Part::Budget(self.period));
            }
        }
        needs
    }

    /// Everything that is asked for it: the budget is also told.
    pub(super) fn parts(&self) -> BTreeSet<Part> {
        let mut parts = self.needs();
        if !self.is_calendar {
            parts.insert(Part::Budget(self.period));
        }
        parts
    }
}
