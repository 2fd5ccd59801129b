//! Which of two groups stands worse.

use std::cmp::Ordering;

use crate::alert::State;

use super::standing::{GroupStanding, Standing};

/// How bad it is; less is worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Somebody is woken.
    Waking,
    /// A tier fires that wakes nobody.
    Firing,
    /// Nobody can see.
    Blind,
    /// A condition holds, and not yet for long enough.
    Pending,
    /// No tier is anywhere.
    Calm,
}

/// The class of a group.
pub fn class(group: &GroupStanding) -> Class {
    let wakes = group.firing.iter().any(|firing| firing.wakes);
    match (group.state, wakes) {
        (State::Firing, true) => Class::Waking,
        (State::Firing, false) => Class::Firing,
        (State::Blind, _) => Class::Blind,
        (State::Pending, _) => Class::Pending,
        (State::Ok, _) => Class::Calm,
    }
}

/// The order of groups: by class, then by what is left, nothing known last.
pub fn rank(group: &GroupStanding) -> (Class, Left) {
    (class(group), Left(group.budget.left))
}

/// What is left of a budget, in an order.
#[derive(Clone, Copy, Debug)]
pub struct Left(Option<f64>);

impl Ord for Left {
    fn cmp(&self, other: &Left) -> Ordering {
        match (self.0, other.0) {
            (Some(a), Some(b)) => a.total_cmp(&b),
            (a, b) => b.is_some().cmp(&a.is_some()),
        }
    }
}

impl PartialOrd for Left {
    fn partial_cmp(&self, other: &Left) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Left {
    fn eq(&self, other: &Left) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Left {}

/// Every SLO with each of its groups, the worst first; one without groups stands for itself, as blind.
pub fn worst_first(standings: &[Standing]) -> Vec<(&Standing, Option<&GroupStanding>)> {
    let mut rows: Vec<(&Standing, Option<&GroupStanding>)> = Vec::new();
    for standing in standings {
        rows.extend(standing.groups.iter().map(|group| (standing, Some(group))));
        if standing.groups.is_empty() {
            rows.push((standing, None));
        }
    }
    let key = |row: &(&Standing, Option<&GroupStanding>)| match row.1 {
        Some(group) => rank(group),
        None => (Class::Blind, Left(None)),
    };
    rows.sort_by(|a, b| {
        let ids = || a.0.id.cmp(&b.0.id);
        key(a).cmp(&key(b)).then_with(ids)
    });
    rows
}
