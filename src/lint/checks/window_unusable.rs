//! AL010: a window with too few samples, or that cannot be put together.

use crate::diagnostics::code::AL010;
use crate::lint::check::{Ask, Check};

pub static CHECK: Check = Check {
    code: AL010,
    finds: "A short window that is shorter than two scrapes, and a window or period beyond 1h that is no whole \
            multiple of 5m.",
    why: "`increase` needs two samples: with one it gives nothing, and a tier whose short window has no value never \
          fires. Long windows are put together from recorded ones of 5m and 1h, of which 61 minutes are no multiple.",
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
        - {name: fast, severity: page, budget: 2%, long: 1h, short: 20s}
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
