//! Everything that the comment says, for programs, and all of it.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::base::Name;
use crate::diff::Change;

use super::comparison::{Check, Comparison, Moved};
use super::definition::{Alert, Definition};
use super::effect::{Effect, Weight};
use super::event::{Began, Event, Kind as EventKind, Seen};
use super::outcome::Outcome;
use super::row::{Kind, Row, Simulated};

/// Version of the JSON.
const JSON_VERSION: u32 = 1;

/// The comparison as one object.
pub fn json(comparison: &Comparison, name: Option<&Name>) -> Value {
    let base = &comparison.base;
    json!({
        "version": JSON_VERSION,
        "name": name.map(ToString::to_string),
        "changed": comparison.is_changed(),
        "complete": comparison.is_complete(),
        "base": {"reference": base.reference, "commit": base.commit, "files_unread": base.unread},
        "files_unread": comparison.unread,
        "simulated": comparison.span.map(|span| json!({"from": time(span.from_ms), "to": time(span.to_ms)})),
        "slos": comparison.rows.iter().map(row).collect::<Vec<_>>(),
        "unchanged": comparison.unchanged,
        "moved": comparison.moved.iter().map(moved).collect::<Vec<_>>(),
        "checks": {
            "errors": comparison.checks.errors,
            "warnings": comparison.checks.warnings,
            "first": comparison.checks.first.iter().map(check).collect::<Vec<_>>(),
        },
    })
}

fn time(at_ms: i64) -> Value {
    match Timestamp::from_millisecond(at_ms) {
        Ok(at) => Value::from(at.to_string()),
        Err(_) => Value::Null,
    }
}

fn row(row: &Row) -> Value {
    let Effect { weight, amount } = Effect::of(row);
    let (change, fields, was) = match &row.kind {
        Kind::Added => ("added", &[][..], None),
        Kind::Changed(fields) => ("changed", &fields[..], None),
        Kind::Removed => ("removed", &[][..], None),
        Kind::Renamed(from) => ("renamed", &[][..], Some(from.to_string())),
        Kind::UnreadNow => ("unread", &[][..], None),
        Kind::UnreadBefore => ("unread-before", &[][..], None),
    };
    let field =
        |change: &Change| json!({"field": change.field, "old": change.old, "new": change.new});
    let mut object = json!({
        "slo": row.id.to_string(),
        "change": change,
        "was": was,
        "effect": {"kind": word(weight), "amount": amount},
        "fields": fields.iter().map(field).collect::<Vec<_>>(),
        "old": row.old.as_ref().map(definition),
        "new": row.new.as_ref().map(definition),
    });
    object["simulation"] = simulation(&row.simulated);
    object
}

fn word(weight: Weight) -> &'static str {
    match weight {
        Weight::Unread => "unread",
        Weight::NoData => "no-data",
        Weight::BudgetSpent => "budget-spent",
        Weight::MorePages => "more-pages",
        Weight::FewerPages => "fewer-pages",
        Weight::MoreTickets => "more-tickets",
        Weight::FewerTickets => "fewer-tickets",
        Weight::Removed => "removed",
        Weight::Loosened => "loosened",
        Weight::Tightened => "tightened",
        Weight::Alerts => "alerts",
        Weight::Added => "added",
        Weight::Other => "other",
        Weight::UnreadBefore => "unread-before",
        Weight::Renamed => "renamed",
    }
}

fn definition(definition: &Definition) -> Value {
    let alert = |alert: &Alert| {
        json!({
            "tier": alert.tier,
            "severity": alert.severity,
            "condition": alert.condition,
            "receivers": alert.receivers,
            "runbook": alert.runbook,
        })
    };
    json!({
        "objective_percent": definition.objective.percent().to_string(),
        "period": definition.period,
        "budget_ms": definition.budget_ms,
        "alerts": definition.alerts.iter().map(alert).collect::<Vec<_>>(),
    })
}

fn simulation(simulated: &Simulated) -> Value {
    let not = |why: &str| json!({"not_simulated": why});
    match simulated {
        Simulated::NotAsked => Value::Null,
        Simulated::SameMeaning => not("same-meaning"),
        Simulated::Unread => not("unread"),
        Simulated::BeyondLimit => not("beyond-limit"),
        Simulated::Asked { old, new, events } => json!({
            "old": side(old),
            "new": side(new),
            "events": events.iter().map(event).collect::<Vec<_>>(),
        }),
    }
}

fn side(side: &Option<Result<Outcome, String>>) -> Value {
    match side {
        None => Value::Null,
        Some(Err(why)) => json!({"failed": why}),
        Some(Ok(outcome)) => json!({
            "pages": outcome.pages,
            "tickets": outcome.tickets,
            "good": outcome.good,
            "budget_left": outcome.left,
            "groups": outcome.groups,
            "groups_refused": outcome.groups_refused,
            "data_from": outcome.data_from_ms.map(time),
            "blind_ms": outcome.blind_ms,
            "notes": outcome.notes.iter().map(|note| note.to_string()).collect::<Vec<_>>(),
        }),
    }
}

fn event(event: &Event) -> Value {
    json!({
        "kind": match event.kind {
            EventKind::Page => "page",
            EventKind::Ticket => "ticket",
        },
        "seen": match event.seen {
            Seen::New => "new",
            Seen::Both => "both",
            Seen::Gone => "old",
        },
        "from": time(event.from_ms),
        "began_before": event.began == Began::Before,
        "to": event.to_ms.map(time),
        "severity": event.severity,
        "tiers": event.tiers,
        "group": event.group,
        "burn_max": event.burn_max,
        "budget_spent": event.spent,
    })
}

fn moved(moved: &Moved) -> Value {
    json!({"slo": moved.id.to_string(), "from": moved.from, "to": moved.to})
}

fn check(check: &Check) -> Value {
    json!({"place": check.place, "level": check.level, "code": check.code, "title": check.title})
}
