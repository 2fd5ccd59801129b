//! AL005: a window longer than the period.

use crate::diagnostics::code::AL005;
use crate::lint::check::{Ask, Check};

pub static CHECK: Check = Check {
    code: AL005,
    finds: "A tier whose long window is longer than the period of the SLO.",
    why: "The tier would count errors that the period has forgotten: it can fire when the budget is whole again, and \
          the person who opens the page finds nothing spent. It happens when a short `period` meets the built-in \
          policy, whose longest window is 3d.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
    period: 2d
"#,
    instead: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
    period: 28d
"#,
    options: None,
    ask: Ask::Readers,
};
