//! QL002: PromQL without `[$window]` where the window must go.

use crate::diagnostics::code::QL002;
use crate::lint::check::{Ask, Check};

pub static CHECK: Check = Check {
    code: QL002,
    finds: "A query of your own with a fixed range such as `[5m]`, or with none, where `[$window]` belongs.",
    why: "The query is used with every window of the policy. With a fixed range the windows of 5m and of three days \
          would hold the same number: a short spike would look like three bad days, and the slow tiers would fire and \
          reset with the fast ones.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'sum(increase(http_requests_total[5m]))', errors: http_errors_total}}
"#,
    instead: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'sum(increase(http_requests_total{job="checkout"}[$window]))', errors: 'http_errors_total{job="checkout"}'}}
"#,
    options: None,
    ask: Ask::Readers,
};
