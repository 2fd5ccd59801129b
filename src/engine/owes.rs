//! What a receiver is owed about an episode at a moment: the one place that decides.

use crate::base::Duration;
use crate::notify::{Cadence, Receipt};
use crate::outbox::{Debt, Ended, Says, Told};

use super::book::LaneEntry;
use super::episode::{Episode, Standing};
use super::subject::{Subject, Waking};

/// How long a receiver is left alone before it is told of a change.
const CHANGE_EVERY: Duration = Duration::from_ms(30_000);
/// The same for a storm, of which every receiver is told in new messages.
const STORM_EVERY: Duration = Duration::minutes(5);

/// What a receiver is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owes {
    /// This, now.
    Now(Says),
    /// Something, from this moment on, in Unix milliseconds.
    From(i64),
    /// Nothing, unless something happens.
    Nothing,
    /// Nothing for ever: nobody was told, and nobody has to be.
    Unneeded,
}

/// What is owed by `debt` of `episode` at `now_ms`.
pub fn owes(episode: &Episode, debt: &Debt, entry: &LaneEntry, now_ms: i64) -> Owes {
    if debt.attempt.is_some() {
        return Owes::Nothing;
    }
    match (&debt.ended, &episode.standing) {
        (Some(Ended::Unresolved(_) | Ended::Dropped | Ended::Bundled(_)), _) => Owes::Nothing,
        // Of a receiver that is told nothing more it is still closed what it may know of.
        (Some(Ended::Refused(_) | Ended::Expired), Standing::Open | Standing::Settling { .. }) => {
            Owes::Nothing
        }
        (Some(Ended::Refused(_) | Ended::Expired), Standing::Over { .. })
        | (Some(Ended::Withdrawn), _) => match debt.is_open_there() {
            true => owes_resolve(debt, now_ms),
            false => Owes::Nothing,
        },
        (None, Standing::Over { .. }) => owes_end(episode, debt, entry, now_ms),
        (None, Standing::Open | Standing::Settling { .. }) => {
            owes_news(episode, debt, entry, now_ms)
        }
    }
}

/// It is over.
fn owes_end(episode: &Episode, debt: &Debt, entry: &LaneEntry, now_ms: i64) -> Owes {
    if debt.is_open_there() {
        return owes_resolve(debt, now_ms);
    }
    match (debt.told, entry.cadence) {
        (Told::Over { at_ms, again_ms }, Cadence::While { every, resolved }) => {
            let next_ms = again_ms + every.as_ms() as i64;
            match (next_ms - at_ms > resolved.as_ms() as i64, next_ms <= now_ms) {
                (true, _) => Owes::Nothing,
                (false, true) => Owes::Now(Says::Resolved),
                (false, false) => Owes::From(next_ms),
            }
        }
        (Told::Over { .. }, Cadence::Once) => Owes::Nothing,
        (Told::Open { .. }, _) => unreachable!("it is open there"),
        // What waited for the office, or was no page, is forgotten. A page is not.
        (Told::Nothing, _) => match (episode.wakes, debt.due_ms) {
            (Waking::Wakes, Some(_)) => Owes::Now(Says::Missed),
            (Waking::Wakes, None) | (Waking::Waits, _) => Owes::Unneeded,
        },
    }
}

/// It is over, and is open there.
fn owes_resolve(debt: &Debt, now_ms: i64) -> Owes {
    match debt.end_not_before_ms {
        Some(at_ms) if at_ms > now_ms => Owes::From(at_ms),
        Some(_) | None => Owes::Now(Says::Resolved),
    }
}

/// It goes on.
fn owes_news(episode: &Episode, debt: &Debt, entry: &LaneEntry, now_ms: i64) -> Owes {
    let Told::Open { sequence, at_ms } = debt.told else {
        return Owes::Now(Says::Opened);
    };
    if debt.end_receipt == Receipt::Possible {
        return Owes::Now(Says::Opened);
    }
    let from = |every: Duration, says: Says| {
        let next_ms = at_ms + every.as_ms() as i64;
        match next_ms <= now_ms {
            true => Owes::Now(says),
            false => Owes::From(next_ms),
        }
    };
    let again = match entry.cadence {
        Cadence::While { every, .. } => from(every, Says::Opened),
        Cadence::Once => Owes::Nothing,
    };
    let is_new = sequence < episode.sequence;
    match (&episode.subject, is_new, debt.handle.is_some()) {
        (Subject::Storm { .. }, true, _) => from(STORM_EVERY, Says::Changed),
        (_, true, true) => from(CHANGE_EVERY, Says::Changed),
        (_, false, _) | (_, true, false) => again,
    }
}
