//! How much a change matters to those who are paged. The worst stands first.

use super::definition::Definition;
use super::outcome::Outcome;
use super::row::{Kind, Row};

/// What weighs most of a change, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// It cannot be read any more.
    Unread,
    /// It would have seen nothing.
    NoData,
    /// Its budget would be spent already, and is not as it is defined now.
    BudgetSpent,
    /// It would have sent more pages.
    MorePages,
    /// It would have sent fewer pages.
    FewerPages,
    /// It would have sent more tickets.
    MoreTickets,
    /// It would have sent fewer tickets.
    FewerTickets,
    /// It is gone.
    Removed,
    /// It promises less.
    Loosened,
    /// It promises more.
    Tightened,
    /// It alerts in another way.
    Alerts,
    /// It is new.
    Added,
    /// It counts or says something else.
    Other,
    /// Whether it was there before cannot be told.
    UnreadBefore,
    /// It is called otherwise.
    Renamed,
}

/// What weighs most, and how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effect {
    /// What.
    pub weight: Weight,
    /// How many pages or tickets more or fewer; 0 where nothing is counted.
    pub amount: usize,
}

impl Effect {
    /// The effect of a row.
    pub fn of(row: &Row) -> Effect {
        let effect = |weight, amount| Effect { weight, amount };
        match &row.kind {
            Kind::UnreadNow => return effect(Weight::Unread, 0),
            Kind::UnreadBefore => return effect(Weight::UnreadBefore, 0),
            Kind::Renamed(_) => return effect(Weight::Renamed, 0),
            Kind::Added | Kind::Removed | Kind::Changed(_) => {}
        }
        simulated(row).unwrap_or(effect(stated(row), 0))
    }
}

/// What would have been otherwise.
fn simulated(row: &Row) -> Option<Effect> {
    let (old, new) = row.outcomes();
    // Of a state that could not be simulated nothing is said.
    if (old.is_none() && row.old.is_some()) || (new.is_none() && row.new.is_some()) {
        return None;
    }
    if new.is_some_and(|new| !new.sees()) && old.is_none_or(Outcome::sees) {
        return Some(Effect {
            weight: Weight::NoData,
            amount: 0,
        });
    }
    let is_spent = |left: Option<f64>| left.is_some_and(|left| left <= 0.0);
    let spent = |side: Option<&Outcome>| is_spent(side.and_then(|side| side.left));
    if spent(new) && !spent(old) {
        return Some(Effect {
            weight: Weight::BudgetSpent,
            amount: 0,
        });
    }
    let pages = |side: Option<&Outcome>| side.map_or(0, |side| side.pages);
    let tickets = |side: Option<&Outcome>| side.map_or(0, |side| side.tickets);
    let more = |old: usize, new: usize, up: Weight, down: Weight| {
        let weight = if new > old { up } else { down };
        let amount = new.abs_diff(old);
        (amount > 0).then_some(Effect { weight, amount })
    };
    more(
        pages(old),
        pages(new),
        Weight::MorePages,
        Weight::FewerPages,
    )
    .or_else(|| {
        let (old, new) = (tickets(old), tickets(new));
        more(old, new, Weight::MoreTickets, Weight::FewerTickets)
    })
}

/// What the definitions say.
fn stated(row: &Row) -> Weight {
    let budget = |side: &Option<Definition>| side.as_ref().map(|side| side.objective.budget());
    match (&row.kind, budget(&row.old), budget(&row.new)) {
        (Kind::Added, ..) => Weight::Added,
        (Kind::Removed, ..) => Weight::Removed,
        (_, Some(old), Some(new)) if new > old => Weight::Loosened,
        (_, Some(old), Some(new)) if new < old => Weight::Tightened,
        _ if !row.alerts().is_empty() => Weight::Alerts,
        _ => Weight::Other,
    }
}
