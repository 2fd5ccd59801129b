//! RT002: an alert that reaches nobody in particular.

use std::collections::BTreeSet;

use crate::alertmanager::Arrival;
use crate::base::{Name, Span};
use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::lint::arrival::{Arrivals, Sent};
use crate::lint::check::{Ask, Check};
use crate::model::policy::Mode;
use crate::model::roster::{Routes, Team};
use crate::model::{Slo, SloId};
use crate::spec::scalar::list_all;

const RT002: Code = Code {
    id: "RT002",
    name: "page-falls-to-default",
    level: Level::Error,
};

pub static CHECK: Check = Check {
    code: RT002,
    finds: "An alert that lands at the root route's receiver, since nothing takes it, or at a receiver that has no way to \
            notify anybody. An error where the alert wakes somebody, else a warning. burnwatch follows every alert that \
            the rules can send through the configuration that Alertmanager will read.",
    why: "The default receiver is where the alerts of all teams gather that nobody routed, and mostly nobody reads it. \
          Alertmanager and `amtool` call such a configuration valid.",
    example: r#"=== burnwatch.yaml
apiVersion: burnwatch/v1
teams: {payments: {notify: {ticket: [chat]}}}
receivers: {chat: {slack: {url_file: /run/secrets/chat}}}
alertmanager: {default_receiver: chat}
=== slos/checkout.yaml
apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
"#,
    instead: r#"=== burnwatch.yaml
apiVersion: burnwatch/v1
teams: {payments: {notify: {page: [pager], ticket: [chat]}}}
receivers:
  pager: {pagerduty: {routing_key_file: /run/secrets/pager}}
  chat: {slack: {url_file: /run/secrets/chat}}
alertmanager: {default_receiver: chat}
=== slos/checkout.yaml
apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
"#,
    options: None,
    ask: Ask::Routes(find),
};

fn find(arrivals: &Arrivals<'_>, findings: &mut Findings) {
    // What a team does not say is told once, however many SLOs it owns and severities it leaves out.
    let mut told: Vec<Told<'_, '_>> = Vec::new();
    for sent in &arrivals.sent {
        let Some(fault) = fault(arrivals, sent) else {
            continue;
        };
        let place = arrivals.place_of(sent);
        let same = |told: &&mut Told<'_, '_>| told.place == place && told.fault == fault;
        match told.iter_mut().find(same) {
            Some(told) => {
                told.severities.insert(&sent.alert.severity);
            }
            None => told.push(Told {
                place,
                fault,
                first: sent,
                severities: BTreeSet::from([&sent.alert.severity]),
            }),
        }
    }
    findings.extend(told.iter().map(|told| finding(arrivals, told)));
}

/// One thing that is wrong, and all severities that it concerns.
struct Told<'s, 'a> {
    place: Span,
    fault: Fault,
    first: &'s Sent<'a>,
    severities: BTreeSet<&'s Name>,
}

/// Why an alert reaches nobody.
#[derive(PartialEq, Eq)]
enum Fault {
    /// Nothing takes it, and its team could name receivers.
    Unnamed(Name),
    /// Nothing takes it, since no team owns it.
    Unowned(SloId),
    /// It lands at a receiver that has no way to notify.
    Silent(String),
}

fn fault(arrivals: &Arrivals<'_>, sent: &Sent<'_>) -> Option<Fault> {
    let severity = &sent.alert.severity;
    let ours = sent.expected();
    // The team's own receiver where burnwatch routes; where the base does, anything but its root.
    let is_meant = |path: &Arrival| match arrivals.alertmanager.routes {
        Routes::Merged => Some(&path.receiver) == ours.as_ref(),
        Routes::Own => !path.trail.is_empty(),
    };
    let meant: Vec<&Arrival> = sent.paths().iter().filter(|path| is_meant(path)).collect();
    // A receiver that the team names must notify, whoever else is told.
    let owner = sent.slo.owner.as_ref();
    let team = owner.and_then(|owner| arrivals.roster.teams.get(owner));
    let named = team.and_then(|team| team.notify.get(severity));
    let is_named = |receiver: &str| {
        let mut names = named.into_iter().flatten();
        names.any(|name| name.value.as_str() == receiver)
    };
    let is_silent = |path: &&&Arrival| !arrivals.notifies(&path.receiver);
    let silent = meant
        .iter()
        .filter(is_silent)
        .find(|path| is_named(&path.receiver));
    if silent.is_none() && meant.iter().any(|path| arrivals.notifies(&path.receiver)) {
        return None;
    }
    if let Some(path) = silent.or(meant.first()) {
        return Some(Fault::Silent(path.receiver.clone()));
    }
    match (owner, team) {
        (Some(owner), Some(team)) => {
            is_left_out(arrivals, team, severity).then(|| Fault::Unnamed(owner.clone()))
        }
        // A team that cannot be read has its finding.
        (Some(_), None) => None,
        (None, _) => {
            is_without_owner(arrivals, sent.slo).then(|| Fault::Unowned(sent.slo.id.clone()))
        }
    }
}

/// Whether a team says nothing of a severity, or the base that routes itself does not. What a team says of receivers or severities that do not exist has its finding.
fn is_left_out(arrivals: &Arrivals<'_>, team: &Team, severity: &Name) -> bool {
    if arrivals.alertmanager.routes == Routes::Own {
        return true;
    }
    let is_known = |name: &Name| arrivals.roster.severities.contains_key(name);
    team.notify.get(severity).is_none_or(Vec::is_empty) && team.notify.keys().all(is_known)
}

/// Whether nothing else says that nobody owns an SLO: an owner that is written is none of the teams, and what wakes
/// somebody must have one.
fn is_without_owner(arrivals: &Arrivals<'_>, slo: &Slo) -> bool {
    let wakes = slo
        .policy
        .tiers
        .iter()
        .any(|tier| arrivals.roster.wakes(&tier.severity));
    slo.places.owner.is_none() && !(wakes && slo.mode == Mode::Alert)
}

fn finding(arrivals: &Arrivals<'_>, told: &Told<'_, '_>) -> Finding {
    let names: Vec<&str> = told.severities.iter().map(|name| name.as_str()).collect();
    let severities = list_all(&names);
    let (title, help) = match &told.fault {
        Fault::Unnamed(team) => {
            let lines: Vec<String> = names.iter().map(|name| format!("{name}: [...]")).collect();
            (
                format!(
                    "alerts of team `{team}` with severity {severities} fall through to the default receiver"
                ),
                match arrivals.alertmanager.routes {
                    Routes::Merged => {
                        format!("name its receivers: `notify: {{{}}}`", lines.join(", "))
                    }
                    Routes::Own => format!("add a route for `owner=\"{team}\"` to the base"),
                },
            )
        }
        Fault::Unowned(slo) => (
            format!(
                "`{slo}` has no owner, and its alerts of severity {severities} fall through to the default receiver"
            ),
            "add `owner:` with a team of the workspace's `teams`".to_string(),
        ),
        Fault::Silent(receiver) => (
            format!(
                "alerts of severity {severities} land at receiver `{receiver}`, which notifies nobody"
            ),
            "give the receiver a way to notify, or the route another receiver".to_string(),
        ),
    };
    let mut finding = Finding::new(RT002, told.place, title)
        .label(format!(
            "for instance the alert of `{}`",
            told.first.title()
        ))
        .help(help);
    let slo = told.first.slo.places.name;
    if told.place != slo {
        finding = finding.also(slo, "this SLO sends it");
    }
    if !told
        .severities
        .iter()
        .any(|severity| arrivals.roster.wakes(severity))
    {
        finding.level = Level::Warning;
    }
    finding
}
