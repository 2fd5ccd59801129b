//! Pages and tickets that would have been sent, with times.

use super::code::cell;
use super::details;
use super::words::{burn, length, percent, time};
use crate::base::spoken;
use crate::preview::comparison::Comparison;
use crate::preview::event::{Began, Event, Kind as EventKind, Seen};
use crate::preview::row::{Row, Simulated};

/// Most rows of the list; the rest is counted.
pub const EVENTS_MAX: usize = 200;

/// The list, collapsed; nothing where nothing was simulated or sent.
pub fn list(comparison: &Comparison) -> String {
    let Some(span) = comparison.span else {
        return String::new();
    };
    let mut all: Vec<(&Row, &Event)> = Vec::new();
    for row in &comparison.rows {
        if let Simulated::Asked { events, .. } = &row.simulated {
            all.extend(events.iter().map(|event| (row, event)));
        }
    }
    if all.is_empty() {
        return String::new();
    }
    // Pages and what differs stand first where not all fit.
    all.sort_by_key(|(_, event)| (event.kind, event.seen == Seen::Both));
    let left_out = all.len().saturating_sub(EVENTS_MAX);
    all.truncate(EVENTS_MAX);
    all.sort_by(|(a, one), (b, other)| (one.from_ms, &a.id).cmp(&(other.from_ms, &b.id)));
    let mut out = String::from(
        "| started (UTC) | SLO | alert | lasted | peak burn | budget spent | |\n|---|---|---|---|---|---|---|\n",
    );
    for (row, event) in all {
        out.push_str(&line(row, event, span.to_ms));
    }
    if left_out > 0 {
        out.push_str(&format!("\n{left_out} more are not shown.\n"));
    }
    let summary = format!(
        "When it would have paged, last {}, until {} UTC",
        length(span),
        time(span.to_ms)
    );
    details(&summary, &out)
}

fn line(row: &Row, event: &Event, end_ms: i64) -> String {
    let dash = || "–".to_string();
    let group = match event.group.is_empty() {
        true => String::new(),
        false => format!(" {}", cell(&event.group)),
    };
    let lasted = |to_ms: i64| spoken(u64::try_from(to_ms - event.from_ms).unwrap_or(0));
    let seen = match event.seen {
        Seen::New => "**new**",
        Seen::Both => "also with the old one",
        Seen::Gone => "no longer",
    };
    let what = match event.kind {
        EventKind::Page => "page",
        EventKind::Ticket => "ticket",
    };
    format!(
        "| {} | {}{group} | {what} {} | {} | {} | {} | {seen} |\n",
        match event.began {
            Began::Then => time(event.from_ms),
            Began::Before => format!("{} or before", time(event.from_ms)),
        },
        cell(&row.id.to_string()),
        cell(&event.tiers.join(", ")),
        match event.to_ms {
            Some(to_ms) => lasted(to_ms),
            None => format!("{}, and goes on", lasted(end_ms)),
        },
        event.burn_max.map_or(dash(), burn),
        event.spent.map_or(dash(), |spent| percent(spent, 1)),
    )
}
