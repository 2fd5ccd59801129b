//! RB004: runbooks that have no link of their own.

use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::lint::library::{Alerts, Library, Url};
use crate::model::Slo;
use crate::model::slo::Runbook;

const RB004: Code = Code {
    id: "RB004",
    name: "runbook-url-relative",
    level: Level::Error,
};

pub static CHECK: Check = Check {
    code: RB004,
    finds: "An SLO with alerts whose `runbook` is a file, in a workspace that does not say in `runbooks.url` how a file \
            becomes a link. And, as a warning, a `runbooks.url` with none of the places `{{service}}`, `{{slo}}` and \
            `{{id}}`, where several SLOs have a file.",
    why: "A path is a link in the repository and nowhere else: not in the chat, not in the pager, not on the phone of \
          whoever was woken. The alert goes out without its runbook.",
    example: r#"=== burnwatch.yaml
apiVersion: burnwatch/v1
teams: {payments: {}}
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

Roll back the last deployment.

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

Roll back the last deployment.

## Escalate

{{{escalate}}}
"#,
    options: None,
    ask: Ask::Runbooks(find),
};

/// Places of a URL of which one tells SLOs apart.
const TELLING: &[&str] = &["service", "slo", "id"];

fn find(library: &Library<'_>, findings: &mut Findings) {
    let in_file = |slo: &&Slo| {
        matches!(slo.runbook, Some(Runbook::File(_))) && library.alerts(slo) != Alerts::None
    };
    let slos: Vec<&Slo> = library.slos.iter().filter(in_file).collect();
    match (library.url, &library.settings.runbook_url) {
        (Url::Absent, _) => {
            for slo in slos {
                let Some(place) = slo.places.runbook else {
                    continue;
                };
                let finding = Finding::new(
                    RB004,
                    place,
                    format!("alerts of `{}` carry no link to this runbook", slo.id),
                );
                findings.push(
                    finding
                        .label("a path is no link")
                        .help(
                            "say in `burnwatch.yaml` how it becomes one: `runbooks: {url: \"https://runbooks.example.com/{{service}}/{{slo}}.html#{{tier}}\"}`",
                        )
                        .caused_by(RB004.id),
                );
            }
        }
        (Url::Written(place), Some(template)) => {
            let has = |place: &&&str| template.has(place);
            if slos.len() > 1 && TELLING.iter().find(has).is_none() {
                let mut finding =
                    Finding::new(RB004, place, "every runbook has the same link").label(format!(
                        "none of `{{{{{}}}}}` is in it, and {} SLOs have a runbook",
                        TELLING.join("}}`, `{{"),
                        slos.len()
                    ));
                finding.level = Level::Warning;
                findings.push(finding);
            }
        }
        // What is written and is no URL has a finding of its own.
        (Url::Written(_), None) | (Url::Unreadable, _) => {}
    }
}
