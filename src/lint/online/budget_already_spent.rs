//! ON009: a budget that is spent before the SLO begins.

use super::desk::Desk;
use super::past::{groups, named, past};
use super::scene::Scene;
use crate::alert::State;
use crate::base::Ratio;
use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::evaluate::Group;
use crate::lint::check::{Ask, Check};

pub(super) const ON009: Code = Code {
    id: "ON009",
    name: "budget-already-spent",
    level: Level::Warning,
};

pub static CHECK: Check = Check {
    code: ON009,
    finds: "An SLO whose error budget is spent now: its metrics have more errors in the period that ends now than the \
            objective allows. With `group_by` the group with the least is told. Time before the first sample counts as \
            error-free.",
    why: "An objective that is missed from its first day is a wish. Its tickets fire until the objective is met, and its \
          policy says that nothing may be released: both are soon ignored.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.95
    sli: {ratio: {events: 'http_requests_total{job="one-in-a-thousand-fails"}', errors_where: 'code=~"5.."'}}
"#,
    instead: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.8
    sli: {ratio: {events: 'http_requests_total{job="one-in-a-thousand-fails"}', errors_where: 'code=~"5.."'}}
"#,
    options: None,
    ask: Ask::Server,
};

pub(super) fn find(scenes: &[Scene<'_>], desk: &mut Desk, findings: &mut Findings) {
    for scene in scenes {
        let Some(past) = past(scene, desk) else {
            continue;
        };
        let mut spent: Vec<(f64, f64, &Group)> = Vec::new();
        for (group, of) in groups(&past).filter(|(_, of)| of.state != Some(State::Blind)) {
            if let Some((_, budget)) = of.budget.last()
                && let (Some(left), Some(ratio)) = (budget.left, budget.contents.error_ratio())
                && left <= 0.0
            {
                spent.push((left, ratio, group));
            }
        }
        spent.sort_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((left, ratio, group)) = spent.first() {
            let more = spent.len() - 1;
            findings.push(described(scene, (*left, *ratio), group, more));
        }
    }
}

fn described(scene: &Scene<'_>, (left, ratio): (f64, f64), group: &Group, more: usize) -> Finding {
    let slo = scene.subject.slo;
    let percent = (1.0 - left) * 100.0;
    let period = match &slo.calendar {
        Some(calendar) => format!("this {}", calendar.unit),
        None => format!("the last {}", slo.period),
    };
    let title = format!(
        "the budget of {period} is spent already{}",
        named(slo, group)
    );
    let allowed = slo.objective.budget() * Ratio::whole(100);
    let finding = Finding::new(ON009, slo.places.objective, title)
        .label(format!("{percent:.0} % of the budget is spent"))
        .note(format!(
            "{:.3} % of all was bad, and {allowed} % may be",
            ratio * 100.0
        ))
        .help(match scene.subject.plan.tiers.is_empty() {
            true => "begin with an objective that is met",
            false => "begin with an objective that is met, or with `mode: observe` until it is: tickets fire until then",
        });
    match more {
        0 => finding,
        1 => finding.note("one more group has spent its budget"),
        more => finding.note(format!("{more} more groups have spent their budgets")),
    }
}
