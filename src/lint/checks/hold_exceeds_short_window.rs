//! AL014: a `for` that is longer than the short window.

use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::lint::subject::Subject;

const AL014: Code = Code {
    id: "AL014",
    name: "hold-exceeds-short-window",
    level: Level::Warning,
};

pub static CHECK: Check = Check {
    code: AL014,
    finds: "A tier with a `for` that is longer than its short window.",
    why: "The condition ends when the short window is clean again. Errors that come and go, ten bad minutes in each \
          half hour, spend the whole budget and never hold for so long: each pause begins `for` anew. The long window is \
          the smoothing already, so that a tier needs no `for` at all.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
    alerting:
      tiers:
        - {name: fast, severity: page, budget: 2%, long: 1h, short: 5m, for: 15m}
        - {name: slow, severity: ticket, burn_rate: 1, long: 3d}
"#,
    instead: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
    alerting:
      tiers:
        - {name: fast, severity: page, budget: 2%, long: 1h, short: 5m}
        - {name: slow, severity: ticket, burn_rate: 1, long: 3d}
"#,
    options: None,
    ask: Ask::Slo(find),
};

fn find(subject: &Subject<'_>, findings: &mut Findings) {
    for planned in &subject.plan.tiers {
        let tier = planned.tier;
        let (Some(hold), Some(place)) = (tier.hold, tier.place) else {
            continue;
        };
        if hold <= tier.short {
            continue;
        }
        let title = format!(
            "tier `{}` waits for {hold}, longer than its short window of {}",
            tier.name, tier.short
        );
        findings.push(
            Finding::new(AL014, place.hold.unwrap_or(place.name), title)
                .label("errors with pauses in between never hold for so long")
                .also(
                    place.short.unwrap_or(place.long),
                    format!("the condition ends after {} without errors", tier.short),
                )
                .help("drop `for`: the long window is the smoothing"),
        );
    }
}
