//! SP018: a path that leads out of the workspace.

use crate::diagnostics::code::SP018;
use crate::lint::check::{Ask, Check};

pub static CHECK: Check = Check {
    code: SP018,
    finds: "A path that is absolute or leads out of the folder of `burnwatch.yaml`. It stands in `slos`, `output` or \
            `runbook`; a `runbook` may be an `https` or `http` URL and no other.",
    why: "CI runs on branches that anybody may have written. With `output: ../../etc` a pull request would write \
          outside of the checkout, and a runbook with another scheme would put its link under the fingers of somebody \
          who was just woken.",
    example: r#"=== burnwatch.yaml
apiVersion: burnwatch/v1
teams: {payments: {}}
output: ../rules
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
output: rules
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
