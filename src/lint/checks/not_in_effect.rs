//! SP016: a field that is read and checked, and does nothing yet.

use crate::diagnostics::code::SP016;
use crate::lint::check::{Ask, Check};

pub static CHECK: Check = Check {
    code: SP016,
    finds: "A field that belongs to a part of burnwatch that does not exist yet. It is read and checked, so that files \
            can be prepared.",
    why: "A field that is accepted and does nothing would be a promise that is not kept: whoever writes `daemon` expects one \
          that runs. This says that there is none so far.",
    example: r#"=== burnwatch.yaml
apiVersion: burnwatch/v1
teams: {payments: {}}
daemon: {listen: "127.0.0.1:9464"}
=== slos/checkout.yaml
apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
"#,
    instead: r#"=== burnwatch.yaml
apiVersion: burnwatch/v1
teams: {payments: {}}
=== slos/checkout.yaml
apiVersion: burnwatch/v1
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
