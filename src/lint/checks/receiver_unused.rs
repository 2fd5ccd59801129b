//! RT006: a receiver that nobody uses.

use std::collections::BTreeSet;

use crate::base::Name;
use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::model::Roster;

const RT006: Code = Code {
    id: "RT006",
    name: "receiver-unused",
    level: Level::Info,
};

pub static CHECK: Check = Check {
    code: RT006,
    finds: "A receiver that no team names in `notify`, `escalate` or `fallback`, and that is neither the \
            `default_receiver` nor the `canary` of the daemon's heartbeat.",
    why: "Somebody set it up to be told of something, and is told of nothing. Often it is the other half of a name that \
          was changed in one place.",
    example: r#"=== burnwatch.yaml
apiVersion: burnwatch/v1
teams: {payments: {notify: {page: [pager], ticket: [pager]}}}
receivers:
  pager: {pagerduty: {routing_key_file: /run/secrets/pager}}
  chat: {slack: {url_file: /run/secrets/chat}}
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
    ask: Ask::Roster(find),
};

fn find(roster: &Roster, findings: &mut Findings) {
    let of_teams = roster.teams.values().flat_map(|team| team.receivers());
    let default = roster
        .alertmanager
        .as_ref()
        .and_then(|alertmanager| alertmanager.default_receiver.as_ref());
    let others = default.into_iter().chain(&roster.canary);
    let used: BTreeSet<&Name> = of_teams.chain(others).map(|name| &name.value).collect();
    // A name that is misspelt where it is used is no receiver at all, and said by RT001.
    if used
        .iter()
        .any(|name| !roster.receivers.contains_key(*name))
    {
        return;
    }
    for (name, receiver) in &roster.receivers {
        if !used.contains(name) {
            findings.push(
                Finding::new(
                    RT006,
                    receiver.span,
                    format!("nobody uses the receiver `{name}`"),
                )
                .help("name it in `notify` of a team, or remove it"),
            );
        }
    }
}
