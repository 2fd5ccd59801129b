//! What one look at one SLO means.

use crate::base::{Duration, Name, Ratio};

use super::look::{Facts, Sighting};

/// So much of a window must be known: a burn rate of less is no burn rate.
pub const KNOWN_MIN: Duration = Duration::minutes(2);
/// And so much of it in its parts: half.
const KNOWN_PARTS: i64 = 2;

/// What is demanded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The highest burn rate.
    pub max_burn: Option<Ratio>,
    /// The least share of the budget that is left.
    pub min_budget: Option<Ratio>,
    /// When the deployment began, in Unix milliseconds, where that is known.
    pub began_ms: Option<i64>,
    /// When the decision is made at the latest.
    pub until_ms: i64,
}

/// What was read.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    /// It could not be seen.
    Blind,
    /// Too little of the window is known.
    TooShort {
        /// How much, in milliseconds.
        known_ms: i64,
        /// How long it is.
        window_ms: i64,
    },
    /// A tier fires that wakes somebody, and began to after the deployment did.
    Paging {
        /// The tier.
        tier: Name,
        /// Since when, in Unix milliseconds.
        since_ms: i64,
    },
    /// Less of the budget is left than is demanded.
    Short {
        /// The share that is left.
        left: f64,
    },
    /// The burn rate is too high.
    Burning {
        /// The burn rate.
        burn: f64,
    },
    /// The burn rate is too high, and the errors are too few to mean anything.
    Few {
        /// The burn rate.
        burn: f64,
    },
    /// Nothing happened.
    Quiet,
    /// Everything is as it should be.
    Within,
}

/// What a look at one SLO means.
pub fn read(terms: &Terms, sighting: &Sighting) -> Reading {
    let facts = match sighting {
        Sighting::Blind => return Reading::Blind,
        Sighting::Seen(facts) => facts,
    };
    let began_ms = terms.began_ms.unwrap_or(i64::MIN);
    let mut pages = facts.pages.iter();
    if let Some(page) = pages.find(|page| page.since_ms >= began_ms) {
        return Reading::Paging {
            tier: page.tier.clone(),
            since_ms: page.since_ms,
        };
    }
    match (terms.min_budget, facts.left) {
        (Some(least), Some(left)) if left < least.to_f64() => return Reading::Short { left },
        (Some(_) | None, _) => {}
    }
    match terms.max_burn {
        None => Reading::Within,
        Some(most) => burn(most, facts),
    }
}

/// Errors are held against a share of the events, as the tiers do it: without traffic nothing is divided.
fn burn(most: Ratio, facts: &Facts) -> Reading {
    let contents = facts.contents;
    let known_least_ms = (KNOWN_MIN.as_ms() as i64).max(facts.window_ms / KNOWN_PARTS);
    if facts.known_ms < known_least_ms {
        return Reading::TooShort {
            known_ms: facts.known_ms,
            window_ms: facts.window_ms,
        };
    }
    if contents.events < facts.nothing {
        return Reading::Quiet;
    }
    let burn = contents.errors / (facts.budget * contents.events);
    if contents.errors <= most.to_f64() * facts.budget * contents.events {
        Reading::Within
    } else if contents.errors < facts.bad_min {
        Reading::Few { burn }
    } else {
        Reading::Burning { burn }
    }
}
