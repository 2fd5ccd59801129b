//! The table: one SLO a row, the worst first.

use crate::base::{Ratio, spoken};

use super::code::cell;
use super::words::{count, length, percent};
use crate::preview::comparison::Comparison;
use crate::preview::definition::Definition;
use crate::preview::effect::{Effect, Weight};
use crate::preview::row::{AlertChange, Kind, Row, Simulated};

/// What is shown of what could not be simulated.
const UNKNOWN: &str = "?";

/// The first `rows_max` rows, and how many there are beside.
pub fn table(comparison: &Comparison, rows_max: usize) -> String {
    if comparison.rows.is_empty() || rows_max == 0 {
        return String::new();
    }
    let mut head = vec!["SLO", "objective", "error budget", "alerts"]
        .into_iter()
        .map(str::to_string)
        .collect::<Vec<_>>();
    if let Some(span) = comparison.span {
        head.extend([
            format!("good, last {}", length(span)),
            "budget left".to_string(),
            "pages".to_string(),
            "tickets".to_string(),
        ]);
    }
    head.push("effect".to_string());
    let mut out = line(&head);
    out.push_str(&line(&vec!["---".to_string(); head.len()]));
    for row in comparison.rows.iter().take(rows_max) {
        let mut cells = vec![name(row), objective(row), budget(row), alerts(row)];
        if comparison.span.is_some() {
            cells.extend(simulated(row));
        }
        cells.push(effect(row));
        out.push_str(&line(&cells));
    }
    out
}

fn line(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

fn name(row: &Row) -> String {
    let id = cell(&row.id.to_string());
    match &row.kind {
        Kind::Added => format!("{id} (new)"),
        Kind::Changed(_) => id,
        Kind::Removed => format!("{id} (removed)"),
        Kind::Renamed(from) => format!("{id} (was {})", cell(&from.to_string())),
        Kind::UnreadNow => format!("{id} (cannot be read)"),
        Kind::UnreadBefore => format!("{id} (could not be read before)"),
    }
}

/// What was and what is, the latter in bold; once where it is the same.
fn both(old: Option<String>, new: Option<String>, kind: &Kind) -> String {
    match (old, new) {
        (None, Some(alone)) | (Some(alone), None) if alone == UNKNOWN => alone,
        (Some(old), Some(new)) if old == new => new,
        (Some(old), Some(new)) => format!("{old} → **{new}**"),
        (None, Some(new)) => format!("**{new}**"),
        (Some(old), None) if *kind == Kind::Removed => format!("~~{old}~~"),
        (Some(old), None) => format!("{old} → ?"),
        (None, None) => "–".to_string(),
    }
}

fn of(row: &Row, text: impl Fn(&Definition) -> String) -> String {
    both(
        row.old.as_ref().map(&text),
        row.new.as_ref().map(&text),
        &row.kind,
    )
}

fn objective(row: &Row) -> String {
    of(row, |side| format!("{} %", side.objective.percent()))
}

fn budget(row: &Row) -> String {
    let each = || {
        of(row, |side| {
            format!("{} / {}", spoken(side.budget_ms), period(side))
        })
    };
    let (Some(old), Some(new)) = (&row.old, &row.new) else {
        return each();
    };
    if old.period != new.period {
        return each();
    }
    let text = of(row, |side| spoken(side.budget_ms));
    let text = format!("{text} / {}", period(new));
    if old.budget_ms == new.budget_ms || old.budget_ms == 0 {
        return text;
    }
    let more = Ratio::new(i128::from(new.budget_ms), i128::from(old.budget_ms)).to_f64() - 1.0;
    let sign = if more > 0.0 { "+" } else { "" };
    format!("{text} ({sign}{})", percent(more, 0))
}

/// A period of the calendar names a time zone, which a file wrote.
fn period(side: &Definition) -> String {
    match side.period.contains(' ') {
        true => cell(&side.period),
        false => side.period.clone(),
    }
}

fn alerts(row: &Row) -> String {
    let (mut added, mut changed, mut removed) = (0, 0, 0);
    for change in row.alerts() {
        match change {
            AlertChange::Added(_) => added += 1,
            AlertChange::Changed(..) => changed += 1,
            AlertChange::Removed(_) => removed += 1,
        }
    }
    let parts = [(added, "+"), (changed, "~"), (removed, "−")];
    let parts = parts.iter().filter(|(number, _)| *number > 0);
    let parts: Vec<String> = parts
        .map(|(number, sign)| format!("{sign}{number}"))
        .collect();
    match parts.is_empty() {
        true => "–".to_string(),
        false => parts.join(" "),
    }
}

fn simulated(row: &Row) -> [String; 4] {
    let dash = || "–".to_string();
    let Simulated::Asked { old, new, .. } = &row.simulated else {
        return [dash(), dash(), dash(), dash()];
    };
    let shown = |text: &dyn Fn(&crate::preview::Outcome) -> String| {
        let side = |side: &Option<Result<crate::preview::Outcome, String>>| {
            let side = side.as_ref()?;
            Some(side.as_ref().map_or(UNKNOWN.to_string(), text))
        };
        both(side(old), side(new), &row.kind)
    };
    let share = |share: Option<f64>, digits| share.map_or(dash(), |share| percent(share, digits));
    [
        shown(&|outcome| share(outcome.good, 3)),
        shown(&|outcome| share(outcome.left, 0)),
        shown(&|outcome| outcome.pages.to_string()),
        shown(&|outcome| outcome.tickets.to_string()),
    ]
}

fn effect(row: &Row) -> String {
    let Effect { weight, amount } = Effect::of(row);
    match weight {
        Weight::Unread => "🔴 cannot be read".to_string(),
        Weight::NoData => "🔴 no data".to_string(),
        Weight::BudgetSpent => "🔴 budget spent".to_string(),
        Weight::MorePages => format!("🔴 {}", more(amount, "page", "more")),
        Weight::FewerPages => format!("🟠 {}", more(amount, "page", "fewer")),
        Weight::MoreTickets => format!("🟡 {}", more(amount, "ticket", "more")),
        Weight::FewerTickets => format!("🟡 {}", more(amount, "ticket", "fewer")),
        Weight::Removed => "🟠 no alerts any more".to_string(),
        Weight::Loosened => "🟠 loosened".to_string(),
        Weight::Tightened => "🟡 tightened".to_string(),
        Weight::Alerts => "🟡 other alerts".to_string(),
        Weight::Added => "🟢 new".to_string(),
        Weight::Other => "⚪ other definition".to_string(),
        Weight::UnreadBefore => "⚪ not compared".to_string(),
        Weight::Renamed => "⚪ renamed, its history begins anew".to_string(),
    }
}

fn more(amount: usize, what: &str, how: &str) -> String {
    let counted = count(amount, what);
    let (number, what) = counted.split_once(' ').unwrap_or(("", &counted));
    format!("{number} {how} {what}")
}
