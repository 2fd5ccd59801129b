//! XF002: services whose generated files or objects have the same name to whoever takes them in.

use std::collections::BTreeMap;

use crate::base::naming::object_name;
use crate::base::{Name, Span};
use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::lint::subject::Subject;

const XF002: Code = Code {
    id: "XF002",
    name: "duplicate-output",
    level: Level::Warning,
};

pub static CHECK: Check = Check {
    code: XF002,
    finds: "Two services whose names differ only in capitals, or in `_` and `-`.",
    why: "On a disk that does not tell capitals apart they have one rule file, and as objects of Kubernetes, whose names \
          have neither capitals nor `_`, they have one `PrometheusRule`: the second one takes the place of the first, and \
          all alerts of the first are gone without a word.",
    example: r#"=== slos/a.yaml
apiVersion: burnwatch/v1
service: check_out
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="a"}', errors_where: code=~"5.."}}
=== slos/b.yaml
apiVersion: burnwatch/v1
service: check-out
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="b"}', errors_where: code=~"5.."}}
"#,
    instead: r#"=== slos/a.yaml
apiVersion: burnwatch/v1
service: check-out
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="a"}', errors_where: code=~"5.."}}
=== slos/b.yaml
apiVersion: burnwatch/v1
service: check-out-b
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="b"}', errors_where: code=~"5.."}}
"#,
    options: None,
    ask: Ask::Slos(find),
};

fn find(subjects: &[Subject<'_>], findings: &mut Findings) {
    let mut first: BTreeMap<String, (&Name, Span)> = BTreeMap::new();
    // SLOs are in the order of their services.
    for same in subjects.chunk_by(|a, b| a.slo.id.service == b.slo.id.service) {
        let slo = same[0].slo;
        let (service, place) = (&slo.id.service, slo.places.name);
        let object = object_name(service);
        if let Some((other, other_place)) = first.get(&object) {
            findings.push(
                Finding::new(
                    XF002,
                    place,
                    format!(
                        "services `{other}` and `{service}` are one to Kubernetes and to some disks"
                    ),
                )
                .label(format!("an SLO of `{service}`"))
                .also(*other_place, format!("an SLO of `{other}`"))
                .note(format!("both would be the object `{object}`"))
                .help("rename one of them"),
            );
        } else {
            first.insert(object, (service, place));
        }
    }
}
