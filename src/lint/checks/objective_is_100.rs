//! SP011: an objective that leaves no error budget.

use crate::diagnostics::code::SP011;
use crate::lint::check::{Ask, Check};

pub static CHECK: Check = Check {
    code: SP011,
    finds: "An objective of exactly 100.",
    why: "It leaves no error budget, and a burn rate is a multiple of the budget: every threshold would be zero, and \
          the least trace of errors would fire all tiers at once. Nothing that depends on a network reaches 100 %.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 100
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
"#,
    instead: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.99
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
"#,
    options: None,
    ask: Ask::Readers,
};
