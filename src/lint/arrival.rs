//! What the checks of routes see: every alert that the rules can send, and where each lands in the configuration that
//! Alertmanager will read.
//!
//! The configuration is read anew from the text that is written, so that what is proven is what is delivered.

use std::rc::Rc;

use super::landing::Landings;
use crate::alertmanager::{Arrival, Config, Labels};
use crate::base::Span;
use crate::model::roster::Alertmanager;
use crate::model::{Roster, Slo};
use crate::plan::alert::{Alert, alerts};
use crate::plan::{Plan, Settings};
use crate::routing::Routing;
use crate::routing::tree::receiver_name;

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
    pub paths: Rc<[Arrival]>,
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
            let mut landings = Landings::new(root);
            for plan in plans {
                for alert in alerts(plan, ways.settings) {
                    let mut labels: Labels = alert.labels.iter().cloned().collect();
                    labels.insert("alertname".to_string(), alert.name.to_string());
                    for landing in landings.of(&labels, &plan.slo.group_by).iter() {
                        let mut labels = labels.clone();
                        labels.extend(landing.group.iter().cloned());
                        sent.push(Sent {
                            slo: plan.slo,
                            alert: alert.clone(),
                            paths: Rc::clone(&landing.paths),
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
