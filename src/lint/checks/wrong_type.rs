//! SP004: a value of another kind than the field takes.

use crate::diagnostics::code::SP004;
use crate::lint::check::{Ask, Check};

pub static CHECK: Check = Check {
    code: SP004,
    finds: "A value of another kind than the field takes. It is text in place of a mapping, a list that is too long, a \
            word where a number is expected, a duration that Prometheus could not read; or, where text is expected, \
            what other YAML readers take for a number or a boolean, such as `on` and `5`.",
    why: "`30 days` or a percentage such as `high` would have to be guessed. An unquoted `on` is `true` to many tools \
          and text to others, so a label would have another value in your editor than in your alerts.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
    period: 30 days
"#,
    instead: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
    period: 30d
"#,
    options: None,
    ask: Ask::Readers,
};
