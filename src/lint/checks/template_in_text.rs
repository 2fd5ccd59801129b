//! AL008: braces of Prometheus' templates in the user's text.

use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::lint::subject::Subject;

const AL008: Code = Code {
    id: "AL008",
    name: "template-in-text",
    level: Level::Warning,
};

pub static CHECK: Check = Check {
    code: AL008,
    finds: "`{{` in a label or in the description of an SLO.",
    why: "Prometheus runs templates in labels and annotations of alerts. burnwatch does not let it: whoever writes an SLO \
          could else make every alert of it fail, and a label such as `value: \"{{ $value }}\"` is another alert at every \
          evaluation, which never reaches its `for` and pages again and again. So the braces reach the reader as they \
          stand. Burn rate, budget and the values of `group_by` are in every alert without them.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
labels: {burn: "{{ $value }}"}
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
    ask: Ask::Slo(find),
};

fn find(subject: &Subject<'_>, findings: &mut Findings) {
    let slo = subject.slo;
    for (name, value) in &slo.labels {
        if let (true, Some(place)) = (value.contains("{{"), slo.places.labels.get(name)) {
            let title = format!("the template in label `{name}` is not run");
            let help = "give the label a value that stays the same";
            findings.push(printed(Finding::new(AL008, *place, title)).help(help));
        }
    }
    let templated = slo
        .description
        .as_ref()
        .is_some_and(|text| text.contains("{{"));
    if let (true, Some(place)) = (templated, slo.places.description) {
        let title = "the template in the description is not run";
        findings.push(printed(Finding::new(AL008, place, title)).help("say it without one"));
    }
}

fn printed(finding: Finding) -> Finding {
    finding
        .label("alerts show these braces as they stand")
        .note("burn rate, budget left and the values of `group_by` are in every alert")
}
