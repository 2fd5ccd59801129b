//! RT013: a workspace in which nothing wakes anybody.

use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::model::Roster;
use crate::model::roster::Wakes;

const RT013: Code = Code {
    id: "RT013",
    name: "no-severity-wakes",
    level: Level::Warning,
};

pub static CHECK: Check = Check {
    code: RT013,
    finds: "A workspace whose `severities` are all without `wakes: true`.",
    why: "Then no alert is a page: all are told slowly, wait for office hours, and no SLO needs an owner or a runbook. Mostly \
          a line was lost. Who means it turns this check off.",
    example: r#"=== burnwatch.yaml
apiVersion: burnwatch/v1
severities: {page: {}, ticket: {}}
teams: {payments: {}}
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
severities: {page: {wakes: true}, ticket: {}}
teams: {payments: {}}
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
    let severities = &roster.severities;
    if severities.values().any(|severity| severity.wakes == Wakes::Anytime) {
        return;
    }
    // The one that is called so, or else the first.
    let page = severities.iter().find(|(name, _)| name.as_str() == "page");
    let Some((name, severity)) = page.or(severities.first_key_value()) else {
        return;
    };
    findings.extend(severity.span.map(|span| {
        Finding::new(RT013, span, "no severity wakes anybody")
            .label("no alert is a page")
            .help(format!("write `{name}: {{wakes: true}}`"))
    }));
}
