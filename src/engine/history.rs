//! What is kept of a record for people: one row for each change of state and each delivery, with its reason.

use super::episode::name;
use super::record::{Outcome, Record};
use super::state::State;
use super::subject::Subject;
use crate::outbox::{Ended, Role, Says};

/// A row of the history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Of which episode.
    pub episode: String,
    /// What the episode is about: `burn`, `blind`, `source`.
    pub kind: String,
    /// Of which service.
    pub service: String,
    /// Of which SLO.
    pub slo: String,
    /// The values of its group.
    pub group: String,
    /// With which severity.
    pub severity: String,
    /// Which receiver it is about.
    pub receiver: String,
    /// What happened, in one word.
    pub what: &'static str,
    /// Why.
    pub why: String,
}

/// The row of `record`, where it is one for people; `state` is the one before it, or after.
pub fn row(state: &State, record: &Record) -> Option<Row> {
    let (number, receiver, what, why) = said(record)?;
    let mut row = Row {
        episode: name(number),
        receiver,
        what,
        why,
        ..Row::default()
    };
    let subject = match record {
        Record::Opened {
            subject, severity, ..
        } => {
            row.severity = severity.to_string();
            Some(subject)
        }
        _ => state.episodes.get(&number).map(|episode| {
            row.severity = episode.severity.to_string();
            &episode.subject
        }),
    };
    if let Some(subject) = subject {
        row.kind = subject.kind().to_string();
        if let Some(slo) = subject.slo() {
            row.service = slo.service.to_string();
            row.slo = slo.name.to_string();
        }
        if let Subject::Burn { group, .. } = subject {
            row.group = group.values().join(", ");
        }
    }
    Some(row)
}

/// Of which episode and receiver a record speaks, and what it says for people.
fn said(record: &Record) -> Option<(u64, String, &'static str, String)> {
    let nobody = String::new;
    Some(match record {
        Record::Opened {
            episode, picture, ..
        } => (*episode, nobody(), "opened", picture.title.clone()),
        Record::Reopened {
            episode, picture, ..
        } => (*episode, nobody(), "reopened", picture.title.clone()),
        Record::Changed { episode, why, .. } => (*episode, nobody(), "changed", why.clone()),
        Record::Settling { episode, why, .. } => (*episode, nobody(), "settling", why.clone()),
        Record::Resolved { episode, why, .. } => (*episode, nobody(), "resolved", why.clone()),
        Record::Acknowledged { episode, by, .. } => {
            (*episode, nobody(), "acknowledged", by.clone())
        }
        Record::Escalated { episode, steps } => {
            (*episode, nobody(), "escalated", format!("step {steps}"))
        }
        Record::Owed {
            episode,
            lane,
            role: Role::Fallback { why, .. },
        } => (*episode, lane.to_string(), "fallback", why.clone()),
        Record::Answered {
            episode,
            lane,
            outcome,
            ..
        } => {
            let (what, why) = answered(outcome)?;
            (*episode, lane.to_string(), what, why)
        }
        Record::Attempted {
            episode,
            lane,
            says,
            ..
        } => {
            let says = match says {
                Says::Opened => "opened",
                Says::Changed => "changed",
                Says::Resolved => "resolved",
                Says::Missed => "missed",
            };
            (*episode, lane.to_string(), "sent", says.to_string())
        }
        Record::Ended { episode, lane, why } => (*episode, lane.to_string(), "ended", ended(why)),
        Record::Owed { .. }
        | Record::Watched { .. }
        | Record::MissingWatched { .. }
        | Record::Due { .. }
        | Record::Owned { .. }
        | Record::FellBack { .. }
        | Record::Bundled { .. }
        | Record::LaneKnown { .. }
        | Record::LaneForgotten { .. }
        | Record::Forgotten { .. }
        | Record::ClockSet { .. } => return None,
    })
}

fn answered(outcome: &Outcome) -> Option<(&'static str, String)> {
    Some(match outcome {
        Outcome::Delivered { .. } => ("delivered", String::new()),
        Outcome::Failed { reason, .. } => ("failed", reason.text.clone()),
        Outcome::Refused { reason } | Outcome::Postponed { reason, .. } => {
            ("refused", reason.text.clone())
        }
        Outcome::TooLarge => ("failed", "the message is made smaller".to_string()),
        Outcome::Choked { .. } => ("failed", "the receiver chokes on it".to_string()),
        Outcome::HandleForgotten => ("failed", "the first message is gone".to_string()),
        Outcome::Interrupted => ("failed", "burnwatch stopped meanwhile".to_string()),
        Outcome::Needless => return None,
    })
}

fn ended(why: &Ended) -> String {
    match why {
        Ended::Refused(reason) => format!("refused: {}", reason.text),
        Ended::Unresolved(reason) => format!("cannot be resolved: {}", reason.text),
        Ended::Expired => "could not be told for too long".to_string(),
        Ended::Dropped => "over before anybody had to be told".to_string(),
        Ended::Withdrawn => "not told there any more".to_string(),
        Ended::Bundled(storm) => format!("told in {}", name(*storm)),
    }
}
