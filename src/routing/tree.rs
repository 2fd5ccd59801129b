//! The routes of a workspace: one for each team and severity.
//!
//! A route's matchers name the team and the severity and nothing else: Alertmanager makes the key of an open incident from
//! them, so a route that changed with the SLOs below it would leave incidents open.

use std::collections::BTreeSet;

use crate::base::{Name, naming};
use crate::model::Roster;
use crate::model::roster::severity::Timers;
use crate::model::roster::{Maintenance, Times, Wakes};
use crate::plan::Plan;

use super::inhibition::{self, Inhibition};

/// What the names of our receivers and time intervals begin with.
pub const PREFIX: &str = "burnwatch";

/// Where the alerts of a workspace go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Routing<'a> {
    /// The labels that tell one group of alerts from another: the SLO and the labels that any SLO is grouped by.
    pub group_by: Vec<String>,
    /// The routes, by team and severity.
    pub routes: Vec<TeamRoute<'a>>,
    /// Who silences whom.
    pub inhibitions: Vec<Inhibition>,
    /// The time intervals that routes name.
    pub intervals: Vec<Interval<'a>>,
}

/// The route of one team and severity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamRoute<'a> {
    /// The team.
    pub team: &'a Name,
    /// The severity.
    pub severity: &'a Name,
    /// What its receiver is called.
    pub receiver: String,
    /// The workspace's receivers that get its messages.
    pub members: Vec<&'a Name>,
    /// How fast.
    pub timers: Timers,
    /// The interval outside of which nothing is sent, where there is one.
    pub active: Option<String>,
    /// The intervals in which nothing is sent.
    pub mutes: Vec<String>,
    /// Services with more such intervals; all of theirs, the route's own too.
    pub services: Vec<ServiceMutes<'a>>,
}

/// When nothing is sent for one service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceMutes<'a> {
    /// The service.
    pub service: &'a Name,
    /// The intervals.
    pub mutes: Vec<String>,
}

/// A time interval with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interval<'a> {
    /// What it is called.
    pub name: String,
    /// When it is.
    pub times: &'a Times,
    /// The IANA time zone of these times.
    pub time_zone: &'a str,
}

impl<'a> Routing<'a> {
    /// Where the alerts of `plans` go.
    pub fn of(roster: &'a Roster, plans: &[Plan<'_>]) -> Routing<'a> {
        let group_by = group_by(plans);
        Routing {
            routes: routes(roster, plans),
            inhibitions: inhibition::inhibitions(roster, plans, &group_by),
            intervals: intervals(roster),
            group_by,
        }
    }
}

fn group_by(plans: &[Plan<'_>]) -> Vec<String> {
    let groups = plans.iter().flat_map(|plan| &plan.slo.group_by);
    let labels: BTreeSet<String> = groups.map(|label| label.to_string()).collect();
    std::iter::once(naming::SLO.to_string())
        .chain(labels)
        .collect()
}

fn routes<'a>(roster: &'a Roster, plans: &[Plan<'_>]) -> Vec<TeamRoute<'a>> {
    let mut routes = Vec::new();
    let owned: BTreeSet<(&Name, &Name)> = plans
        .iter()
        .filter_map(|plan| Some((plan.slo.owner.as_ref()?, &plan.slo.id.service)))
        .collect();
    for (team, of_team) in &roster.teams {
        for (severity, receivers) in &of_team.notify {
            let Some(of_severity) = roster.severities.get(severity) else {
                continue;
            };
            let known = |receiver: &&Name| roster.receivers.contains_key(*receiver);
            let mut members: Vec<&Name> = Vec::new();
            for receiver in receivers.iter().map(|name| &name.value).filter(known) {
                if !members.contains(&receiver) {
                    members.push(receiver);
                }
            }
            if members.is_empty() {
                continue;
            }
            let waits = of_severity.wakes == Wakes::Never && of_team.office_hours.is_some();
            let owns = |service: &Name| owned.contains(&(team, service));
            let (mutes, services) = mutes(roster, team, severity, &owns);
            routes.push(TeamRoute {
                team,
                severity,
                receiver: receiver_name(team, severity),
                members,
                timers: of_severity.timers,
                active: waits.then(|| office_hours_name(team)),
                mutes,
                services,
            });
        }
    }
    routes
}

/// What the receiver of a team and severity is called.
pub fn receiver_name(team: &Name, severity: &Name) -> String {
    format!("{PREFIX}/{team}/{severity}")
}

/// What the office hours of a team are called.
fn office_hours_name(team: &Name) -> String {
    format!("{PREFIX}/office-hours/{team}")
}

/// What a planned maintenance is called.
fn maintenance_name(name: &Name) -> String {
    format!("{PREFIX}/maintenance/{name}")
}

/// When nothing is sent: for all alerts of a team and severity, and for those of some services.
fn mutes<'a>(
    roster: &'a Roster,
    team: &Name,
    severity: &Name,
    owns: &dyn Fn(&Name) -> bool,
) -> (Vec<String>, Vec<ServiceMutes<'a>>) {
    let covering = |(_, maintenance): &(&Name, &Maintenance)| maintenance.covers(team, severity);
    let all: Vec<(&Name, &'a Maintenance)> = roster.maintenance.iter().filter(covering).collect();
    let named = |service: &Name, of: &Maintenance| of.services.iter().any(|s| s.value == *service);
    let services: BTreeSet<&'a Name> = all
        .iter()
        .flat_map(|(_, maintenance)| maintenance.services.iter().map(|name| &name.value))
        .filter(|service| owns(service))
        .collect();
    let mutes_of = |service: Option<&Name>| -> Vec<String> {
        let holds =
            |of: &Maintenance| of.services.is_empty() || service.is_some_and(|s| named(s, of));
        let names = all.iter().filter(|(_, of)| holds(of));
        names.map(|(name, _)| maintenance_name(name)).collect()
    };
    let of_services = services.into_iter().map(|service| ServiceMutes {
        service,
        mutes: mutes_of(Some(service)),
    });
    (mutes_of(None), of_services.collect())
}

/// Every interval that a route may name.
fn intervals(roster: &Roster) -> Vec<Interval<'_>> {
    let hours = roster.teams.iter().filter_map(|(team, of_team)| {
        let hours = of_team.office_hours.as_ref()?;
        Some(Interval {
            name: office_hours_name(team),
            times: &hours.times,
            time_zone: &hours.time_zone,
        })
    });
    let planned = roster.maintenance.iter().map(|(name, of)| Interval {
        name: maintenance_name(name),
        times: &of.times,
        time_zone: &of.time_zone,
    });
    hours.chain(planned).collect()
}
