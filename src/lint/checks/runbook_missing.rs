//! RB001: an SLO with alerts and no runbook.

use std::cmp::Reverse;

use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::lint::library::{Alerts, Library};
use crate::model::Slo;

const RB001: Code = Code {
    id: "RB001",
    name: "runbook-missing",
    level: Level::Error,
};

pub static CHECK: Check = Check {
    code: RB001,
    finds: "An SLO with alerts and no `runbook`, neither in the SLO nor in its file. Where its alerts wake nobody it is a \
            warning. It is asked where there is a workspace file; an SLO that has no alerts needs no runbook.",
    why: "Whoever is woken at three has to confirm what is broken, to stop it, and to know whom to call, and has never seen \
          this service before. An alert without a runbook asks for all of that from memory.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
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
    ask: Ask::Runbooks(find),
};

fn find(library: &Library<'_>, findings: &mut Findings) {
    // What is written and is no runbook has a finding of its own.
    let mut lacking: Vec<(&Slo, Alerts)> = library
        .slos
        .iter()
        .filter(|slo| slo.places.runbook.is_none())
        .map(|slo| (slo, library.alerts(slo)))
        .filter(|(_, alerts)| *alerts != Alerts::None)
        .collect();
    // One line in a file is missing: it is told where it hurts most.
    lacking.sort_by_key(|(_, alerts)| Reverse(*alerts));
    for (slo, alerts) in lacking {
        let (level, label) = match alerts {
            Alerts::Wake => (Level::Error, "its alerts wake somebody who is not told what to do"),
            Alerts::Wait | Alerts::None => (Level::Warning, "its alerts do not say what to do"),
        };
        let (source, service) = (slo.places.name.source, &slo.id.service);
        let title = format!("`{}` has no runbook", slo.id);
        let mut finding = Finding::new(RB001, slo.places.name, title)
            .label(label)
            .help(format!(
                "run `burnwatch runbook new {}`, or name one, in the SLO or in its file: `runbook: https://...`",
                slo.id
            ))
            .caused_by(format!("no runbook of `{service}` in {source:?}"));
        finding.level = level;
        findings.push(finding);
    }
}
