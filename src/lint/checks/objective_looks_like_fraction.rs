//! SP012: a fraction where a percentage is meant.

use crate::diagnostics::code::SP012;
use crate::lint::check::{Ask, Check};

pub static CHECK: Check = Check {
    code: SP012,
    finds: "An objective above 0 and below 1.",
    why: "Objectives are in percent. `0.999` would promise that one request in a hundred succeeds: the budget would be \
          99 % of all events, no burn rate above 1.01 could ever be reached, and the alerts would stay silent through \
          any outage.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 0.999
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
"#,
    instead: r#"apiVersion: burnwatch/v1
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
