//! XF004: two SLOs that promise the same.

use std::collections::BTreeMap;

use crate::base::{Duration, LabelName};
use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::lint::subject::Subject;
use crate::model::Slo;
use crate::model::objective::Objective;

const XF004: Code = Code {
    id: "XF004",
    name: "same-promise-twice",
    level: Level::Warning,
};

pub static CHECK: Check = Check {
    code: XF004,
    finds: "Two SLOs with the same SLI, objective, period and groups.",
    why: "An SLO is copied, its name is changed, and the matcher that says whose requests are counted is not: the new \
          service is measured by the traffic of the old one, has no alerts of its own, and each incident pages twice.",
    example: r#"=== slos/cart.yaml
apiVersion: burnwatch/v1
service: cart
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="cart"}', errors_where: code=~"5.."}}
=== slos/checkout.yaml
apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="cart"}', errors_where: code=~"5.."}}
"#,
    instead: r#"=== slos/cart.yaml
apiVersion: burnwatch/v1
service: cart
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="cart"}', errors_where: code=~"5.."}}
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
    ask: Ask::Slos(find),
};

/// What an SLO promises, as it was written.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Promise<'a> {
    kind: &'static str,
    sli: Vec<(&'static str, &'a str)>,
    objective: Objective,
    period: Duration,
    group_by: &'a [LabelName],
}

impl<'a> Promise<'a> {
    fn of(slo: &'a Slo) -> Promise<'a> {
        Promise {
            kind: slo.kind,
            sli: slo
                .parts
                .iter()
                .map(|part| (part.field, &*part.scalar.text))
                .collect(),
            objective: slo.objective,
            period: slo.period,
            group_by: &slo.group_by,
        }
    }
}

fn find(subjects: &[Subject<'_>], findings: &mut Findings) {
    let mut first: BTreeMap<Promise<'_>, &Slo> = BTreeMap::new();
    for slo in subjects.iter().map(|subject| subject.slo) {
        let Some(other) = first.get(&Promise::of(slo)) else {
            first.insert(Promise::of(slo), slo);
            continue;
        };
        // Two of one name are one fault already.
        if other.id == slo.id {
            continue;
        }
        findings.push(
            Finding::new(
                XF004,
                slo.places.name,
                format!("`{}` promises the same as `{}`", slo.id, other.id),
            )
            .label("same SLI, objective and period")
            .also(other.places.name, "the other one")
            .help("change what was copied, or drop one: each incident would alert twice"),
        );
    }
}
