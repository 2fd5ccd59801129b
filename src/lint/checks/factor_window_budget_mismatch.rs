//! AL004: a burn rate that was worked out for another period.

use crate::base::{Duration, Ratio};
use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::lint::subject::Subject;
use crate::lint::tiers::{percent, period_place};
use crate::model::policy::{Pace, Tier};
use crate::plan::PlannedTier;

const AL004: Code = Code {
    id: "AL004",
    name: "factor-window-budget-mismatch",
    level: Level::Warning,
};

pub static CHECK: Check = Check {
    code: AL004,
    finds: "A `burn_rate` of 14.4, of 6 over 6h or of 3 over 1d, the textbook's factors for 30 days, in an SLO of another \
            period.",
    why: "14.4 is 2 % of the budget in 1h only where the budget is that of 30 days. In 7 days the same factor lets \
          8.57 % go before somebody is paged, and in 90 days it pages for 0.67 %. A tier that says `budget: 2%` has \
          the right burn rate in every period.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    period: 7d
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
    alerting:
      tiers:
        - {name: fast, severity: page, burn_rate: 14.4, long: 1h}
        - {name: slow, severity: ticket, burn_rate: 1, long: 1d}
"#,
    instead: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    period: 7d
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
    alerting:
      tiers:
        - {name: fast, severity: page, budget: 2%, long: 1h}
        - {name: slow, severity: ticket, burn_rate: 1, long: 1d}
"#,
    options: None,
    ask: Ask::Slo(find),
};

/// The period that the textbook's factors are made for (SRE workbook, chapter 5).
const MADE_FOR: Duration = Duration::days(30);
/// Periods from here are close enough to it.
const NEAR_MIN: Duration = Duration::days(28);
/// Periods up to here are close enough to it.
const NEAR_MAX: Duration = Duration::days(31);

fn find(subject: &Subject<'_>, findings: &mut Findings) {
    let period = subject.slo.period;
    if period >= NEAR_MIN && period <= NEAR_MAX {
        return;
    }
    for planned in &subject.plan.tiers {
        if is_textbook(planned.tier) && planned.can_fire() {
            findings.push(mismatch(subject, planned));
        }
    }
}

/// 14.4 is in no other book; 6 and 3 may be a choice of one's own, but not over the textbook's windows.
fn is_textbook(tier: &Tier) -> bool {
    let Pace::BurnRate(rate) = tier.pace else {
        return false;
    };
    rate == Ratio::new(144, 10)
        || (rate == Ratio::whole(6) && tier.long == Duration::hours(6))
        || (rate == Ratio::whole(3) && tier.long == Duration::days(1))
}

fn mismatch(subject: &Subject<'_>, planned: &PlannedTier<'_>) -> Finding {
    let (tier, period) = (planned.tier, subject.slo.period);
    let spent = percent(planned.threshold.budget_spent(tier, period));
    let meant = percent(planned.threshold.budget_spent(tier, MADE_FOR));
    let title = format!(
        "tier `{}` lets {spent} of a {period} budget go before it fires; of {MADE_FOR} it would be {meant}",
        tier.name
    );
    let finding = match tier.place {
        Some(place) if subject.owns(place.name) => Finding::new(AL004, place.pace, title)
            .label(format!(
                "{} x {} / {period} = {spent}",
                tier.burn_rate, tier.long
            ))
            .also(period_place(subject.slo), "the period"),
        Some(place) => Finding::new(AL004, period_place(subject.slo), title)
            .label(format!(
                "{} x {} / {period} = {spent}",
                tier.burn_rate, tier.long
            ))
            .also(place.pace, "a burn rate for 30 days"),
        None => Finding::new(AL004, period_place(subject.slo), title),
    };
    finding.help(format!(
        "write `budget: {}` in place of `burn_rate: {}`: the burn rate then follows the period",
        meant.replace(' ', ""),
        tier.burn_rate
    ))
}
