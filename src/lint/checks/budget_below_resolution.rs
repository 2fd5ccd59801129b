//! SP013: an error budget that is smaller than the least that can be counted.

use crate::base::{Duration, Ratio};
use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::lint::subject::Subject;
use crate::model::core::{Core, Slices};

pub(super) const SP013: Code = Code {
    id: "SP013",
    name: "budget-below-resolution",
    level: Level::Warning,
};

pub static CHECK: Check = Check {
    code: SP013,
    finds: "An error budget for the whole period that is smaller than one slice of a `threshold` or an `error_ratio`, or, with \
            `expected_rate`, than one event.",
    why: "Then the first bad minute, or the first error, spends more than everything, and there is nothing between a \
          kept promise and a broken one that an alert could warn of: 99.999 % of 30 days leaves 25.92 seconds, and a \
          probe that is judged once a minute cannot see them.",
    example: r#"apiVersion: burnwatch/v1
service: storefront
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: freshness
    objective: 99.999
    sli: {threshold: {query: 'max(index_age_seconds{job="storefront"})', good_when: "<= 300"}}
"#,
    instead: r#"apiVersion: burnwatch/v1
service: storefront
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: freshness
    objective: 99.9
    sli: {threshold: {query: 'max(index_age_seconds{job="storefront"})', good_when: "<= 300"}}
"#,
    options: None,
    ask: Ask::Slo(find),
};

fn find(subject: &Subject<'_>, findings: &mut Findings) {
    let slo = subject.slo;
    let Some((whole, quantum)) = whole(subject) else {
        return;
    };
    let budget = slo.objective.budget() * whole;
    if budget >= quantum {
        return;
    }
    let period = slo.period;
    let (title, label) = match &slo.core {
        Core::Slices { slice, .. } => (
            format!("one bad slice of {slice} spends more than the whole error budget"),
            format!("in {period} this leaves {} s", budget.round_to(2)),
        ),
        Core::Events { .. } => (
            "a single error spends more than the whole error budget".to_string(),
            format!("in {period} this leaves {} errors", budget.round_to(3)),
        ),
    };
    let mut finding = Finding::new(SP013, slo.places.objective, title).label(label);
    if let (Core::Events { .. }, Some(rate)) = (&slo.core, slo.places.expected_rate) {
        finding = finding.also(rate, format!("{} events in {period}", whole.round_to(1)));
    }
    if whole > quantum {
        let highest = (Ratio::ONE - quantum / whole) * Ratio::whole(100);
        finding = finding.help(format!(
            "an objective of at most {} leaves room for one, and for alerts several are needed",
            down(highest)
        ));
    }
    findings.push(finding);
}

/// All that is counted in the period, and the least that can be; nothing where the number of events is not known.
fn whole(subject: &Subject<'_>) -> Option<(Ratio, Ratio)> {
    let period = subject.slo.period;
    let quantum = subject.slo.core.quantum();
    let whole = match &subject.slo.core {
        // Several series of a gauge add up, and how many there are is not known.
        Core::Slices {
            source: Slices::Samples { .. },
            ..
        } => return None,
        Core::Slices { .. } => Ratio::of_durations(period, Duration::from_ms(1_000)),
        Core::Events { .. } => subject.expected(Ratio::of_durations(period, Duration::hours(1)))?,
    };
    Some((whole, quantum))
}

/// Whether this check speaks about the SLO.
pub(super) fn speaks(subject: &Subject<'_>) -> bool {
    whole(subject).is_some_and(|(whole, quantum)| subject.slo.objective.budget() * whole < quantum)
}

/// Rounded down to four digits.
fn down(percent: Ratio) -> Ratio {
    let scale = Ratio::whole(10_000);
    Ratio::whole((percent * scale).floor()) / scale
}
