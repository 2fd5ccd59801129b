//! SP002: a field that does not exist.

use crate::diagnostics::code::SP002;
use crate::lint::check::{Ask, Check};

pub static CHECK: Check = Check {
    code: SP002,
    finds: "A field that the format does not have where it stands.",
    why: "A field that is silently ignored is a promise that is not kept: with `objetive` dropped, an SLO would be \
          alerted on by a default that nobody chose. So every unknown field is an error, and where a known one has a \
          similar name, the finding says which.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objetive: 99.9
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
