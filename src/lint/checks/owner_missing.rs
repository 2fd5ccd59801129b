//! SP015: an SLO that wakes somebody, and no team that answers for it.

use crate::diagnostics::code::SP015;
use crate::lint::check::{Ask, Check};

pub static CHECK: Check = Check {
    code: SP015,
    finds: "An SLO with a tier whose severity wakes people, and no `owner`, neither in the SLO nor in its file. An SLO \
            whose `mode` is `ticket-only` or `observe` needs none.",
    why: "The alert would carry no `owner` label, so routes by team send it to the default receiver, where it is \
          nobody's: at night that is a page that everybody leaves to the others, or no page at all.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
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
