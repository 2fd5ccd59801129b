//! SP009: a name that nothing bears.

use crate::diagnostics::code::SP009;
use crate::lint::check::{Ask, Check};

pub static CHECK: Check = Check {
    code: SP009,
    finds: "A name that nothing bears: of a team, a policy, an SLI template, a parameter of a template, a check, or a \
            YAML anchor. Where a similar one exists, the finding proposes it.",
    why: "A misspelt team would be an alert that goes to nobody, and a misspelt policy an SLO that is alerted on by \
          other rules than its owners think. It also happens when a team is renamed in the workspace and its SLOs are \
          forgotten.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payment
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
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
