//! XF001: two SLOs of the same service and name.

use crate::diagnostics::code::XF001;
use crate::lint::check::{Ask, Check};

pub static CHECK: Check = Check {
    code: XF001,
    finds: "Two SLOs of the same service and name, in one file or in two.",
    why: "Both would record the same series. Prometheus takes their samples in turn, or drops one as a duplicate, so \
          dashboards and alerts would follow now one definition and now the other.",
    example: r#"=== slos/checkout.yaml
apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
=== slos/checkout-eu.yaml
apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
"#,
    instead: r#"=== slos/checkout.yaml
apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
=== slos/checkout-eu.yaml
apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability-eu
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout-eu"}', errors_where: code=~"5.."}}
"#,
    options: None,
    ask: Ask::Readers,
};
