//! The rules of one SLO as values: what is recorded, and when an alert fires.
//!
//! Leaves the file format to others. Every expression written here parses; a test judges each with two parsers.

mod alert;
mod annotation;
mod series;

use crate::base::Duration;
use crate::plan::{Plan, Settings};

pub use alert::{condition, hold_back};

/// One recording or alerting rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What it makes.
    pub kind: RuleKind,
    /// Its expression; lines of an alert's condition are separated by line feeds.
    pub expr: String,
    /// Labels that it adds, in order.
    pub labels: Vec<(String, String)>,
}

/// What a rule makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleKind {
    /// A series of this name.
    Record(String),
    /// An alert.
    Alert {
        /// Its name.
        name: String,
        /// How long the condition must hold.
        hold: Option<Duration>,
        /// How long it goes on afterwards.
        keep_firing_for: Option<Duration>,
        /// Its annotations, in order.
        annotations: Vec<(&'static str, String)>,
    },
}

/// The rules of one SLO, in the order in which they must run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its name, unique among all groups that are generated.
    pub name: String,
    /// How often it runs.
    pub interval: Duration,
    /// Its rules, inputs before their users.
    pub rules: Vec<Rule>,
}

impl Group {
    /// How many of the rules are alerts.
    pub fn alerts(&self) -> usize {
        self.rules
            .iter()
            .filter(|r| matches!(r.kind, RuleKind::Alert { .. }))
            .count()
    }
}

/// The rules of `plan`.
pub fn group(plan: &Plan<'_>, settings: &Settings) -> Group {
    let mut rules = series::rules(plan, settings);
    rules.extend(alert::rules(plan, settings));
    Group {
        name: format!("slo:{}", plan.slo.id),
        interval: settings.interval,
        rules,
    }
}
