//! XF005: SLOs that silence one another in a ring.

use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::lint::subject::Subject;
use crate::model::Slo;
use crate::routing::dependency::rings;

const XF005: Code = Code {
    id: "XF005",
    name: "dependency-ring",
    level: Level::Error,
};

pub static CHECK: Check = Check {
    code: XF005,
    finds: "SLOs whose `depends_on` leads back to themselves.",
    why: "An SLO silences those that depend on it, even while it is silenced itself. In a ring each silences the next, and \
          when all of them burn nobody is paged.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    depends_on: [checkout/orders]
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
  - name: orders
    objective: 99
    depends_on: [checkout/availability]
    sli: {ratio: {events: 'orders_total{job="checkout"}', errors_where: result="failed"}}
"#,
    instead: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
  - name: orders
    objective: 99
    depends_on: [checkout/availability]
    sli: {ratio: {events: 'orders_total{job="checkout"}', errors_where: result="failed"}}
"#,
    options: None,
    ask: Ask::Slos(find),
};

fn find(subjects: &[Subject<'_>], findings: &mut Findings) {
    let slos: Vec<&Slo> = subjects.iter().map(|subject| subject.slo).collect();
    for ring in rings(&slos) {
        let Some(((first, span), others)) = ring.split_first() else {
            continue;
        };
        let title = match others.is_empty() {
            true => format!("`{first}` depends on itself"),
            false => format!("`{first}` depends on itself, through {} more", others.len()),
        };
        let finding = Finding::new(XF005, *span, title)
            .label("in this ring each silences the next, and nobody is paged")
            .help("remove one of them");
        findings.push(others.iter().fold(finding, |finding, (id, span)| {
            finding.also(*span, format!("and `{id}` depends on this"))
        }));
    }
}
