//! What the checks of routes see: every alert that the rules can send, and where each lands in the configuration that
//! Alertmanager will read.
//!
//! The configuration is read anew from the text that is written, so that what is proven is what is delivered.

use std::collections::{BTreeMap, BTreeSet};

use crate::alertmanager::{Arrival, Config, Labels, MatchOp, Route, arrivals};
use crate::base::{LabelName, Span};
use crate::model::roster::Alertmanager;
use crate::model::{Roster, Slo};
use crate::plan::alert::{Alert, alerts};
use crate::plan::{Plan, Settings};
use crate::routing::Routing;
use crate::routing::tree::receiver_name;

/// Most values of a group label, and most combinations of values, that an alert is followed with.
pub const COMBINATIONS_MAX: usize = 64;

/// The value of a group label that stands for all that no matcher names.
pub const ANY: &str = "any-other-value";

/// Every alert and its way.
pub struct Arrivals<'a> {
    /// Who is reached.
    pub roster: &'a Roster,
    /// How Alertmanager is configured.
    pub alertmanager: &'a Alertmanager,
    /// Where alerts should go.
    pub routing: &'a Routing<'a>,
    /// The user's own configuration.
    pub base: Option<&'a Config>,
    /// What Alertmanager will read.
    pub whole: &'a Config,
    /// What the user's own configuration says for all mail.
    pub smtp: Smtp,
    /// Every alert, by SLO.
    pub sent: Vec<Sent<'a>>,
}

/// An alert that the rules can send.
pub struct Sent<'a> {
    /// The SLO.
    pub slo: &'a Slo,
    /// The alert.
    pub alert: Alert,
    /// All its labels.
    pub labels: Labels,
    /// Where it lands.
    pub paths: Vec<Arrival>,
}

/// What the user's own configuration says for all mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Smtp {
    /// Who sends it.
    pub from: InBase,
    /// Which server takes it.
    pub smarthost: InBase,
}

impl Smtp {
    /// Where there is no configuration of the user.
    pub const NOTHING: Smtp = Smtp {
        from: InBase::Absent,
        smarthost: InBase::Absent,
    };
}

/// Whether the user's own configuration has a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InBase {
    /// It has.
    Set,
    /// It has not, or there is none.
    Absent,
}

/// What the arrivals are worked out from.
pub struct Ways<'a> {
    /// How rules are made.
    pub settings: &'a Settings,
    /// How Alertmanager is configured.
    pub alertmanager: &'a Alertmanager,
    /// Where alerts should go.
    pub routing: &'a Routing<'a>,
    /// The user's own configuration.
    pub base: Option<&'a Config>,
    /// What Alertmanager will read.
    pub whole: &'a Config,
    /// What the user's own configuration says for all mail.
    pub smtp: Smtp,
}

impl<'a> Arrivals<'a> {
    /// The ways of all alerts of `plans`.
    pub fn of(plans: &[Plan<'a>], ways: &Ways<'a>) -> Arrivals<'a> {
        let mut sent = Vec::new();
        if let Some(root) = &ways.whole.route {
            let named = named_values(root);
            for plan in plans {
                for alert in alerts(plan, ways.settings) {
                    for labels in label_sets(plan, &alert, &named) {
                        sent.push(Sent {
                            slo: plan.slo,
                            alert: alert.clone(),
                            paths: arrivals(root, &labels),
                            labels,
                        });
                    }
                }
            }
        }
        Arrivals {
            roster: &ways.settings.roster,
            alertmanager: ways.alertmanager,
            routing: ways.routing,
            base: ways.base,
            whole: ways.whole,
            smtp: ways.smtp,
            sent,
        }
    }

    /// Whether a receiver of the configuration has a way to notify anybody.
    pub fn notifies(&self, receiver: &str) -> bool {
        let named = |each: &&crate::alertmanager::Receiver| each.name.value == receiver;
        let found = self.whole.receivers.iter().find(named);
        found.is_some_and(|receiver| !receiver.integrations.is_empty())
    }

    /// Where a team is defined, or the first SLO that it is about.
    pub fn place_of(&self, sent: &Sent<'_>) -> Span {
        let team = sent
            .slo
            .owner
            .as_ref()
            .and_then(|owner| self.roster.teams.get(owner));
        team.map_or(sent.slo.places.name, |team| team.span)
    }
}

impl Sent<'_> {
    /// The receivers that get it, in order.
    pub fn receivers(&self) -> Vec<&str> {
        self.paths
            .iter()
            .map(|path| path.receiver.as_str())
            .collect()
    }

    /// What our receiver for it is called, where it has an owner.
    pub fn expected(&self) -> Option<String> {
        let owner = self.slo.owner.as_ref()?;
        Some(receiver_name(owner, &self.alert.severity))
    }

    /// What people call it: the SLO and the tier.
    pub fn title(&self) -> String {
        format!("{} {}", self.slo.id, self.alert.tier)
    }
}

/// The values that matchers name, by label.
fn named_values(root: &Route) -> BTreeMap<String, BTreeSet<String>> {
    let mut named: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut open = vec![root];
    while let Some(route) = open.pop() {
        for matcher in &route.matchers {
            let values = named.entry(matcher.label.clone()).or_default();
            match matcher.op {
                MatchOp::Equal | MatchOp::NotEqual => {
                    values.insert(matcher.value.clone());
                }
                // Alternatives that are plain words; what else a pattern means is left to the value that nobody names.
                MatchOp::Regex | MatchOp::NotRegex => {
                    let plain = |word: &&str| {
                        word.chars()
                            .all(|c| c.is_alphanumeric() || "_-/ ".contains(c))
                    };
                    values.extend(matcher.value.split('|').filter(plain).map(str::to_string));
                }
            }
        }
        open.extend(&route.routes);
    }
    named
}

/// The label sets that an alert can have: one, and where its SLO is grouped one for each value that a matcher tells apart.
fn label_sets(
    plan: &Plan<'_>,
    alert: &Alert,
    named: &BTreeMap<String, BTreeSet<String>>,
) -> Vec<Labels> {
    let mut labels: Labels = alert.labels.iter().cloned().collect();
    labels.insert("alertname".to_string(), alert.name.to_string());
    let mut sets = vec![labels];
    for label in &plan.slo.group_by {
        let values = group_values(label, named);
        let more = |set: &Labels, value: &String| {
            let mut set = set.clone();
            set.insert(label.to_string(), value.clone());
            set
        };
        let combined = values
            .iter()
            .flat_map(|value| sets.iter().map(move |set| more(set, value)));
        sets = combined.take(COMBINATIONS_MAX).collect();
    }
    sets
}

fn group_values(label: &LabelName, named: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let of_label = named.get(label.as_str()).into_iter().flatten();
    let values = of_label.filter(|value| !value.is_empty()).cloned();
    std::iter::once(ANY.to_string())
        .chain(values)
        .take(COMBINATIONS_MAX)
        .collect()
}
