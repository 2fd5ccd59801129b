//! One SLO that differs.

use crate::diff::Change;
use crate::model::SloId;
use crate::plan::Settings;

use super::definition::{Alert, Definition};
use super::event::Event;
use super::outcome::Outcome;
use super::state::Pair;

/// What became of an SLO.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It is new.
    Added,
    /// It means something else; in which fields.
    Changed(Vec<Change>),
    /// It is gone.
    Removed,
    /// It means the same as one that is gone, which was called so.
    Renamed(SloId),
    /// It is written, and cannot be read any more.
    UnreadNow,
    /// It can be read now; whether it was there before cannot.
    UnreadBefore,
}

/// What would have happened.
#[derive(Clone, Debug, PartialEq)]
#[allow(
    clippy::large_enum_variant,
    reason = "one for each SLO that changed, and most of those are asked about"
)]
pub enum Simulated {
    /// Nobody asked.
    NotAsked,
    /// There is nothing to compare: what alerts is what alerted.
    SameMeaning,
    /// One of its states cannot be read.
    Unread,
    /// More SLOs changed than are simulated.
    BeyondLimit,
    /// It was tried.
    Asked {
        /// With the old definition; why not, where that failed; nothing where there is none.
        old: Option<Result<Outcome, String>>,
        /// With the new one.
        new: Option<Result<Outcome, String>>,
        /// What both would have sent, in the order of time.
        events: Vec<Event>,
    },
}

/// One SLO that differs.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What it is called.
    pub id: SloId,
    /// What became of it.
    pub kind: Kind,
    /// As it was.
    pub old: Option<Definition>,
    /// As it is.
    pub new: Option<Definition>,
    /// What would have happened.
    pub simulated: Simulated,
}

/// What became of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertChange<'a> {
    /// It is new.
    Added(&'a Alert),
    /// What it was and what it is.
    Changed(&'a Alert, &'a Alert),
    /// It is gone.
    Removed(&'a Alert),
}

impl Row {
    /// The row of a pair, before anything was simulated.
    pub fn of(pair: &Pair<'_>, base: &Settings, head: &Settings) -> Row {
        Row {
            id: pair.id.clone(),
            kind: pair.kind.clone(),
            old: pair.old.map(|slo| Definition::of(slo, base)),
            new: pair.new.map(|slo| Definition::of(slo, head)),
            simulated: Simulated::NotAsked,
        }
    }

    /// What becomes of its alerts. Where a state cannot be read nothing is said of it.
    pub fn alerts(&self) -> Vec<AlertChange<'_>> {
        if matches!(self.kind, Kind::UnreadNow | Kind::UnreadBefore) {
            return Vec::new();
        }
        let (old, new): (Vec<&Alert>, Vec<&Alert>) = (of_alerts(&self.old), of_alerts(&self.new));
        let mut changes = Vec::new();
        for alert in &old {
            match new.iter().find(|other| other.tier == alert.tier) {
                None => changes.push(AlertChange::Removed(alert)),
                Some(after) if after == alert => {}
                Some(after) => changes.push(AlertChange::Changed(alert, after)),
            }
        }
        let is_new = |alert: &&&Alert| old.iter().all(|other| other.tier != alert.tier);
        changes.extend(
            new.iter()
                .filter(is_new)
                .map(|alert| AlertChange::Added(alert)),
        );
        changes
    }

    /// The outcomes with the old and with the new definition, as far as they are known.
    pub fn outcomes(&self) -> (Option<&Outcome>, Option<&Outcome>) {
        match &self.simulated {
            Simulated::Asked { old, new, .. } => (outcome(old), outcome(new)),
            Simulated::NotAsked
            | Simulated::SameMeaning
            | Simulated::Unread
            | Simulated::BeyondLimit => (None, None),
        }
    }
}

fn of_alerts(definition: &Option<Definition>) -> Vec<&Alert> {
    let definition = definition.iter();
    definition
        .flat_map(|definition| &definition.alerts)
        .collect()
}

fn outcome(side: &Option<Result<Outcome, String>>) -> Option<&Outcome> {
    side.as_ref().and_then(|side| side.as_ref().ok())
}
