//! RT005: an alert that does not reach the receivers that its team names.

use std::collections::BTreeSet;

use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::lint::arrival::{Arrivals, Sent};
use crate::lint::check::{Ask, Check};
use crate::model::roster::Routes;
use crate::spec::scalar::list_all;

const RT005: Code = Code {
    id: "RT005",
    name: "expected-receiver",
    level: Level::Error,
};

pub static CHECK: Check = Check {
    code: RT005,
    finds: "An alert that does not reach every receiver that its team's `notify` names, by the routes of a base file that \
            routes itself (`alertmanager.routes: own`). A receiver is known by its name, the same in `receivers` of the \
            workspace and of the base.",
    why: "A tree of routes that was written by hand changes for many reasons. This asks of every SLO, after each change, \
          whether its alerts still arrive where its team expects them.",
    example: r#"=== burnwatch.yaml
apiVersion: burnwatch/v1
teams: {payments: {notify: {page: [pager], ticket: [chat]}}}
receivers:
  pager: {pagerduty: {routing_key_file: /run/secrets/pager}}
  chat: {slack: {url_file: /run/secrets/chat}}
alertmanager: {base: alertmanager.yaml, routes: own}
=== alertmanager.yaml
route:
  receiver: chat
  routes:
    - matchers: [owner="payments"]
      receiver: chat
inhibit_rules:
  - source_matchers: [severity="page"]
    target_matchers: [severity="ticket"]
    equal: [slo]
receivers:
  - name: pager
    pagerduty_configs: [{routing_key_file: /run/secrets/pager}]
  - name: chat
    slack_configs: [{api_url_file: /run/secrets/chat}]
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
alertmanager: {base: alertmanager.yaml, routes: own}
=== alertmanager.yaml
route:
  receiver: chat
  routes:
    - matchers: [owner="payments", severity="page"]
      receiver: pager
    - matchers: [owner="payments"]
      receiver: chat
inhibit_rules:
  - source_matchers: [severity="page"]
    target_matchers: [severity="ticket"]
    equal: [slo]
receivers:
  - name: pager
    pagerduty_configs: [{routing_key_file: /run/secrets/pager}]
  - name: chat
    slack_configs: [{api_url_file: /run/secrets/chat}]
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
    if arrivals.alertmanager.routes == Routes::Merged {
        return;
    }
    let mut told = BTreeSet::new();
    for sent in &arrivals.sent {
        let lacking = lacking(arrivals, sent);
        let place = arrivals.place_of(sent);
        if lacking.is_empty() || !told.insert((place, lacking.clone(), &sent.slo.id)) {
            continue;
        }
        findings.push(
            Finding::new(
                RT005,
                sent.slo.places.name,
                format!(
                    "the alert of `{}` does not reach {}",
                    sent.title(),
                    list_all(&lacking)
                ),
            )
            .label(format!("it lands at {}", list_all(&sent.receivers())))
            .also(place, "the team names its receivers here"),
        );
    }
}

/// The receivers that the team names and the alert does not reach.
fn lacking<'a>(arrivals: &Arrivals<'a>, sent: &Sent<'_>) -> Vec<&'a str> {
    let team = sent
        .slo
        .owner
        .as_ref()
        .and_then(|owner| arrivals.roster.teams.get(owner));
    let named = team.and_then(|team| team.notify.get(&sent.alert.severity));
    let reached = sent.receivers();
    let names = named.into_iter().flatten().map(|name| name.value.as_str());
    names.filter(|name| !reached.contains(name)).collect()
}
