//! The message about an episode, as one receiver gets it.

use crate::notify::{About, Links, Message, News, Purpose, Receipt, Repeat};
use crate::outbox::{Debt, Role, Says};

use super::book::Book;
use super::episode::{Episode, Standing};
use super::state::State;
use super::storm;
use super::subject::Subject;

/// What `debt` of `episode` is told, at `now_ms`.
pub fn message(
    book: &Book,
    state: &State,
    episode: &Episode,
    debt: &Debt,
    says: Says,
    now_ms: i64,
) -> Message {
    let (resolved_ms, why) = match &episode.standing {
        Standing::Over { at_ms, why } => (Some(*at_ms), why.clone()),
        Standing::Open | Standing::Settling { .. } => {
            (None, "it is told elsewhere now".to_string())
        }
    };
    let may_repeat = debt.receipt == Receipt::Possible || debt.end_receipt == Receipt::Possible;
    let picture = &episode.picture;
    Message {
        key: episode.key(&book.namespace),
        episode: episode.name(),
        sequence: episode.sequence,
        news: match says {
            Says::Opened => News::Opened,
            Says::Changed => News::Changed,
            Says::Resolved => News::Resolved { why },
            Says::Missed => News::Missed,
        },
        about: about(book, episode),
        severity: episode.severity.clone(),
        urgency: episode.urgency,
        title: picture.title.clone(),
        text: text(episode),
        facts: picture.facts.clone(),
        labels: picture.labels.clone(),
        links: Links {
            runbook: picture.runbook.clone(),
            dashboard: picture.dashboard.clone(),
            acknowledge: None,
        },
        opened_ms: episode.opened_ms,
        resolved_ms,
        sent_ms: now_ms,
        repeat: match may_repeat {
            true => Repeat::Possible,
            false => Repeat::First,
        },
        purpose: match episode.subject {
            Subject::Test { .. } => Purpose::Test,
            _ => Purpose::Real,
        },
        because: because(&debt.role),
        members: storm::members(state, episode),
    }
}

fn text(episode: &Episode) -> String {
    let taken = episode.acknowledged.as_ref();
    let taken = taken.map(|taken| format!("acknowledged by {}", taken.by));
    let lines = [Some(episode.picture.text.clone()), taken];
    let lines: Vec<String> = lines.into_iter().flatten().collect();
    lines.join("\n")
}

fn about(book: &Book, episode: &Episode) -> About {
    let Some(slo) = episode.subject.slo() else {
        return About::Burnwatch {
            part: episode.subject.kind().to_string(),
        };
    };
    let values = match &episode.subject {
        Subject::Burn { group, .. } => group.values(),
        _ => &[],
    };
    let names = book.slos.get(slo).map_or(&[][..], |entry| &entry.group_by);
    let group = names.iter().cloned().zip(values.iter().cloned());
    About::Slo {
        service: slo.service.to_string(),
        name: slo.name.to_string(),
        group: group.collect(),
    }
}

fn because(role: &Role) -> Option<String> {
    match role {
        Role::Notified | Role::Asked => None,
        Role::Escalated { step } => Some(format!(
            "nobody acknowledged it; this is step {} of the escalation",
            step + 1
        )),
        Role::Fallback { of, why } => Some(format!("{of} could not be told: {why}")),
    }
}
