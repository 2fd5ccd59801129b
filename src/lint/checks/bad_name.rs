//! SP014: a name that is not label-safe, or a reserved label.

use crate::diagnostics::code::SP014;
use crate::lint::check::{Ask, Check};

pub static CHECK: Check = Check {
    code: SP014,
    finds: "A name that is not safe as a label value, or a label that is not free. A name has letters, digits, `-`, \
            `_` and `.`, at most 63 of them. Not free is a label in `labels` or `group_by` that burnwatch or \
            Prometheus sets itself, such as `severity`, `alertname`, `le` and everything that begins with `slo`; nor \
            is one that Prometheus would not take.",
    why: "Names become label values, names of files and parts of links to runbooks, where a `/` or a space is \
          something else in each. A label `severity` of your own would overwrite the one by which Alertmanager decides \
          whom to wake.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
    labels: {severity: low}
"#,
    instead: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
    labels: {impact: low}
"#,
    options: None,
    ask: Ask::Readers,
};
