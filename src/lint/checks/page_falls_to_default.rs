//! RT002: an alert that reaches nobody in particular.

use std::collections::BTreeSet;

use crate::alertmanager::Arrival;
use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::lint::arrival::{Arrivals, Sent};
use crate::lint::check::{Ask, Check};
use crate::model::roster::Routes;

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
    // A team that says nothing of a severity says it once, however many SLOs it owns.
    let mut told = BTreeSet::new();
    for sent in &arrivals.sent {
        let Some(fault) = fault(arrivals, sent) else {
            continue;
        };
        let place = arrivals.place_of(sent);
        if told.insert((place, sent.alert.severity.clone(), fault.title.clone())) {
            findings.push(finding(arrivals, sent, fault));
        }
    }
}

/// Why an alert reaches nobody.
struct Fault {
    title: String,
    help: String,
}

fn fault(arrivals: &Arrivals<'_>, sent: &Sent<'_>) -> Option<Fault> {
    let severity = &sent.alert.severity;
    let ours = sent.expected();
    // The team's own receiver where burnwatch routes; where the base does, anything but its root.
    let is_meant = |path: &Arrival| match arrivals.alertmanager.routes {
        Routes::Merged => Some(&path.receiver) == ours.as_ref(),
        Routes::Own => !path.trail.is_empty(),
    };
    let meant: Vec<&Arrival> = sent.paths.iter().filter(|path| is_meant(path)).collect();
    // A receiver that the team names must notify, whoever else is told.
    let team = sent.slo.owner.as_ref().and_then(|owner| arrivals.roster.teams.get(owner));
    let named = team.and_then(|team| team.notify.get(severity));
    let is_named = |receiver: &str| {
        let mut names = named.into_iter().flatten();
        names.any(|name| name.value.as_str() == receiver)
    };
    let is_silent = |path: &&&Arrival| !arrivals.notifies(&path.receiver);
    let silent = meant.iter().filter(is_silent).find(|path| is_named(&path.receiver));
    if silent.is_none() && meant.iter().any(|path| arrivals.notifies(&path.receiver)) {
        return None;
    }
    if let Some(path) = silent.or(meant.first()) {
        return Some(Fault {
            title: format!(
                "alerts of severity `{severity}` land at receiver `{}`, which notifies nobody",
                path.receiver
            ),
            help: "give the receiver a way to notify, or the route another receiver".to_string(),
        });
    }
    let owner = sent.slo.owner.as_ref();
    Some(match owner {
        Some(owner) => Fault {
            title: format!(
                "alerts of team `{owner}` with severity `{severity}` fall through to the default receiver"
            ),
            help: format!("name its receivers: `notify: {{{severity}: [...]}}`"),
        },
        None => Fault {
            title: format!(
                "`{}` has no owner, and its alerts of severity `{severity}` fall through to the default receiver",
                sent.slo.id
            ),
            help: "add `owner:` with a team of the workspace's `teams`".to_string(),
        },
    })
}

fn finding(arrivals: &Arrivals<'_>, sent: &Sent<'_>, fault: Fault) -> Finding {
    let mut finding = Finding::new(RT002, arrivals.place_of(sent), fault.title)
        .label(format!("for instance the alert of `{}`", sent.title()))
        .help(fault.help);
    if arrivals.place_of(sent) != sent.slo.places.name {
        finding = finding.also(sent.slo.places.name, "this SLO sends it");
    }
    if !arrivals.roster.wakes(&sent.alert.severity) {
        finding.level = Level::Warning;
    }
    finding
}
