//! The headline, and what weighs most.

use crate::base::{Ratio, spoken};
use crate::diff::Change;
use crate::preview::comparison::Comparison;
use crate::preview::definition::Definition;
use crate::preview::effect::Weight;
use crate::preview::outcome::Outcome;
use crate::preview::row::{Kind, Row};

use super::code::code;
use super::words::{count, length, percent};

/// How many changed, and in what, as a heading and one sentence.
pub fn head(comparison: &Comparison) -> String {
    let mut out = format!("### SLO preview: {}\n", title(comparison));
    if let Some((row, weight)) = comparison.worst()
        && let Some(said) = said(comparison, row, weight)
    {
        out.push_str(&format!("\n**{said}**\n"));
    }
    out
}

fn title(comparison: &Comparison) -> String {
    let count_of = |kind: fn(&Kind) -> bool| comparison.count(|row| kind(&row.kind));
    let changed = |how: fn(Ratio, Ratio) -> bool| {
        comparison.count(|row| budgets(row).is_some_and(|(old, new)| how(old, new)))
    };
    let parts = [
        (
            count_of(|kind| *kind == Kind::UnreadNow),
            "cannot be read any more",
        ),
        (changed(|old, new| new < old), "tightened"),
        (changed(|old, new| new > old), "loosened"),
        (changed(|old, new| new == old), "changed"),
        (count_of(|kind| *kind == Kind::Added), "added"),
        (count_of(|kind| *kind == Kind::Removed), "removed"),
        (count_of(|kind| matches!(kind, Kind::Renamed(_))), "renamed"),
        (
            count_of(|kind| *kind == Kind::UnreadBefore),
            "could not be read before",
        ),
    ];
    let parts: Vec<(usize, &str)> = parts.into_iter().filter(|(n, _)| *n > 0).collect();
    let Some(((first, word), rest)) = parts.split_first() else {
        return match comparison.unread {
            0 => "no SLO changes".to_string(),
            _ => "no changes in what can be read".to_string(),
        };
    };
    let mut title = format!("{} {word}", count(*first, "SLO"));
    for (number, word) in rest {
        title.push_str(&format!(", {number} {word}"));
    }
    title
}

/// The budgets of an SLO that is in both states and means something else, as shares of all events.
fn budgets(row: &Row) -> Option<(Ratio, Ratio)> {
    let budget = |side: &Definition| side.objective.budget();
    let both = row
        .old
        .as_ref()
        .map(budget)
        .zip(row.new.as_ref().map(budget));
    both.filter(|_| matches!(row.kind, Kind::Changed(_)))
}

/// What is said of the row that stands first.
fn said(comparison: &Comparison, row: &Row, weight: Weight) -> Option<String> {
    let slo = code(&row.id.to_string());
    let budget = |side: &Option<Definition>| {
        let budget = side.as_ref().map(|side| spoken(side.budget_ms));
        budget.unwrap_or_default()
    };
    let (old, new) = (budget(&row.old), budget(&row.new));
    Some(match weight {
        Weight::Unread => {
            format!("{slo} cannot be read any more: as it stands nothing would alert on it.")
        }
        Weight::NoData => {
            let last = comparison.span.map(length).unwrap_or_default();
            format!(
                "{slo} would have seen nothing in the last {last}: there is no data for what it counts."
            )
        }
        Weight::BudgetSpent => budget_spent(comparison, row),
        Weight::MorePages | Weight::FewerPages => sent(comparison, row, "page", |o| o.pages),
        Weight::MoreTickets | Weight::FewerTickets => {
            sent(comparison, row, "ticket", |o| o.tickets)
        }
        Weight::Removed => format!("{slo} is removed: nothing will alert on it."),
        Weight::Loosened => format!("The error budget of {slo} grows from {old} to {new}."),
        Weight::Tightened => format!("The error budget of {slo} shrinks from {old} to {new}."),
        Weight::Alerts => format!("{slo} alerts in another way."),
        Weight::Added => format!("{slo} is new, with an error budget of {new}."),
        Weight::Other => {
            let Kind::Changed(changes) = &row.kind else {
                return None;
            };
            let (first, rest) = changes.split_first()?;
            fields(&slo, first, rest.len())
        }
        Weight::UnreadBefore => format!("Whether {slo} was there before cannot be told."),
        Weight::Renamed => return None,
    })
}

fn fields(slo: &str, first: &Change, others: usize) -> String {
    let first = code(&first.field);
    match others {
        0 => format!("{slo} changes in {first}."),
        others => format!(
            "{slo} changes in {first} and {}.",
            count(others, "other field")
        ),
    }
}

fn budget_spent(comparison: &Comparison, row: &Row) -> String {
    let slo = code(&row.id.to_string());
    let (old, new) = row.outcomes();
    let last = comparison.span.map(length).unwrap_or_default();
    let spent = |side: Option<&Outcome>| {
        let left = side.and_then(|side| side.left);
        left.map(|left| percent(1.0 - left, 0))
    };
    let now = spent(new).unwrap_or_default();
    let before = match spent(old) {
        Some(spent) => format!(", {spent} with the old definition"),
        None => String::new(),
    };
    let pages = count(new.map_or(0, |new| new.pages), "page");
    let were = old.map_or(String::new(), |old| {
        format!(" ({} with the old one)", old.pages)
    });
    format!(
        "The error budget of {slo} would be spent already: {now} of it{before}. It would have sent {pages} in the last {last}{were}."
    )
}

fn sent(comparison: &Comparison, row: &Row, what: &str, of: fn(&Outcome) -> usize) -> String {
    let slo = code(&row.id.to_string());
    let last = comparison.span.map(length).unwrap_or_default();
    match row.outcomes() {
        (Some(old), None) => {
            let was = count(of(old), what);
            format!(
                "{slo} is removed: it would have sent {was} in the last {last}, and sends none."
            )
        }
        (old, new) => {
            let now = count(new.map_or(0, of), what);
            let before = match old {
                Some(old) => format!("{} with the old definition", of(old)),
                None => "it is new".to_string(),
            };
            format!("{slo} would have sent {now} in the last {last} ({before}).")
        }
    }
}
