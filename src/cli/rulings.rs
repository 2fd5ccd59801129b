//! What a gate decided, for people and for tools.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::numbers::{burn_text, moment};
use super::report::count;
use super::status::{blind_text, known_text, name, part_key};
use super::table::{Cell, Row, Tint, table};
use crate::base::{Ratio, spoken};
use crate::diagnostics::Colour;
use crate::gate::look::Unit;
use crate::gate::{Decided, Facts, Look, Outcome, Page, Reading, Ruling, Sighting, Terms};
use crate::model::Slo;
use crate::show::fit::{TERMINAL_COLUMNS, shorten};
use crate::show::when::percent;
use crate::status::{Sight, Standing};

/// Version of the JSON.
const JSON_VERSION: u32 = 1;

/// A decision with all that it was made of.
pub(super) struct Made<'a> {
    pub terms: &'a Terms,
    pub decided: &'a Decided,
    pub look: &'a Look,
    pub standings: &'a [Standing],
    pub slos: &'a [Slo],
}

impl Outcome {
    fn word(self) -> &'static str {
        match self {
            Outcome::Go => "go",
            Outcome::Wait => "wait",
            Outcome::Unseen => "could not check",
            Outcome::RollBack => "roll back",
        }
    }

    fn tint(self) -> Tint {
        match self {
            Outcome::Go => Tint::Good,
            Outcome::Wait => Tint::Warning,
            Outcome::Unseen => Tint::Blind,
            Outcome::RollBack => Tint::Bad,
        }
    }
}

impl Made<'_> {
    /// The decision, and a line for each SLO and group.
    pub fn human(&self, colour: Colour) -> String {
        let rows: Vec<Row> = self.rulings().into_iter().map(|r| self.row(r)).collect();
        format!("{}\n{}", self.headline(), table(&[], &rows, colour))
    }

    /// `roll back: 1 of 3 SLOs`: one that is grouped is one.
    pub fn headline(&self) -> String {
        let outcome = self.decided.outcome;
        let slos = |is_meant: &dyn Fn(&Ruling) -> bool| {
            let rulings = self.decided.rulings.iter();
            let meant = rulings.filter(|ruling| is_meant(ruling));
            let ids: BTreeSet<_> = meant.map(|ruling| &ruling.subject.id).collect();
            ids.len()
        };
        let all = slos(&|_| true);
        let those = slos(&|ruling| ruling.outcome == outcome);
        let of = if those < all {
            format!("{those} of ")
        } else {
            String::new()
        };
        format!("{}: {of}{}", outcome.word(), count(all, "SLO"))
    }

    /// The one that matters most, in a line.
    pub fn worst(&self) -> String {
        match self.rulings().first() {
            Some(ruling) => {
                let name = shorten(&self.name(ruling), TERMINAL_COLUMNS);
                format!("{name}: {}", self.reason(ruling))
            }
            None => String::new(),
        }
    }

    /// What matters most comes first.
    fn rulings(&self) -> Vec<&Ruling> {
        let mut rulings: Vec<&Ruling> = self.decided.rulings.iter().collect();
        rulings.sort_by_key(|ruling| {
            let calm = matches!(ruling.reading, Reading::Within | Reading::Quiet);
            (std::cmp::Reverse(ruling.outcome), calm)
        });
        rulings
    }

    fn row(&self, ruling: &Ruling) -> Row {
        Row {
            cells: vec![
                Cell::plain(self.name(ruling)),
                Cell::new(ruling.outcome.word(), ruling.outcome.tint()),
                Cell::plain(self.reason(ruling)),
            ],
            notes: self.notes(ruling),
        }
    }

    fn name(&self, ruling: &Ruling) -> String {
        let subject = &ruling.subject;
        let slo = self.slos.iter().find(|slo| slo.id == subject.id);
        let labels = slo.map_or(&[][..], |slo| &slo.group_by);
        name(&subject.id, &subject.group, labels)
    }

    fn facts(&self, ruling: &Ruling) -> Option<&Facts> {
        match self.look.get(&ruling.subject)? {
            Sighting::Seen(facts) => Some(facts),
            Sighting::Blind => None,
        }
    }

    fn reason(&self, ruling: &Ruling) -> String {
        let burnt = |burn: f64, facts: &Facts| {
            format!("burn rate {} over {}", burn_text(Some(burn)), length(facts))
        };
        let most = self
            .terms
            .max_burn
            .map_or(String::new(), |most| most.to_string());
        match (&ruling.reading, self.facts(ruling)) {
            (Reading::Blind, _) | (_, None) => self.blind(ruling),
            (
                Reading::TooShort {
                    known_ms,
                    window_ms,
                },
                _,
            ) => format!(
                "too little to judge: {} of {} is known",
                spoken((*known_ms).max(0) as u64),
                spoken((*window_ms).max(0) as u64)
            ),
            (Reading::Paging { tier, since_ms }, _) => {
                format!("tier `{tier}` fires since {}", moment(*since_ms))
            }
            (Reading::Short { left }, _) => {
                let hundred = Ratio::whole(100);
                let least = self.terms.min_budget.map(|least| least * hundred);
                let least = least.map_or(String::new(), |least| format!("{least} %"));
                let left = percent(*left);
                let known = self.facts(ruling).map_or(String::new(), known);
                format!("{left} of the budget is left, less than {least}{known}")
            }
            (Reading::Burning { burn }, Some(facts)) => {
                format!(
                    "{} is above {most}: {}",
                    burnt(*burn, facts),
                    amounts(facts)
                )
            }
            (Reading::Few { burn }, Some(facts)) => format!(
                "no evidence: {} is above {most}, and {} is less than {} (`{}`)",
                burnt(*burn, facts),
                amounts(facts),
                amount(facts.bad_min, facts.unit),
                match facts.unit {
                    Unit::Events => "min_errors",
                    Unit::Seconds => "min_bad",
                }
            ),
            (Reading::Quiet, Some(facts)) => {
                format!("no evidence: nothing happened in {}", length(facts))
            }
            (Reading::Within, Some(facts)) => within(facts, self.terms),
        }
    }

    fn blind(&self, ruling: &Ruling) -> String {
        let mut all = self.standings.iter();
        let standing = all.find(|standing| standing.id == ruling.subject.id);
        let sight = standing.map(|standing| {
            let mut groups = standing.groups.iter();
            let own = groups.find(|group| group.group == ruling.subject.group);
            own.map_or(&standing.sight, |group| &group.sight)
        });
        match sight {
            None | Some(Sight::Clear) => "it could not be seen".to_string(),
            Some(sight) => blind_text(sight),
        }
    }

    fn notes(&self, ruling: &Ruling) -> Vec<String> {
        let mut notes = Vec::new();
        if let (Some(facts), Some(began_ms)) = (self.facts(ruling), self.terms.began_ms) {
            let before = facts.pages.iter().filter(|page| page.since_ms < began_ms);
            notes.extend(before.map(|page| {
                let since = moment(page.since_ms);
                format!(
                    "tier `{}` fires since {since}, before this began",
                    page.tier
                )
            }));
        }
        notes
    }

    /// The decision as one object.
    pub fn tool(&self) -> Value {
        let rulings = self.rulings();
        json!({
            "version": JSON_VERSION,
            "decision": key(self.decided.outcome),
            "began_ms": self.terms.began_ms,
            "until_ms": self.terms.until_ms,
            "slos": rulings.into_iter().map(|ruling| self.object(ruling)).collect::<Vec<_>>(),
        })
    }

    fn object(&self, ruling: &Ruling) -> Value {
        let slo = self.slos.iter().find(|slo| slo.id == ruling.subject.id);
        let labels = slo.map_or(&[][..], |slo| &slo.group_by);
        let group: serde_json::Map<String, Value> = labels
            .iter()
            .zip(ruling.subject.group.values())
            .map(|(label, value)| (label.to_string(), Value::from(value.as_str())))
            .collect();
        let facts = self.facts(ruling);
        json!({
            "slo": ruling.subject.id.to_string(),
            "group": group,
            "decision": key(ruling.outcome),
            "reason": self.reason(ruling),
            "notes": self.notes(ruling),
            "pages": facts.map(|facts| facts.pages.iter().map(page).collect::<Vec<_>>()),
            "at_ms": facts.map(|facts| facts.at_ms),
            "window_ms": facts.map(|facts| facts.window_ms),
            "known_ms": facts.map(|facts| facts.known_ms),
            "events": facts.map(|facts| facts.contents.events),
            "errors": facts.map(|facts| facts.contents.errors),
            "burn_rate": facts.and_then(burn),
            "budget_left_percent": facts.and_then(|facts| facts.left).map(|left| left * 100.0),
            "budget_known_ms": facts.map(|facts| facts.left_known.known_ms),
            "budget_known_part": facts.map(|facts| part_key(facts.left_known.part)),
            "budget_period_ms": facts.map(|facts| facts.left_known.whole_ms),
        })
    }
}

fn key(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Go => "go",
        Outcome::Wait => "wait",
        Outcome::Unseen => "unchecked",
        Outcome::RollBack => "roll-back",
    }
}

fn page(page: &Page) -> Value {
    json!({"tier": page.tier.as_str(), "since_ms": page.since_ms})
}

fn burn(facts: &Facts) -> Option<f64> {
    facts
        .contents
        .error_ratio()
        .map(|ratio| ratio / facts.budget)
}

fn length(facts: &Facts) -> String {
    spoken(facts.window_ms.max(0) as u64)
}

fn within(facts: &Facts, terms: &Terms) -> String {
    let mut parts = Vec::new();
    if terms.max_burn.is_some() {
        parts.push(format!(
            "burn rate {} over {}",
            burn_text(burn(facts)),
            length(facts)
        ));
    }
    match facts.left {
        Some(left) => parts.push(format!(
            "{} of the budget left{}",
            percent(left),
            known(facts)
        )),
        None => parts.push("no events in the period".to_string()),
    }
    parts.join(", ")
}

/// ` (known: last 3 d of 30 d)` where that is not all of the period.
fn known(facts: &Facts) -> String {
    known_text(&facts.left_known).map_or(String::new(), |known| format!(" ({known})"))
}

/// `142 errors among 10000 events`.
fn amounts(facts: &Facts) -> String {
    let contents = facts.contents;
    match facts.unit {
        Unit::Events => format!(
            "{} among {}",
            amount(contents.errors, facts.unit),
            count(contents.events.round().max(0.0) as usize, "event")
        ),
        Unit::Seconds => format!("{} of bad time", amount(contents.errors, facts.unit)),
    }
}

fn amount(number: f64, unit: Unit) -> String {
    match unit {
        Unit::Events => count(number.round().max(0.0) as usize, "error"),
        Unit::Seconds => spoken((number.max(0.0) * 1_000.0) as u64),
    }
}
