//! SP008: fields that exclude each other.

use crate::diagnostics::code::SP008;
use crate::lint::check::{Ask, Check};

pub static CHECK: Check = Check {
    code: SP008,
    finds: "Two fields of which only one can hold. Such are `policy` and `tiers`, two of `budget`, `burn_rate` and \
            `exhausts_in` in a tier, two of `errors_where`, `good_where`, `errors` and `good` in a ratio, two kinds in \
            an `sli`. Also `errors_where` or `good_where` beside `events` that are a query: matchers can only be added \
            to a selector.",
    why: "Whichever of the two were ignored, somebody wrote it and counts on it. Two paces of a tier that once agreed \
          stop doing so when the period changes.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
    alerting:
      tiers:
        - {name: fast, severity: page, budget: 2%, burn_rate: 6, long: 1h}
        - {name: slow, severity: ticket, budget: 10%, long: 3d}
"#,
    instead: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
    alerting:
      tiers:
        - {name: fast, severity: page, budget: 2%, long: 1h}
        - {name: slow, severity: ticket, budget: 10%, long: 3d}
"#,
    options: None,
    ask: Ask::Readers,
};
