//! RT003: a route that no alert can reach.

use crate::alertmanager::shadow::shadowed;
use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::lint::arrival::Arrivals;
use crate::lint::check::{Ask, Check};

const RT003: Code = Code {
    id: "RT003",
    name: "route-shadowed",
    level: Level::Error,
};

pub static CHECK: Check = Check {
    code: RT003,
    finds: "A route of the `alertmanager.base` file that no alert can reach, since a route before it takes everything \
            that it would take and does not pass it on.",
    why: "Whoever wrote the route believes that its receiver is told. It never is, and Alertmanager and `amtool` call the \
          configuration valid. Routes of burnwatch can neither shadow nor be shadowed: they take the alerts of burnwatch \
          only and come before the first route that keeps what it takes.",
    example: r#"=== burnwatch.yaml
apiVersion: burnwatch/v1
teams: {payments: {notify: {page: [pager], ticket: [pager]}}}
receivers: {pager: {pagerduty: {routing_key_file: /run/secrets/pager}}}
alertmanager: {base: alertmanager.base.yaml}
=== alertmanager.base.yaml
route:
  receiver: everybody
  routes:
    - matchers: ['severity=~"critical|warning"']
      receiver: everybody
    - matchers: [severity="critical", team="database"]
      receiver: database
receivers:
  - name: everybody
    webhook_configs: [{url: "http://127.0.0.1:9095/all"}]
  - name: database
    webhook_configs: [{url: "http://127.0.0.1:9095/database"}]
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
teams: {payments: {notify: {page: [pager], ticket: [pager]}}}
receivers: {pager: {pagerduty: {routing_key_file: /run/secrets/pager}}}
alertmanager: {base: alertmanager.base.yaml}
=== alertmanager.base.yaml
route:
  receiver: everybody
  routes:
    - matchers: [severity="critical", team="database"]
      receiver: database
    - matchers: ['severity=~"critical|warning"']
      receiver: everybody
receivers:
  - name: everybody
    webhook_configs: [{url: "http://127.0.0.1:9095/all"}]
  - name: database
    webhook_configs: [{url: "http://127.0.0.1:9095/database"}]
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
    let root = arrivals.base.and_then(|base| base.route.as_ref());
    for shadow in root.map(shadowed).unwrap_or_default() {
        findings.push(
            Finding::new(RT003, shadow.route, "no alert can reach this route")
                .label("whatever it would take")
                .also(shadow.by, "is taken here already")
                .help("put it before that route, or give that route `continue: true`"),
        );
    }
}
