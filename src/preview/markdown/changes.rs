//! What changes in definitions and alerts, as a difference.

use super::code::{block, plain};
use super::details;
use crate::preview::comparison::Comparison;
use crate::preview::definition::Alert;
use crate::preview::row::{AlertChange, Kind, Row};

/// Fields that stand in the table, or in the lines of alerts.
const TOLD: [&str; 5] = [
    "alerting.tiers.",
    "alerting.min_",
    "alerting.confidence",
    "alerting.no_data",
    "objective",
];

/// A difference for each row, collapsed; nothing where there is none.
pub fn changes(comparison: &Comparison) -> String {
    let (mut lines, mut counted) = (Vec::new(), [0; 3]);
    for row in &comparison.rows {
        let own = of_row(row, &mut counted);
        if own.is_empty() {
            continue;
        }
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.push(format!("  {}", row.id));
        lines.extend(own);
    }
    if lines.is_empty() {
        return String::new();
    }
    let [added, changed, removed] = counted;
    let summary = format!("What changes (alerts: +{added} ~{changed} −{removed})");
    details(&summary, &block("diff", &lines))
}

fn of_row(row: &Row, counted: &mut [usize; 3]) -> Vec<String> {
    let mut lines = Vec::new();
    if let Kind::Changed(fields) = &row.kind {
        let told = |field: &str| TOLD.iter().any(|told| field.starts_with(told));
        for change in fields.iter().filter(|change| !told(&change.field)) {
            let mut side = |sign: char, value: &Option<String>| {
                if let Some(value) = value {
                    let field = plain(&change.field);
                    lines.push(format!("{sign}   {field}: {}", plain(value)));
                }
            };
            side('-', &change.old);
            side('+', &change.new);
        }
    }
    for change in row.alerts() {
        match change {
            AlertChange::Added(alert) => {
                counted[0] += 1;
                lines.push(format!("+   {}{}", fires(alert), told(alert)));
            }
            AlertChange::Changed(old, new) => {
                counted[1] += 1;
                let (was, is) = (told(old), told(new));
                match was == is {
                    true => {
                        lines.push(format!("-   {}", fires(old)));
                        lines.push(format!("+   {}", fires(new)));
                        if !is.is_empty() {
                            lines.push(format!("    {is}"));
                        }
                    }
                    false => {
                        lines.push(format!("-   {}{was}", fires(old)));
                        lines.push(format!("+   {}{is}", fires(new)));
                    }
                }
            }
            AlertChange::Removed(alert) => {
                counted[2] += 1;
                lines.push(format!("-   {}{}", fires(alert), told(alert)));
            }
        }
    }
    lines
}

/// What an alert is and when it fires.
fn fires(alert: &Alert) -> String {
    format!("{}  {}  {}", alert.tier, alert.severity, alert.condition)
}

/// Who is told, and what to do.
fn told(alert: &Alert) -> String {
    let mut line = String::new();
    if !alert.receivers.is_empty() {
        line.push_str(&format!("  to {}", plain(&alert.receivers.join(", "))));
    }
    if let Some(runbook) = &alert.runbook {
        line.push_str(&format!("  runbook {}", plain(runbook)));
    }
    line
}
