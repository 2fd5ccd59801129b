//! The state machine of a gate: looks in, a decision out.
//!
//! It rolls back as soon as that is clear: a page that fires, a budget that is too small, or a burn rate that is too high at
//! two moments with no better one between. It goes at the end alone, since errors may come until then. Where it could not see
//! at the end it does neither.

use std::collections::BTreeMap;

use super::look::{Look, Subject};
use super::reading::{Reading, Terms, read};

/// A gate and what it remembers.
#[derive(Clone, Debug, PartialEq)]
pub struct Gate {
    terms: Terms,
    /// Since which look the burn rate of a subject is too high.
    burning: BTreeMap<Subject, i64>,
}

/// What becomes of a deployment; what is greater goes before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It goes on.
    Go,
    /// That is not known yet.
    Wait,
    /// Nobody can say.
    Unseen,
    /// It is rolled back.
    RollBack,
}

/// A decision.
#[derive(Clone, Debug, PartialEq)]
pub struct Decided {
    /// What becomes of the deployment.
    pub outcome: Outcome,
    /// What each subject says, in their order.
    pub rulings: Vec<Ruling>,
}

/// What one subject says.
#[derive(Clone, Debug, PartialEq)]
pub struct Ruling {
    /// Which.
    pub subject: Subject,
    /// What would become of the deployment if it alone mattered.
    pub outcome: Outcome,
    /// Why.
    pub reading: Reading,
}

impl Gate {
    /// A gate that has seen nothing.
    pub fn new(terms: Terms) -> Gate {
        Gate {
            terms,
            burning: BTreeMap::new(),
        }
    }

    /// What is demanded.
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// What a look makes of it at `now_ms`. Groups that are not there any more are nobody's concern.
    pub fn next(&self, look: &Look, now_ms: i64) -> (Gate, Decided) {
        let mut next = self.clone();
        let is_over = now_ms >= self.terms.until_ms;
        let mut rulings = Vec::new();
        for (subject, sighting) in look {
            let reading = read(&self.terms, sighting);
            let at_ms = match sighting {
                super::look::Sighting::Seen(facts) => facts.at_ms,
                super::look::Sighting::Blind => now_ms,
            };
            let is_confirmed = next.remember(subject, &reading, at_ms);
            let outcome = match (&reading, is_over) {
                (Reading::Paging { .. } | Reading::Short { .. }, _) => Outcome::RollBack,
                (Reading::Burning { .. }, true) => Outcome::RollBack,
                (Reading::Burning { .. }, false) if is_confirmed => Outcome::RollBack,
                (_, false) => Outcome::Wait,
                (Reading::Blind | Reading::TooShort { .. }, true) => Outcome::Unseen,
                (Reading::Few { .. } | Reading::Quiet | Reading::Within, true) => Outcome::Go,
            };
            rulings.push(Ruling {
                subject: subject.clone(),
                outcome,
                reading,
            });
        }
        let worst = rulings.iter().map(|ruling| ruling.outcome).max();
        let decided = Decided {
            // A look at nothing saw nothing.
            outcome: worst.unwrap_or(if is_over {
                Outcome::Unseen
            } else {
                Outcome::Wait
            }),
            rulings,
        };
        (next, decided)
    }

    /// Whether the burn rate was too high at an earlier moment too. What could not be seen neither confirms nor denies it.
    fn remember(&mut self, subject: &Subject, reading: &Reading, at_ms: i64) -> bool {
        match reading {
            Reading::Burning { .. } => {
                let first_ms = *self.burning.entry(subject.clone()).or_insert(at_ms);
                first_ms < at_ms
            }
            Reading::Blind | Reading::TooShort { .. } => false,
            Reading::Paging { .. }
            | Reading::Short { .. }
            | Reading::Few { .. }
            | Reading::Quiet
            | Reading::Within => {
                self.burning.remove(subject);
                false
            }
        }
    }
}
