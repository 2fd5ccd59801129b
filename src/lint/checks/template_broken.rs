//! RB007: a template that cannot be filled in.

use crate::diagnostics::code::RB007;
use crate::lint::check::{Ask, Check};

pub static CHECK: Check = Check {
    code: RB007,
    finds: "A template of the workspace (`templates/*.md.hbs`), or the source of a runbook, which is a template too, that \
            cannot be filled in: braces that are not closed, a block without its end, a value that does not exist, a form that \
            templates do not have (partials, decorators, helpers), or more text, nesting or work than one may take.",
    why: "A place that stays empty is found in the night. Braces that belong to Prometheus or to a shell, such as \
          `{{ $labels.instance }}`, look the same as ours: behind a backslash they stay as they are.",
    example: r#"=== burnwatch.yaml
apiVersion: burnwatch/v1
teams: {payments: {}}
runbooks: {url: "https://runbooks.example.com/{{id}}#{{tier}}"}
=== slos/checkout.yaml
apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: runbooks/checkout.md
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
=== runbooks/checkout.md
# Checkout

## Confirm

{{{confirm}}}

## Mitigate

Restart the instance that the alert names, {{ $labels.instance }}.

## Escalate

{{{escalate}}}
"#,
    instead: r#"=== burnwatch.yaml
apiVersion: burnwatch/v1
teams: {payments: {}}
runbooks: {url: "https://runbooks.example.com/{{id}}#{{tier}}"}
=== slos/checkout.yaml
apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: runbooks/checkout.md
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
=== runbooks/checkout.md
# Checkout

## Confirm

{{{confirm}}}

## Mitigate

Restart the instance that the alert names, \{{ $labels.instance }}.

## Escalate

{{{escalate}}}
"#,
    options: None,
    ask: Ask::Readers,
};
