//! How far back an SLO is known, which decides what may be said of it by now.

use serde::{Deserialize, Serialize};

use crate::model::roster::Roster;
use crate::plan::Plan;

/// How far back is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Coverage {
    /// As far as the windows of tiers that wake somebody reach: enough to page.
    Pages,
    /// As far as the windows of all tiers reach: enough for all of them.
    Tiers,
    /// As far as the windows of all tiers and the period reach.
    Whole,
}

impl Coverage {
    /// How far back that is for `plan`, in milliseconds; nothing for all that there is to ask.
    pub fn back_ms(self, plan: &Plan<'_>, roster: &Roster) -> Option<i64> {
        let longest = |wakes: bool| {
            let tiers = plan.tiers.iter().map(|planned| planned.tier);
            let tiers = tiers.filter(|tier| !wakes || roster.wakes(&tier.severity));
            let windows = tiers.map(|tier| tier.long.max(tier.short).as_ms() as i64);
            windows.max()
        };
        match self {
            // Where nothing wakes, the tiers that there are.
            Coverage::Pages => longest(true).or_else(|| longest(false)),
            Coverage::Tiers => longest(false),
            Coverage::Whole => None,
        }
    }
}
