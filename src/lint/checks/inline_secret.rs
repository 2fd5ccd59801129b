//! RT010: a secret in the base file, which would be written into a generated file.

use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::lint::arrival::Arrivals;
use crate::lint::check::{Ask, Check};
use crate::model::roster::{Routes, Version};

/// A secret in the base file.
pub const RT010: Code = Code {
    id: "RT010",
    name: "inline-secret",
    level: Level::Error,
};

pub static CHECK: Check = Check {
    code: RT010,
    finds: "A secret that stands in the `alertmanager.base` file itself, instead of the path of a file that holds it. With \
            `--allow-inline-secrets` it is taken as it is.",
    why: "Generated files get committed, and a secret that was committed once is known to everybody who can read the \
          repository, for ever.",
    example: r##"=== burnwatch.yaml
apiVersion: burnwatch/v1
teams: {payments: {notify: {page: [pager], ticket: [pager]}}}
receivers: {pager: {pagerduty: {routing_key_file: /run/secrets/pager}}}
alertmanager: {base: alertmanager.base.yaml}
=== alertmanager.base.yaml
route: {receiver: everybody}
receivers:
  - name: everybody
    slack_configs:
      - api_url: "https://hooks.example.com/services/T0/B0/0000"
        channel: "#everybody"
=== slos/checkout.yaml
apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
"##,
    instead: r##"=== burnwatch.yaml
apiVersion: burnwatch/v1
teams: {payments: {notify: {page: [pager], ticket: [pager]}}}
receivers: {pager: {pagerduty: {routing_key_file: /run/secrets/pager}}}
alertmanager: {base: alertmanager.base.yaml}
=== alertmanager.base.yaml
route: {receiver: everybody}
receivers:
  - name: everybody
    slack_configs:
      - api_url_file: /etc/alertmanager/secrets/everybody
        channel: "#everybody"
=== slos/checkout.yaml
apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
"##,
    options: None,
    ask: Ask::Routes(find),
};

fn find(arrivals: &Arrivals<'_>, findings: &mut Findings) {
    // What we do not write is not ours to refuse.
    if arrivals.alertmanager.routes == Routes::Own {
        return;
    }
    let secrets = arrivals.base.map_or(&[][..], |base| &base.inline_secrets);
    for secret in secrets {
        let finding = Finding::new(
            RT010,
            secret.span,
            format!("a secret stands in `{}`", secret.field),
        )
        .label("generated files get committed");
        let version = arrivals.alertmanager.version;
        findings.push(match (secret.file_form, secret.since) {
            (Some(form), Some(since)) if since.parse::<Version>().is_ok_and(|since| since > version) => finding.help(format!(
                "write it into a file and name that in `{form}`, which Alertmanager {since} reads ({version} does not)"
            )),
            (Some(form), _) => {
                finding.help(format!("write it into a file and name that in `{form}`"))
            }
            (None, _) => finding.help(
                "Alertmanager reads it from no file: `--allow-inline-secrets` takes it as it is",
            ),
        });
    }
}
