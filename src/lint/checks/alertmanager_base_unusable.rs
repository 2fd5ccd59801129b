//! RT008: an Alertmanager configuration that cannot be used.

use crate::diagnostics::code::RT008;
use crate::lint::check::{Ask, Check};

pub static CHECK: Check = Check {
    code: RT008,
    finds: "A configuration file of Alertmanager that Alertmanager refuses, or in which it cannot be computed where an \
            alert lands: no `route`, a root route without a receiver or with matchers, `continue` or time intervals; a \
            route to a receiver or a time interval that does not exist; a name given twice; a matcher, a regular \
            expression or a duration that does not parse. Fields that burnwatch does not know are left alone, so that \
            the file may be of any version.",
    why: "Our routes are merged into this file. Alertmanager refuses a configuration as a whole and keeps the old one: \
          with one such fault no team would get any of its routes, and nothing would say so but a log line.",
    example: r#"=== burnwatch.yaml
apiVersion: burnwatch/v1
teams: {payments: {notify: {page: [pager], ticket: [pager]}}}
receivers: {pager: {pagerduty: {routing_key_file: /run/secrets/pager}}}
alertmanager: {base: alertmanager.base.yaml}
=== alertmanager.base.yaml
route:
  receiver: everybody
  routes:
    - matchers: [team="database"]
      receiver: databse
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
    - matchers: [team="database"]
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
    options: None,
    ask: Ask::Readers,
};
