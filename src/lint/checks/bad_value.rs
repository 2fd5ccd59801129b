//! SP007: a value of the right kind that means nothing here.

use crate::diagnostics::code::SP007;
use crate::lint::check::{Ask, Check};

pub static CHECK: Check = Check {
    code: SP007,
    finds: "A value of the right kind that means nothing where it stands. Examples are a word that is none of the \
            choices, a number out of its range, an interval of rules beyond 5m, a `slice` beyond 5m, a policy without \
            tiers, a place in a URL that nothing fills, a parameter of a template that would end the string around it.",
    why: "Such a value would have to be bent until it fits, or would give rules that Prometheus loads and that never \
          work. With rules evaluated every 6m, for instance, an instant query looks back five minutes and finds \
          nothing for one minute of six.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
    alerting: {mode: observed}
"#,
    instead: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
    alerting: {mode: observe, reason: it is too new}
"#,
    options: None,
    ask: Ask::Readers,
};
