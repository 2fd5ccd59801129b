//! AL006: an SLO that nobody is woken for, and nothing says why.

use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::lint::subject::Subject;
use crate::lint::tiers::policy_place;
use crate::model::policy::{Extent, Mode};

const AL006: Code = Code {
    id: "AL006",
    name: "no-page-tier",
    level: Level::Warning,
};

pub static CHECK: Check = Check {
    code: AL006,
    finds: "`mode: ticket-only` or `mode: observe` without a `reason`, and a policy of which no tier has a severity that \
            wakes somebody.",
    why: "Pages are taken away in the week in which they were too many, and then everybody forgets. A reason says who \
          may put them back, and when: `reason: new threshold, until March`.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
    alerting: {mode: ticket-only}
"#,
    instead: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
    alerting: {mode: ticket-only, reason: nobody is on call for it before March}
"#,
    options: None,
    ask: Ask::Slo(find),
};

fn find(subject: &Subject<'_>, findings: &mut Findings) {
    let slo = subject.slo;
    if slo.mode_reason.is_some() {
        return;
    }
    let roster = &subject.settings.roster;
    let (place, title, label) = match slo.mode {
        Mode::TicketOnly => (
            slo.places.mode,
            "nobody is woken for this SLO, and nothing says why".to_string(),
            "every tier that would wake somebody is a ticket",
        ),
        Mode::Observe => (
            slo.places.mode,
            "this SLO has no alerts, and nothing says why".to_string(),
            "no tier is made into an alert",
        ),
        // Where no severity wakes, the workspace has settled it for all.
        Mode::Alert
            if !roster.severities.keys().any(|name| roster.wakes(name))
                || slo.policy.extent == Extent::Partial =>
        {
            return;
        }
        Mode::Alert => {
            let tiers = &subject.plan.tiers;
            if tiers
                .iter()
                .any(|planned| roster.wakes(&planned.tier.severity))
            {
                return;
            }
            (
                slo.places.policy,
                format!("no tier of policy `{}` wakes anybody", slo.policy.name),
                "every tier has a severity that waits for office hours",
            )
        }
    };
    let help = match slo.mode {
        Mode::Alert => "add a tier that pages, or `mode: ticket-only` with a `reason`",
        Mode::TicketOnly | Mode::Observe => "add a `reason` beside the mode",
    };
    findings.push(
        Finding::new(AL006, place.unwrap_or(policy_place(slo)), title)
            .label(label)
            .help(help),
    );
}
