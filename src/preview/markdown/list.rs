//! Pages and tickets that would have been sent, with times; and what could not be simulated, and why.

use std::collections::BTreeMap;

use super::code::{cell, code};
use super::details;
use super::words::{burn, count, length, percent, time};
use crate::base::spoken;
use crate::preview::comparison::Comparison;
use crate::preview::event::{Event, Kind as EventKind, Seen};
use crate::preview::outcome::Outcome;
use crate::preview::row::{Row, Simulated};
use crate::preview::simulate::SIMULATED_MAX;

/// Most rows of the list; the rest is counted.
pub const EVENTS_MAX: usize = 200;
/// Most SLOs that are named where one reason holds for several.
const NAMED_MAX: usize = 5;
/// Most reasons that are given; the rest is counted.
const REASONS_MAX: usize = 20;

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
        time(event.from_ms),
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

/// What is not in the numbers: one line for each reason.
pub fn caveats(comparison: &Comparison) -> String {
    if comparison.span.is_none() {
        return String::new();
    }
    let mut reasons: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in &comparison.rows {
        let mut because = |reason: String| {
            let ids = reasons.entry(reason).or_default();
            let id = cell(&row.id.to_string());
            if !ids.contains(&id) {
                ids.push(id);
            }
        };
        match &row.simulated {
            Simulated::NotAsked | Simulated::SameMeaning => {}
            Simulated::Unread => {
                because("could not be simulated: one of its states cannot be read".to_string())
            }
            Simulated::BeyondLimit => {
                because(format!("not simulated: at most {SIMULATED_MAX} SLOs are"));
            }
            Simulated::Asked { old, new, .. } => {
                for side in [old, new].into_iter().flatten() {
                    match side {
                        Err(why) => because(format!("could not be simulated: {}", code(why))),
                        Ok(outcome) => of_outcome(outcome, &mut because),
                    }
                }
            }
        }
    }
    let mut out = String::new();
    let reasons_left_out = reasons.len().saturating_sub(REASONS_MAX);
    for (reason, ids) in reasons.into_iter().take(REASONS_MAX) {
        let more = match ids.len().saturating_sub(NAMED_MAX) {
            0 => String::new(),
            more => format!(" and {}", count(more, "other")),
        };
        let named: Vec<String> = ids.into_iter().take(NAMED_MAX).collect();
        out.push_str(&format!("- {}{more}: {reason}\n", named.join(", ")));
    }
    if reasons_left_out > 0 {
        out.push_str(&format!(
            "- and {}\n",
            count(reasons_left_out, "other reason")
        ));
    }
    let known = |row: &Row| matches!(row.outcomes(), (Some(_), _) | (_, Some(_)));
    if comparison.rows.iter().any(known) {
        out.push_str(
            "- Not simulated: silences, inhibition, muted times, and when Alertmanager sends.\n",
        );
    }
    match out.is_empty() {
        true => out,
        false => format!("\n{out}"),
    }
}

fn of_outcome(outcome: &Outcome, because: &mut dyn FnMut(String)) {
    if outcome.groups == 0 {
        because("there is no data: nothing could be counted".to_string());
    } else if let Some(from_ms) = outcome.data_from_ms {
        because(format!(
            "there is data since {} UTC only; the time before counts as free of errors",
            time(from_ms)
        ));
    }
    if outcome.blind_ms > 0 && outcome.groups > 0 {
        let blind = spoken(u64::try_from(outcome.blind_ms).unwrap_or(0));
        because(format!("there is no data for {blind} in between"));
    }
    if outcome.groups_refused > 0 {
        because(format!(
            "{} are not watched",
            count(outcome.groups_refused, "group")
        ));
    }
}
