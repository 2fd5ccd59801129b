//! Why the news of an episode waits: nobody is in the office, a planned maintenance, something that says more.
//!
//! Only beginnings wait. What a receiver knows of is told to be over whatever holds by then.

use std::collections::BTreeSet;

use crate::base::{Name, zone};
use crate::evaluate::Group;
use crate::model::SloId;

use super::book::Book;
use super::episode::Episode;
use super::state::State;
use super::subject::{Subject, Waking};

/// Why news wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hold {
    /// The team's office hours.
    OfficeHours,
    /// This planned maintenance.
    Maintenance(Name),
    /// This episode says more: of the same SLO and group with more urgency, or of something that the SLO depends on.
    Behind(u64),
    /// It fired before the start, and whether it still does is not known yet: it may be over.
    Learning,
}

/// Why the news of `episode` wait at `now_ms`, where they do. Of what is in `learning` nobody knows yet whether it goes on.
pub fn hold(
    book: &Book,
    state: &State,
    learning: &BTreeSet<Subject>,
    episode: &Episode,
    now_ms: i64,
) -> Option<Hold> {
    let slo = episode.subject.slo()?;
    let team = episode.owner.as_ref()?;
    if episode.wakes == Waking::Waits && is_closed(book, team, now_ms) {
        return Some(Hold::OfficeHours);
    }
    if let Some(name) = maintenance(book, team, episode, slo, now_ms) {
        return Some(Hold::Maintenance(name));
    }
    // A page that may be over is told all the same: it has to be late by nothing.
    if episode.wakes == Waking::Waits && learning.contains(&episode.subject) {
        return Some(Hold::Learning);
    }
    let Subject::Burn { slo, group, .. } = &episode.subject else {
        return None;
    };
    behind(book, state, episode, slo, group).map(Hold::Behind)
}

fn is_closed(book: &Book, team: &Name, now_ms: i64) -> bool {
    let team = book.roster.teams.get(team);
    let hours = team.and_then(|team| team.office_hours.as_ref());
    let Some(hours) = hours else {
        return false;
    };
    let zone = zone::zone(&hours.time_zone);
    zone.is_some_and(|zone| !hours.times.contain(now_ms, &zone))
}

fn maintenance(
    book: &Book,
    team: &Name,
    episode: &Episode,
    slo: &SloId,
    now_ms: i64,
) -> Option<Name> {
    let mut planned = book.roster.maintenance.iter();
    let found = planned.find(|(_, of)| {
        let serves = of.services.is_empty()
            || of
                .services
                .iter()
                .any(|service| service.value == slo.service);
        serves
            && of.covers(team, &episode.severity)
            && zone::zone(&of.time_zone).is_some_and(|zone| of.times.contain(now_ms, &zone))
    });
    found.map(|(name, _)| name.clone())
}

/// The open episode that says more than this one.
fn behind(
    book: &Book,
    state: &State,
    episode: &Episode,
    slo: &SloId,
    group: &Group,
) -> Option<u64> {
    let rank = |severity: &Name| book.roster.severities.get(severity).map(|of| of.rank());
    let own = rank(&episode.severity)?;
    let entry = book.slos.get(slo)?;
    let first = Subject::Burn {
        slo: slo.clone(),
        group: group.clone(),
        severity: episode.severity.clone(),
    };
    debug_assert_eq!(first, episode.subject, "a burning episode is asked about");
    let mut severities = book.roster.severities.keys();
    let of_same = severities.find_map(|severity| {
        let subject = Subject::Burn {
            slo: slo.clone(),
            group: group.clone(),
            severity: severity.clone(),
        };
        let other = state.about(&subject).filter(|other| !other.is_over())?;
        (rank(severity)? < own).then_some(other.number)
    });
    if of_same.is_some() {
        return of_same;
    }
    entry.depends_on.iter().find_map(|(on, shared)| {
        let mut open = state.burning(on).filter_map(|(other, episode)| {
            let agrees = |(here, there): &(usize, usize)| {
                group.values().get(*here) == other.values().get(*there)
            };
            let silences =
                !episode.is_over() && shared.iter().all(agrees) && rank(&episode.severity)? <= own;
            silences.then_some(episode.number)
        });
        open.next()
    })
}
