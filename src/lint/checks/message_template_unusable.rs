//! RT012: a file of message templates that Alertmanager cannot use.

use crate::diagnostics::code::RT012;
use crate::lint::check::{Ask, Check};

pub static CHECK: Check = Check {
    code: RT012,
    finds: "A `templates/alertmanager.tmpl` of the workspace in which an action `{{` is not closed, a block has no `end` or \
            an `end` no block, or that lacks a definition which receivers name. A `template` whose name the file does not \
            define (names of Alertmanager's own, which hold `.default.` or begin with `__`, aside), and a name that is \
            defined twice. Expressions in actions are left to Alertmanager.",
    why: "Alertmanager refuses a configuration whose templates do not parse, and keeps the old one. A definition that is \
          missing is worse: the configuration is accepted, and each message that needs it fails when it should be sent.",
    example: r#"=== burnwatch.yaml
apiVersion: burnwatch/v1
teams: {payments: {notify: {page: [pager], ticket: [pager]}}}
receivers: {pager: {pagerduty: {routing_key_file: /run/secrets/pager}}}
alertmanager: {default_receiver: pager}
=== templates/alertmanager.tmpl
{{ define "burnwatch.title" }}{{ .CommonLabels.slo }{{ end }}
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
teams: {payments: {notify: {page: [pager], ticket: [pager]}}}
receivers: {pager: {pagerduty: {routing_key_file: /run/secrets/pager}}}
alertmanager: {default_receiver: pager}
=== templates/alertmanager.tmpl
{{ define "burnwatch.title" }}{{ .CommonLabels.slo }}{{ end }}
{{ define "burnwatch.text" }}{{ .CommonAnnotations.description }}{{ end }}
{{ define "burnwatch.message" }}{{ template "burnwatch.text" . }}{{ end }}
{{ define "burnwatch.tiers" }}{{ .CommonLabels.slo_tier }}{{ end }}
{{ define "burnwatch.runbook" }}{{ .CommonAnnotations.runbook_url }}{{ end }}
{{ define "burnwatch.dashboard" }}{{ .CommonAnnotations.dashboard_url }}{{ end }}
{{ define "burnwatch.link" }}{{ template "burnwatch.runbook" . }}{{ end }}
{{ define "burnwatch.service" }}{{ or .CommonLabels.slo_service "slo" }}{{ end }}
{{ define "burnwatch.component" }}{{ .CommonLabels.slo_name }}{{ end }}
{{ define "burnwatch.class" }}{{ .CommonLabels.alertname }}{{ end }}
{{ define "burnwatch.email.html" }}<p>{{ template "burnwatch.text" . }}</p>{{ end }}
{{ define "burnwatch.slack.title" }}{{ template "burnwatch.title" . }}{{ end }}
{{ define "burnwatch.slack.text" }}{{ template "burnwatch.text" . }}{{ end }}
{{ define "burnwatch.slack.fallback" }}{{ template "burnwatch.title" . }}{{ end }}
{{ define "burnwatch.markdown.title" }}{{ template "burnwatch.title" . }}{{ end }}
{{ define "burnwatch.markdown.text" }}{{ template "burnwatch.text" . }}{{ end }}
{{ define "burnwatch.pagerduty.summary" }}{{ template "burnwatch.title" . }}{{ end }}
{{ define "burnwatch.opsgenie.message" }}{{ template "burnwatch.title" . }}{{ end }}
{{ define "burnwatch.opsgenie.tags" }}slo{{ end }}
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
