//! QL001: PromQL that does not parse.

use crate::diagnostics::code::QL001;
use crate::lint::check::{Ask, Check};

pub static CHECK: Check = Check {
    code: QL001,
    finds: "PromQL that does not parse, or whose types do not fit. That includes functions that do not exist, `rate` \
            of a selector without a range, a selector with something around it where only a selector is taken, and a \
            `histogram` that is named with `_bucket`, `_count` or `_sum`. The place is that of the character, inside \
            quoted and folded text too.",
    why: "Prometheus refuses a whole rule file for one expression that does not parse, so a typing mistake in one SLO \
          would take the alerts of the service with it, and on a reload it keeps the old rules and says so only in its \
          log.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code~"5.."}}
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
