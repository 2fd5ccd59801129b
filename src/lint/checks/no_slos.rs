//! SP019: a file without any SLO.

use crate::diagnostics::code::SP019;
use crate::lint::check::{Ask, Check};

pub static CHECK: Check = Check {
    code: SP019,
    finds: "A file that is empty, has comments only, or whose `slos` is an empty list.",
    why: "It is often what a merge or a template left of a file. The SLOs that were in it are no longer alerted on, \
          and every other check is content with that.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos: []
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
