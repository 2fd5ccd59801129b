//! SP003: a field that must be there and is not.

use crate::diagnostics::code::SP003;
use crate::lint::check::{Ask, Check};

pub static CHECK: Check = Check {
    code: SP003,
    finds: "A field that must be there and is not: a `name`, an `objective`, an `sli`. Also an `sli` of no kind, a \
            tier that says in none of the three ways how fast is too fast, and a template that is used without one of \
            its parameters.",
    why: "There is no default that would be right: a guessed objective alerts on a promise that nobody made, and a \
          guessed SLI measures something else.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
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
