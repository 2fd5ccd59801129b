//! SP016: a field that is read and checked, and does nothing where it stands.

use crate::diagnostics::code::SP016;
use crate::lint::check::{Ask, Check};

pub static CHECK: Check = Check {
    code: SP016,
    finds: "A field that does nothing, because of what stands or does not stand beside it. It is read and checked.",
    why: "A field that is accepted and does nothing would be a promise that is not kept: whoever writes `open_probes` believes \
          that other pages want a password, and without `web_config` nobody is asked for one.",
    example: r#"=== burnwatch.yaml
apiVersion: burnwatch/v1
teams: {payments: {}}
daemon: {open_probes: true}
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
daemon: {open_probes: true, web_config: web.yaml}
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
