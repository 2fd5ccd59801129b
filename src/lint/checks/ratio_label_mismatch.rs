//! QL006: PromQL whose labels are not those of `group_by`.

use crate::diagnostics::code::QL006;
use crate::lint::check::{Ask, Check};

pub static CHECK: Check = Check {
    code: QL006,
    finds: "A query of your own whose result has other labels than `group_by`. It drops a label that is grouped by, or \
            may give several series where the SLO has one budget.",
    why: "Prometheus puts errors and events together only where their labels are the same. Where one side has lost a \
          label nothing matches and the alert can never fire; where labels are left over, one SLO has many budgets, \
          and each instance may wake somebody on its own.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'sum by (job) (increase(http_requests_total[$window]))', errors: http_errors_total}}
    group_by: [route]
"#,
    instead: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'sum by (route) (increase(http_requests_total{job="checkout"}[$window]))', errors: 'http_errors_total{job="checkout"}'}}
    group_by: [route]
"#,
    options: None,
    ask: Ask::Readers,
};
