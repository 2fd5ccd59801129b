//! SP006: an `apiVersion` that is not read.

use crate::diagnostics::code::SP006;
use crate::lint::check::{Ask, Check};

pub static CHECK: Check = Check {
    code: SP006,
    finds: "An `apiVersion` other than `burnwatch/v1`.",
    why: "A later version may give the same fields another meaning. Half of a file that was understood gives rules \
          that look right and alert on something else.",
    example: r#"apiVersion: burnwatch/v2
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
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
