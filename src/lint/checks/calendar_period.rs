//! SP017: rules for a period that follows the calendar.

use crate::diagnostics::code::SP017;
use crate::lint::check::{Ask, Check};

pub static CHECK: Check = Check {
    code: SP017,
    finds: "A period such as `{calendar: month}`, when rules are generated. `validate` says nothing: the period itself \
            is sound.",
    why: "A recorded window of Prometheus looks back over a fixed time and cannot begin anew on the first of a month. \
          Rules for 30 days under the name of a month would show a budget that differs from the one in the report.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
    period: {calendar: month, time_zone: Europe/Berlin}
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
