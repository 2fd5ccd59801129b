//! A page or ticket that would have been sent, and whether both definitions would have sent it.

use crate::alert::Episode;
use crate::model::Roster;
use crate::plan::{Plan, no_data_tier};
use crate::replay::Past;

/// What is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// It wakes somebody.
    Page,
    /// It does not.
    Ticket,
}

/// Which definition sends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seen {
    /// The new one alone.
    New,
    /// Both, at times that overlap.
    Both,
    /// The old one alone.
    Gone,
}

/// Whether it is known when something began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Began {
    /// It began then.
    Then,
    /// It was there already when the simulation began.
    Before,
}

/// A page or ticket.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// When it is sent, in Unix milliseconds.
    pub from_ms: i64,
    /// Whether it began then.
    pub began: Began,
    /// When it is over; nothing while it is not.
    pub to_ms: Option<i64>,
    /// What it is.
    pub kind: Kind,
    /// Its severity.
    pub severity: String,
    /// The tiers that fire in it, in the order of the policy.
    pub tiers: Vec<String>,
    /// The values of its group labels, as `route="/pay"`; empty where it is not grouped.
    pub group: String,
    /// The highest burn rate of a long window that fired; nothing where data is missing.
    pub burn_max: Option<f64>,
    /// The share of the budget of the period that it costs, where that is known.
    pub spent: Option<f64>,
    /// Which definition sends it.
    pub seen: Seen,
}

impl Event {
    /// Everything that `past`, the past of `plan`, would have sent; which definition it is will have to be said.
    pub fn all(past: &Past, plan: &Plan<'_>, roster: &Roster, seen: Seen) -> Vec<Event> {
        let labels = &plan.slo.group_by;
        // The first evaluation is at most one interval after the beginning, the second one more than that.
        let evaluations = i64::try_from(past.evaluations).unwrap_or(i64::MAX).max(1);
        let first_ms = past.from_ms + (past.to_ms - past.from_ms) / evaluations;
        let event = |episode: &Episode, tiers: Vec<String>, group: String| Event {
            from_ms: episode.opened_ms,
            began: match episode.opened_ms <= first_ms {
                true => Began::Before,
                false => Began::Then,
            },
            to_ms: episode.resolved_ms,
            kind: match roster.wakes(&episode.severity) {
                true => Kind::Page,
                false => Kind::Ticket,
            },
            severity: episode.severity.to_string(),
            tiers,
            group,
            burn_max: None,
            spent: None,
            seen,
        };
        let mut events = Vec::new();
        for (group, of_group) in &past.groups {
            for incident in &of_group.incidents {
                let fired = |tier: &usize| incident.episode.firings.iter().any(|f| f.tier == *tier);
                let tiers = (0..plan.tiers.len()).filter(fired);
                let names = tiers.map(|tier| plan.tiers[tier].tier.name.to_string());
                let shown = group.show(labels).to_string();
                events.push(Event {
                    burn_max: Some(incident.burn_max),
                    spent: incident.spent,
                    ..event(&incident.episode, names.collect(), shown)
                });
            }
        }
        let missing = past.missing.iter();
        let tier = no_data_tier().to_string();
        events.extend(missing.map(|episode| event(episode, vec![tier.clone()], String::new())));
        events
    }

    fn overlaps(&self, other: &Event) -> bool {
        let ends_after = |a: &Event, b: &Event| a.to_ms.is_none_or(|to_ms| to_ms > b.from_ms);
        ends_after(self, other) && ends_after(other, self)
    }
}

/// What `old` and `new` would have sent together, in the order of time: what both would have sent stands once, as the new one
/// sends it. Groups are told apart where both have the same ones.
pub fn together(old: Vec<Event>, new: Vec<Event>, same_groups: bool) -> Vec<Event> {
    let matches = |a: &Event, b: &Event| {
        a.kind == b.kind && (!same_groups || a.group == b.group) && a.overlaps(b)
    };
    let mut events = Vec::with_capacity(old.len() + new.len());
    for event in &new {
        let seen = match old.iter().any(|other| matches(event, other)) {
            true => Seen::Both,
            false => Seen::New,
        };
        events.push(Event {
            seen,
            ..event.clone()
        });
    }
    let gone = |event: &Event| !new.iter().any(|other| matches(other, event));
    events.extend(old.into_iter().filter(gone).map(|event| Event {
        seen: Seen::Gone,
        ..event
    }));
    events.sort_by(|a, b| (a.from_ms, a.kind, &a.group).cmp(&(b.from_ms, b.kind, &b.group)));
    events
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(from_ms: i64, to_ms: Option<i64>, kind: Kind, group: &str) -> Event {
        Event {
            from_ms,
            began: Began::Then,
            to_ms,
            kind,
            severity: "page".to_string(),
            tiers: Vec::new(),
            group: group.to_string(),
            burn_max: None,
            spent: None,
            seen: Seen::New,
        }
    }

    fn check(old: &[Event], new: &[Event], same_groups: bool, expected: &[(i64, Seen)]) {
        let events = together(old.to_vec(), new.to_vec(), same_groups);
        let found: Vec<_> = events.iter().map(|e| (e.from_ms, e.seen)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_overlaps_would_have_been_sent_by_both() {
        let page = |from_ms, to_ms| event(from_ms, to_ms, Kind::Page, "");
        check(
            &[page(10, Some(20)), page(50, None)],
            &[page(19, Some(30)), page(30, Some(40)), page(60, Some(70))],
            true,
            &[(19, Seen::Both), (30, Seen::New), (60, Seen::Both)],
        );
        // One that begins when another ends does not overlap it.
        check(
            &[page(10, Some(20))],
            &[page(20, Some(30))],
            true,
            &[(10, Seen::Gone), (20, Seen::New)],
        );
        // One long page in the place of two short ones is no longer two.
        check(
            &[page(10, Some(20)), page(30, Some(40))],
            &[page(5, Some(50))],
            true,
            &[(5, Seen::Both)],
        );
    }

    #[test]
    fn a_ticket_is_no_page_and_another_group_is_another_incident() {
        check(
            &[event(10, None, Kind::Ticket, "")],
            &[event(10, None, Kind::Page, "")],
            true,
            &[(10, Seen::New), (10, Seen::Gone)],
        );
        let of = |group| [event(1, None, Kind::Page, group)];
        let (a, b) = (of("a"), of("b"));
        check(&a, &b, true, &[(1, Seen::Gone), (1, Seen::New)]);
        check(&a, &b, false, &[(1, Seen::Both)]);
    }
}
