//! SP005: the same key twice in one mapping.

use crate::diagnostics::code::SP005;
use crate::lint::check::{Ask, Check};

pub static CHECK: Check = Check {
    code: SP005,
    finds: "The same key twice in one mapping, two tiers of one name in a policy, or a label that stands twice in \
            `group_by`.",
    why: "Most YAML readers keep the last of two keys and say nothing: the one who reads the first `objective` of an \
          SLO believes in a number that nobody is alerted on. It happens when two branches that add the same field are \
          merged. Two tiers of one name would give alerts that cannot be told apart.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
    objective: 99.5
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
