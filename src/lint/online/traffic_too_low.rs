//! ON012: so few events that the burn rate does not decide.

use super::desk::Desk;
use super::scene::Scene;
use super::traffic;
use crate::base::Duration;
use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::plan::PlannedTier;

pub(super) const ON012: Code = Code {
    id: "ON012",
    name: "measured-traffic-too-low",
    level: Level::Warning,
};

pub static CHECK: Check = Check {
    code: ON012,
    finds: "A tier that a single error fires at the traffic of the last day, or one that cannot fire at it, since there are \
            fewer events in its long window than the errors that it waits for (`min_errors`). Where `min_errors` is what \
            decides, it is for your information only. With `group_by` the busiest group is judged.",
    why: "A burn rate is a share, and a share of ten events is 0, 10 % or more. With few events one failed request \
          wakes somebody, or no failure does.",
    example: r#"apiVersion: burnwatch/v1
service: reports
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: monthly
    objective: 99.9
    sli: {ratio: {events: 'reports_total{job="called-once-an-hour"}', errors_where: 'state="failed"'}}
"#,
    instead: r#"apiVersion: burnwatch/v1
service: reports
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: monthly
    objective: 95
    sli: {ratio: {events: 'reports_total{job="called-once-an-hour"}', errors_where: 'state="failed"'}}
    alerting:
      tiers:
        - {name: slow, severity: ticket, burn_rate: 2, long: 3d, short: 6h}
"#,
    options: None,
    ask: Ask::Server,
};

/// What the traffic means for a tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// The burn rate decides.
    Enough,
    /// The smallest number of errors decides, and it is more than one.
    MinErrors,
    /// One error is enough.
    OneError,
    /// All events together are not enough.
    Never,
}

pub(super) fn find(scenes: &[Scene<'_>], desk: &mut Desk, findings: &mut Findings) {
    for scene in scenes {
        if scene.subject.plan.tiers.is_empty() {
            continue;
        }
        if let Some(per_hour) = traffic::per_hour(scene, desk) {
            findings.extend(described(scene, per_hour));
        }
    }
}

/// What `events` in the long window mean for a tier of the threshold `theta`.
fn judged(theta: f64, events: f64, min_errors: u32) -> Verdict {
    let needed = f64::from(min_errors.max(1));
    if theta >= 1.0 || theta * events >= needed {
        Verdict::Enough
    } else if events < needed - 0.5 {
        Verdict::Never
    } else if min_errors > 1 {
        Verdict::MinErrors
    } else {
        Verdict::OneError
    }
}

fn in_window(per_hour: f64, window: Duration) -> f64 {
    per_hour * window.as_ms() as f64 / Duration::hours(1).as_ms() as f64
}

fn described(scene: &Scene<'_>, per_hour: f64) -> Option<Finding> {
    let slo = scene.subject.slo;
    let min_errors = slo.policy.min_errors;
    let judged_tier = |planned: &PlannedTier<'_>| {
        let events = in_window(per_hour, planned.tier.long);
        judged(planned.threshold.theta.to_f64(), events, min_errors)
    };
    let of = |verdict: Verdict| -> Vec<&PlannedTier<'_>> {
        let tiers = scene.subject.plan.tiers.iter();
        tiers
            .filter(|planned| judged_tier(planned) == verdict)
            .collect()
    };
    let (never, one, few) = (
        of(Verdict::Never),
        of(Verdict::OneError),
        of(Verdict::MinErrors),
    );
    let (tiers, level) = match (&never[..], &one[..], &few[..]) {
        // Without any traffic in a day nothing can be said of how much there usually is.
        _ if per_hour <= 0.0 => return None,
        ([], [], []) => return None,
        ([], [], few) => (few, Level::Info),
        ([], one, _) => (one, Level::Warning),
        (never, _, _) => (never, Level::Warning),
    };
    let names: Vec<String> = tiers.iter().map(|p| format!("`{}`", p.tier.name)).collect();
    let (noun, their) = match names.len() {
        1 => ("tier", "its"),
        _ => ("tiers", "their"),
    };
    let names = names.join(", ");
    let title = if !never.is_empty() {
        format!("{noun} {names} cannot fire at the traffic of the last day")
    } else if !one.is_empty() {
        format!("a single error fires {noun} {names} at the traffic of the last day")
    } else {
        format!("`min_errors`, not the burn rate, decides about {noun} {names}")
    };
    let first = tiers.first().expect("one of the lists has an item");
    let long = first.tier.long;
    let span = scene
        .subject
        .query("events")
        .or(scene.subject.queries.first());
    let span = span.map_or(slo.places.name, |query| query.span());
    let group = match slo.group_by.is_empty() {
        true => "",
        false => " in the busiest group",
    };
    let events = in_window(per_hour, long);
    let mut finding = Finding::new(ON012, span, title)
        .label(format!("about {} events in {long}{group}", counted(events)));
    finding.level = level;
    let allowed = first.threshold.theta.to_f64() * events;
    finding = finding.note(format!(
        "tier `{}` fires above {} errors in {long}, and never below `min_errors: {min_errors}`",
        first.tier.name,
        counted(allowed),
    ));
    let first_remedy = match never.is_empty() {
        true => "lower the objective",
        false => "lower `min_errors`",
    };
    Some(match level {
        Level::Info => finding,
        _ => finding.help(format!(
            "{first_remedy}, lengthen {their} windows, or measure several services in one SLO"
        )),
    })
}

/// A number of events with as many digits as are worth reading.
fn counted(events: f64) -> String {
    match events {
        few if few < 1.0 => format!("{few:.3}"),
        few if few < 10.0 => format!("{few:.1}"),
        many => format!("{many:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_decides_is_the_burn_rate_the_smallest_number_of_errors_or_nothing() {
        let check = |theta, events, min_errors, expected| {
            assert_eq!(
                judged(theta, events, min_errors),
                expected,
                "{theta} {events} {min_errors}"
            );
        };
        check(0.01, 500.0, 5, Verdict::Enough);
        check(0.01, 499.0, 5, Verdict::MinErrors);
        check(0.01, 4.5, 5, Verdict::MinErrors);
        check(0.01, 4.4, 5, Verdict::Never);
        check(0.01, 99.0, 1, Verdict::OneError);
        check(0.01, 100.0, 1, Verdict::Enough);
        // A tier that can never fire is another check's.
        check(1.0, 2.0, 5, Verdict::Enough);
    }
}
