//! AL003: a short window that is not shorter than the long one.

use crate::diagnostics::code::AL003;
use crate::lint::check::{Ask, Check};

pub static CHECK: Check = Check {
    code: AL003,
    finds: "A tier whose `short` window is as long as its `long` one, or longer.",
    why: "The long window decides whether enough budget was burnt, the short one whether it is still burning. Without \
          a shorter one the alert goes on until the bad time has left the long window: somebody who mended everything \
          within minutes looks at a firing alert for another hour and cannot see whether it worked.",
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
        - {name: fast, severity: page, budget: 2%, long: 1h, short: 1h}
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
        - {name: fast, severity: page, budget: 2%, long: 1h, short: 5m}
        - {name: slow, severity: ticket, budget: 10%, long: 3d}
"#,
    options: None,
    ask: Ask::Readers,
};
