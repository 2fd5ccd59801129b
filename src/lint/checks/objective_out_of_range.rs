//! SP010: an objective that is no percentage.

use crate::diagnostics::code::SP010;
use crate::lint::check::{Ask, Check};

pub static CHECK: Check = Check {
    code: SP010,
    finds: "An objective of zero or less, or above 100.",
    why: "More than 100 % of all events cannot be good: the error budget would be negative, every threshold below \
          zero, which any traffic exceeds. With an objective of 0 nothing is promised.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 999
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
