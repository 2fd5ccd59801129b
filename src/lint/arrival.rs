//! What the checks of routes see: every alert that the rules can send, and where each lands in the configuration that
//! Alertmanager will read.
//!
//! The configuration is read anew from the text that is written, so that what is proven is what is delivered.

use std::rc::Rc;

use super::landing::{Landing, Landings};
use crate::alertmanager::{Arrival, Config, Labelled, Labels};
use crate::base::Span;
use crate::model::roster::Alertmanager;
use crate::model::{Roster, Slo};
use crate::plan::alert::{Alert, alerts};
use crate::plan::{Plan, Settings};
use crate::routing::Routing;
use crate::routing::tree::receiver_name;

/// The label that says what an alert is called.
const ALERT_NAME: &str = "alertname";

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
    /// Every alert, by SLO.
    pub sent: Vec<Sent<'a>>,
}

/// An alert that the rules can send, with values of its group labels. There may be one for each combination of values that
/// matchers tell apart, so everything that they have in common is there once.
pub struct Sent<'a> {
    /// The SLO.
    pub slo: &'a Slo,
    /// The alert.
    pub alert: Rc<Alert>,
    /// Where all like it land.
    landings: Rc<[Landing]>,
    /// Which of these is its own.
    at: usize,
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
}

impl<'a> Arrivals<'a> {
    /// The ways of all alerts of `plans`.
    pub fn of(plans: &[Plan<'a>], ways: &Ways<'a>) -> Arrivals<'a> {
        let mut sent = Vec::new();
        if let Some(root) = &ways.whole.route {
            let mut landings = Landings::new(root);
            for plan in plans {
                for alert in alerts(plan, ways.settings) {
                    let mut labels: Labels = alert.labels.iter().cloned().collect();
                    labels.insert(ALERT_NAME.to_string(), alert.name.to_string());
                    let landings = landings.of(&labels, &plan.slo.group_by);
                    let alert = Rc::new(alert);
                    sent.extend((0..landings.len()).map(|at| Sent {
                        slo: plan.slo,
                        alert: Rc::clone(&alert),
                        landings: Rc::clone(&landings),
                        at,
                    }));
                }
            }
        }
        Arrivals {
            roster: &ways.settings.roster,
            alertmanager: ways.alertmanager,
            routing: ways.routing,
            base: ways.base,
            whole: ways.whole,
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

impl Labelled for Sent<'_> {
    fn value(&self, label: &str) -> &str {
        let of_group = self.group().iter();
        // Of two labels of one name the last one counts.
        let mut own = of_group.chain(self.alert.labels.iter().rev());
        match own.find(|(name, _)| name == label) {
            Some((_, value)) => value,
            None if label == ALERT_NAME => self.alert.name,
            None => "",
        }
    }
}

impl Sent<'_> {
    /// The values of its group labels.
    pub fn group(&self) -> &[(String, String)] {
        &self.landings[self.at].group
    }

    /// Where it lands.
    pub fn paths(&self) -> &[Arrival] {
        &self.landings[self.at].paths
    }

    /// The receivers that get it, in order.
    pub fn receivers(&self) -> Vec<&str> {
        self.paths()
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
