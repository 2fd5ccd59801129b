//! What was seen of every SLO at one moment.

use std::collections::BTreeMap;

use crate::base::Name;
use crate::evaluate::{Contents, Group};
use crate::model::core::Core;
use crate::model::slo::SloId;
use crate::plan::Plan;
use crate::status::{GroupStanding, Known, Sight, Standing};

/// An SLO, or one of its groups.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// The SLO.
    pub id: SloId,
    /// The group; without values where there is none, and where none was ever seen.
    pub group: Group,
}

/// What was seen of all of them.
pub type Look = BTreeMap<Subject, Sighting>;

/// What was seen of one.
#[derive(Clone, Debug, PartialEq)]
pub enum Sighting {
    /// Nothing.
    Blind,
    /// Something.
    Seen(Facts),
}

/// What is known of one group.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    /// Until when, in Unix milliseconds.
    pub at_ms: i64,
    /// How long the window is that is judged, in milliseconds.
    pub window_ms: i64,
    /// How much of it is known.
    pub known_ms: i64,
    /// What was counted in it.
    pub contents: Contents,
    /// What is counted.
    pub unit: Unit,
    /// The share of all that may be bad.
    pub budget: f64,
    /// The least that must be bad before a share means anything.
    pub bad_min: f64,
    /// Below this there is nothing in the window.
    pub nothing: f64,
    /// The share of the budget that is left; nothing where there are no events in the period.
    pub left: Option<f64>,
    /// How much of that period is known.
    pub left_known: Known,
    /// The tiers that fire and wake somebody.
    pub pages: Vec<Page>,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Events.
    Events,
    /// Seconds.
    Seconds,
}

/// A tier that fires and wakes somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The tier.
    pub tier: Name,
    /// When it began to, in Unix milliseconds: its incident may have been open before, with another tier.
    pub since_ms: i64,
}

/// What `standing`, which is that of the SLO of `plan`, means for a gate.
pub fn look(plan: &Plan<'_>, standing: &Standing) -> Look {
    let subject = |group: &Group| Subject {
        id: standing.id.clone(),
        group: group.clone(),
    };
    if standing.groups.is_empty() || standing.is_blind() {
        let groups = standing.groups.iter().map(|group| group.group.clone());
        let mut groups: Vec<Group> = groups.collect();
        if groups.is_empty() {
            groups.push(Group::default());
        }
        let blind = |group: Group| (subject(&group), Sighting::Blind);
        return groups.into_iter().map(blind).collect();
    }
    let of_group = |group: &GroupStanding| match group.sight {
        Sight::Clear => Sighting::Seen(facts(plan, standing, group)),
        Sight::Stale { .. } | Sight::Never | Sight::NoCount { .. } | Sight::Unasked(_) => {
            Sighting::Blind
        }
    };
    let groups = standing.groups.iter();
    groups
        .map(|group| (subject(&group.group), of_group(group)))
        .collect()
}

fn facts(plan: &Plan<'_>, standing: &Standing, group: &GroupStanding) -> Facts {
    let pages = group.firing.iter().filter(|firing| firing.wakes);
    let page = |firing: &crate::status::Firing| Page {
        tier: firing.tier.clone(),
        since_ms: firing.from_ms,
    };
    Facts {
        at_ms: standing.at_ms,
        window_ms: group.counted_ms,
        known_ms: group.counted.known_ms as i64,
        contents: group.counted.contents,
        unit: match &plan.slo.core {
            Core::Events { .. } => Unit::Events,
            Core::Slices { .. } => Unit::Seconds,
        },
        budget: plan.slo.objective.budget().to_f64(),
        bad_min: plan.bad_min.to_f64(),
        nothing: plan.nothing.to_f64(),
        left: group.budget.left,
        left_known: group.known,
        pages: pages.map(page).collect(),
    }
}
