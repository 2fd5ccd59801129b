//! RT014: a template of a webhook's body that is not there, or that some message breaks.

use crate::diagnostics::code::RT014;
use crate::lint::check::{Ask, Check};

pub static CHECK: Check = Check {
    code: RT014,
    finds: "A `body` of a webhook that is no file of the workspace, that cannot be read as a template, or that cannot be filled \
            in with a message: a page, its end, a storm of pages, news of burnwatch itself. Names that no message has, and JSON \
            that a quotation mark or a line end in a text breaks: `{{json.title}}` is the title as JSON, with its quotes.",
    why: "The first message that breaks it is a page at night. The daemon then sends the usual JSON instead of nothing, which \
          whatever reads the webhook may not understand; and it does not start with such a template.",
    example: r#"=== burnwatch.yaml
apiVersion: burnwatch/v1
teams: {payments: {notify: {page: [tracker], ticket: [tracker]}}}
receivers: {tracker: {webhook: {url: "https://tracker.example.com/alerts", body: templates/tracker.json.hbs}}}
=== templates/tracker.json.hbs
{"title": "{{title}}", "firing": {{#if why}}false{{else}}true{{/if}}}
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
teams: {payments: {notify: {page: [tracker], ticket: [tracker]}}}
receivers: {tracker: {webhook: {url: "https://tracker.example.com/alerts", body: templates/tracker.json.hbs}}}
=== templates/tracker.json.hbs
{"title": {{json.title}}, "firing": {{#if why}}false{{else}}true{{/if}}}
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
