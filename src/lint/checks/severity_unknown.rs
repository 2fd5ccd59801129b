//! AL007: a severity that the workspace does not define.

use crate::diagnostics::code::AL007;
use crate::lint::check::{Ask, Check};

pub static CHECK: Check = Check {
    code: AL007,
    finds: "A severity that `severities` of the workspace does not have. It stands in a tier, in `no_data` or in the \
            `notify` of a team; without `severities` there are `page` and `ticket`.",
    why: "Alertmanager chooses receivers by the label `severity`, and a value that no route knows falls through to the \
          default one. The page arrives in a channel that nobody reads at night.",
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
        - {name: fast, severity: pager, budget: 2%, long: 1h}
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
