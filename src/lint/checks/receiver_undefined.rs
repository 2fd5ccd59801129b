//! RT001: a receiver that the workspace does not define.

use crate::diagnostics::code::RT001;
use crate::lint::check::{Ask, Check};

pub static CHECK: Check = Check {
    code: RT001,
    finds: "A receiver that `receivers` of the workspace does not have. It stands in `notify`, `fallback` or \
            `escalate` of a team, or is the `default_receiver`.",
    why: "Alertmanager refuses a configuration with a route to a receiver that does not exist, and keeps the old one: \
          the team that was just added would not be told of anything.",
    example: r#"=== burnwatch.yaml
apiVersion: burnwatch/v1
teams: {payments: {notify: {page: [pagerdty]}}}
receivers: {pagerduty: {pagerduty: {routing_key_file: /run/secrets/key}}}
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
teams: {payments: {notify: {page: [pagerduty]}}}
receivers: {pagerduty: {pagerduty: {routing_key_file: /run/secrets/key}}}
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
