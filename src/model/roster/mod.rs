//! Who is reached, how and when: severities, teams, receivers, Alertmanager, maintenance.
//!
//! What a workspace says of people and of the programs that tell them. What is made of it, routes and runbooks, is
//! decided elsewhere. Every name is kept with the place where it is written, so that whoever finds a fault can show it.

pub mod alertmanager;
pub mod maintenance;
pub mod receiver;
pub mod severity;
pub mod team;
pub mod times;

use std::collections::BTreeMap;

use crate::base::{Name, Span, Spanned};
use crate::diagnostics::Findings;
use crate::spec::Record;
use crate::yaml::Node;

pub use alertmanager::{Alertmanager, Routes, Version};
pub use maintenance::Maintenance;
pub use receiver::{Pager, Receiver};
pub use severity::{Priority, Severity, Wakes};
pub use team::{Escalation, Team};
pub use times::{Clock, OfficeHours, Times, Weekday};

/// Who is reached, how and when.
#[derive(Clone, Debug)]
pub struct Roster {
    /// The severities.
    pub severities: BTreeMap<Name, Severity>,
    /// The teams.
    pub teams: BTreeMap<Name, Team>,
    /// The receivers.
    pub receivers: BTreeMap<Name, Receiver>,
    /// How Alertmanager is configured, where it is.
    pub alertmanager: Option<Alertmanager>,
    /// Planned maintenance.
    pub maintenance: BTreeMap<Name, Maintenance>,
    /// The receiver that takes the test messages of the daemon's heartbeat.
    pub canary: Option<Spanned<Name>>,
}

impl Default for Roster {
    fn default() -> Roster {
        Roster {
            severities: severity::built_in(),
            teams: BTreeMap::new(),
            receivers: BTreeMap::new(),
            alertmanager: None,
            maintenance: BTreeMap::new(),
            canary: None,
        }
    }
}

impl Roster {
    /// What a workspace file that was checked against its shape says.
    pub fn of(file: &Record<'_>, findings: &mut Findings) -> Roster {
        let heartbeat = file.record("daemon").and_then(|d| d.record("heartbeat"));
        let mut roster = Roster {
            canary: heartbeat.and_then(|heartbeat| heartbeat.parse("canary")),
            ..Roster::default()
        };
        if file.node("severities").is_some() {
            // The name of one that cannot be read is defined all the same.
            roster.severities = each(file, "severities", |span, node| {
                Severity::of(span, &record(node), findings)
            });
        }
        // Of a team that cannot be read nobody knows whom it tells.
        roster.teams = each(file, "teams", |span, node| {
            node.is_whole()
                .then(|| Team::of(span, &record(node), findings))
        });
        roster.receivers = each(file, "receivers", |span, node| {
            Receiver::of(span, &record(node), findings)
        });
        roster.maintenance = each(file, "maintenance", |span, node| {
            Maintenance::of(span, &record(node), findings)
        });
        roster.alertmanager = file
            .record("alertmanager")
            // Where a part of it cannot be read, nobody knows what it comes to.
            .filter(|record| !record.has_unreadable())
            .map(|record| Alertmanager::of(&record, findings));
        roster
    }

    /// A severity that wakes nobody, `ticket` if there is one.
    pub fn quiet_severity(&self) -> Option<&Name> {
        let mut quiet = self
            .severities
            .iter()
            .filter(|(_, severity)| severity.wakes == Wakes::Never)
            .map(|(name, _)| name);
        let first = quiet.clone().next();
        quiet.find(|name| name.as_str() == "ticket").or(first)
    }

    /// Whether alerts of this severity wake somebody.
    pub fn wakes(&self, severity: &Name) -> bool {
        self.severities
            .get(severity)
            .is_some_and(|severity| severity.wakes == Wakes::Anytime)
    }
}

/// The entries of a section that have a name and a value.
fn each<T>(
    file: &Record<'_>,
    section: &str,
    mut of: impl FnMut(Span, &Node) -> Option<T>,
) -> BTreeMap<Name, T> {
    let mut all = BTreeMap::new();
    for (key, node) in file.map(section) {
        let Ok(name) = key.value.parse::<Name>() else {
            continue;
        };
        if let Some(value) = of(key.span, node) {
            all.insert(name, value);
        }
    }
    all
}

/// The mapping in `node`, or one that says nothing.
fn record(node: &Node) -> Record<'_> {
    Record::of(node).unwrap_or_else(|| Record::empty(node.span))
}
