//! AL015: a tier that another one of the same severity always precedes.

use crate::base::Duration;
use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::lint::subject::Subject;
use crate::model::policy::Mode;
use crate::plan::PlannedTier;
use crate::plan::threshold::Scale;

const AL015: Code = Code {
    id: "AL015",
    name: "tier-adds-nothing",
    level: Level::Warning,
};

pub static CHECK: Check = Check {
    code: AL015,
    finds: "A tier beside another one of the same severity whose windows are no longer and whose burn rate is no higher.",
    why: "The other tier fires earlier, and at less: this one only says the same again. In most cases burn rates or windows \
          have been swapped: over a longer window a tier is meant to fire at a lower burn rate.",
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
        - {name: fast, severity: page, burn_rate: 6, long: 1h}
        - {name: steady, severity: page, burn_rate: 14.4, long: 6h}
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
        - {name: fast, severity: page, burn_rate: 14.4, long: 1h}
        - {name: steady, severity: page, burn_rate: 6, long: 6h}
        - {name: slow, severity: ticket, burn_rate: 1, long: 3d}
"#,
    options: None,
    ask: Ask::Slo(find),
};

fn find(subject: &Subject<'_>, findings: &mut Findings) {
    // In another mode severities are not those that were written.
    if subject.slo.mode != Mode::Alert {
        return;
    }
    let tiers = &subject.plan.tiers;
    for (at, later) in tiers.iter().enumerate() {
        let Some(place) = later.tier.place else {
            continue;
        };
        let earlier = tiers.iter().enumerate().find(|(other_at, other)| {
            *other_at != at
                && precedes(other, later)
                // Of two that are the same the second one is too much.
                && (*other_at < at || !precedes(later, other))
        });
        if let Some((_, earlier)) = earlier {
            findings.push(explained(place, later, earlier));
        }
    }
}

/// Whether `other` fires whenever `tier` does, and no later.
fn precedes(other: &PlannedTier<'_>, tier: &PlannedTier<'_>) -> bool {
    let hold = |planned: &PlannedTier<'_>| planned.tier.hold.map_or(0, Duration::as_ms);
    let fixed = [other, tier]
        .iter()
        .all(|planned| planned.threshold.scale == Scale::Fixed);
    fixed
        && other.tier.severity == tier.tier.severity
        && other.tier.long <= tier.tier.long
        && other.tier.short <= tier.tier.short
        && other.tier.burn_rate <= tier.tier.burn_rate
        && hold(other) <= hold(tier)
}

fn explained(
    place: crate::model::place::TierPlace,
    later: &PlannedTier<'_>,
    earlier: &PlannedTier<'_>,
) -> Finding {
    let said = |planned: &PlannedTier<'_>| {
        format!(
            "a burn rate of {} over {}",
            planned.tier.burn_rate.round_to(2),
            planned.tier.long
        )
    };
    let title = format!(
        "tier `{}` adds nothing to `{}`",
        later.tier.name, earlier.tier.name
    );
    let finding = Finding::new(AL015, place.pace, title).label(format!(
        "{}: `{}` has fired before",
        said(later),
        earlier.tier.name
    ));
    let finding = match earlier.tier.place {
        Some(other) => finding.also(other.pace, said(earlier)),
        None => finding,
    };
    finding.help("over a longer window give it a lower burn rate, or drop it")
}
