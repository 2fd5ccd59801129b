//! What is not in the numbers, and why.

use std::collections::BTreeMap;

use crate::base::spoken;
use crate::preview::comparison::Comparison;
use crate::preview::outcome::Outcome;
use crate::preview::row::{Row, Simulated};
use crate::preview::simulate::SIMULATED_MAX;

use super::code::code;
use super::words::{count, time};

/// Most SLOs that are named where one reason holds for several.
const NAMED_MAX: usize = 5;
/// Most reasons that are given; the rest is counted.
const REASONS_MAX: usize = 20;

/// One line for each reason, with the SLOs that it holds for; nothing where nothing was simulated.
pub fn caveats(comparison: &Comparison) -> String {
    if comparison.span.is_none() {
        return String::new();
    }
    let mut reasons: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in &comparison.rows {
        for reason in of_row(row) {
            let ids = reasons.entry(reason).or_default();
            ids.push(code(&row.id.to_string()));
        }
    }
    let left_out = reasons.len().saturating_sub(REASONS_MAX);
    let mut out = String::new();
    for (reason, ids) in reasons.into_iter().take(REASONS_MAX) {
        let more = match ids.len().saturating_sub(NAMED_MAX) {
            0 => String::new(),
            more => format!(" and {}", count(more, "other")),
        };
        let named: Vec<String> = ids.into_iter().take(NAMED_MAX).collect();
        out.push_str(&format!("- {}{more}: {reason}\n", named.join(", ")));
    }
    if left_out > 0 {
        out.push_str(&format!("- and {}\n", count(left_out, "other reason")));
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

/// The reasons of one SLO; which definition a reason is about is said where it is not about both.
fn of_row(row: &Row) -> Vec<String> {
    match &row.simulated {
        Simulated::NotAsked | Simulated::SameMeaning => Vec::new(),
        Simulated::Unread => {
            vec!["could not be simulated: one of its states cannot be read".to_string()]
        }
        Simulated::BeyondLimit => vec![format!("not simulated: at most {SIMULATED_MAX} SLOs are")],
        Simulated::Asked { old, new, .. } => {
            let (Some(old), Some(new)) = (old, new) else {
                return old.iter().chain(new).flat_map(of_side).collect();
            };
            let (old, new) = (of_side(old), of_side(new));
            let both = old.iter().filter(|reason| new.contains(reason)).cloned();
            let alone = |reasons: &[String], others: &[String], which: &str| -> Vec<String> {
                let alone = reasons.iter().filter(|reason| !others.contains(reason));
                alone
                    .map(|reason| format!("with the {which} definition: {reason}"))
                    .collect()
            };
            both.chain(alone(&old, &new, "old"))
                .chain(alone(&new, &old, "new"))
                .collect()
        }
    }
}

fn of_side(side: &Result<Outcome, String>) -> Vec<String> {
    let outcome = match side {
        Err(why) => return vec![format!("could not be simulated: {}", code(why))],
        Ok(outcome) if !outcome.sees() => {
            return vec!["there is no data: nothing could be counted".to_string()];
        }
        Ok(outcome) => outcome,
    };
    let mut reasons = Vec::new();
    if let Some(from_ms) = outcome.data_from_ms {
        reasons.push(format!(
            "there is data since {} UTC only; the time before counts as free of errors",
            time(from_ms)
        ));
    }
    if outcome.blind_ms > 0 {
        let blind = spoken(u64::try_from(outcome.blind_ms).unwrap_or(0));
        reasons.push(format!("there is no data for {blind} in between"));
    }
    if outcome.groups_refused > 0 {
        let refused = count(outcome.groups_refused, "group");
        reasons.push(format!("{refused} too many, which nobody watches"));
    }
    reasons.extend(outcome.notes.iter().map(|note| note.to_string()));
    reasons
}
