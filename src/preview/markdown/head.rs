//! The headline, and what weighs most.

use crate::base::spoken;
use crate::diff::Change;

use super::super::comparison::Comparison;
use super::super::effect::Weight;
use super::super::outcome::Outcome;
use super::super::row::{Kind, Row};
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
    let budgets = |row: &Row| {
        let budget = |side: &Option<_>| {
            let side: &Option<super::super::Definition> = side;
            side.as_ref().map(|side| side.objective.budget())
        };
        let changed = matches!(row.kind, Kind::Changed(_));
        changed
            .then(|| budget(&row.old).zip(budget(&row.new)))
            .flatten()
    };
    let tightened = |row: &Row| budgets(row).is_some_and(|(old, new)| new < old);
    let loosened = |row: &Row| budgets(row).is_some_and(|(old, new)| new > old);
    let otherwise = |row: &Row| budgets(row).is_some_and(|(old, new)| new == old);
    let parts = [
        (
            comparison.count(|row| row.kind == Kind::UnreadNow),
            "cannot be read",
        ),
        (comparison.count(tightened), "tightened"),
        (comparison.count(loosened), "loosened"),
        (comparison.count(otherwise), "changed"),
        (comparison.count(|row| row.kind == Kind::Added), "added"),
        (comparison.count(|row| row.kind == Kind::Removed), "removed"),
        (
            comparison.count(|row| matches!(row.kind, Kind::Renamed(_))),
            "renamed",
        ),
        (
            comparison.count(|row| row.kind == Kind::UnreadBefore),
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

fn said(comparison: &Comparison, row: &Row, weight: Weight) -> Option<String> {
    let slo = code(&row.id.to_string());
    let (old, new) = row.outcomes();
    let last = comparison.span.map(length).unwrap_or_default();
    let sent = |what: &str, of: fn(&Outcome) -> usize| {
        let now = new.map_or(0, of);
        let before = match old {
            Some(old) => format!("{} as it is defined now", of(old)),
            None => "it is new".to_string(),
        };
        let gone = if new.is_none() { " removed" } else { "" };
        let now = count(now, what);
        match gone.is_empty() {
            true => format!("{slo} would have sent {now} in the last {last} ({before})."),
            false => format!(
                "{slo} is removed: it would have sent {} in the last {last}, and sends none.",
                count(old.map_or(0, of), what)
            ),
        }
    };
    let budget = |side: &Option<super::super::Definition>| {
        side.as_ref()
            .map(|side| spoken(side.budget_ms))
            .unwrap_or_default()
    };
    Some(match weight {
        Weight::Unread => {
            format!("{slo} cannot be read any more: as it stands nothing would alert on it.")
        }
        Weight::BudgetSpent => {
            let left = |side: Option<&Outcome>| side.and_then(|side| side.left);
            let now = left(new).map_or(String::new(), |left| percent(left, 0));
            let before = match left(old) {
                Some(left) => format!(", {} as it is defined now", percent(left, 0)),
                None => String::new(),
            };
            let pages = count(new.map_or(0, |new| new.pages), "page");
            let were = old.map_or(String::new(), |old| {
                format!(" ({} as it is defined now)", old.pages)
            });
            format!(
                "The error budget of {slo} would be spent already: {now} of it is left{before}. It would have sent {pages} in the last {last}{were}."
            )
        }
        Weight::MorePages | Weight::FewerPages => sent("page", |outcome| outcome.pages),
        Weight::MoreTickets | Weight::FewerTickets => sent("ticket", |outcome| outcome.tickets),
        Weight::Removed => format!("{slo} is removed: nothing will alert on it."),
        Weight::Loosened | Weight::Tightened => format!(
            "The error budget of {slo} {} from {} to {}.",
            if weight == Weight::Loosened {
                "grows"
            } else {
                "shrinks"
            },
            budget(&row.old),
            budget(&row.new)
        ),
        Weight::Alerts => format!("{slo} alerts in another way."),
        Weight::Added => format!(
            "{slo} is new, with an error budget of {}.",
            budget(&row.new)
        ),
        Weight::Other => {
            let fields = match &row.kind {
                Kind::Changed(changes) => changes.iter().map(|c: &Change| code(&c.field)).collect(),
                _ => Vec::new(),
            };
            match &fields[..] {
                [] => return None,
                [one] => format!("{slo} changes in {one}."),
                [first, rest @ ..] => format!(
                    "{slo} changes in {first} and {}.",
                    count(rest.len(), "other field")
                ),
            }
        }
        Weight::UnreadBefore => format!("Whether {slo} was there before cannot be told."),
        Weight::Renamed => return None,
    })
}
