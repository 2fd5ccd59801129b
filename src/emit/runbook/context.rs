//! What a template of a runbook can fill in: every value is there for every SLO, null where it has none, so that a template
//! that is right for one SLO is right for all.

use serde_json::{Value, json};

use super::team::team;
use crate::base::{Duration, Ratio, spoken};
use crate::emit::rules::condition;
use crate::model::Slo;
use crate::model::core::{Core, Errors, Slices};
use crate::model::policy::{Of, Tier};
use crate::plan::{Plan, PlannedTier, Reach, Settings, link, naming};

/// How many times the budget's own pace an incident is whose times are said beside those of an outage.
const PACE: i128 = 10;
/// Digits after the point of percentages that need not be exact.
const PERCENT_DIGITS: u32 = 2;

/// The values for one SLO, but what is made of templates.
pub(super) fn values(plan: &Plan<'_>, settings: &Settings, source: &str) -> Value {
    let slo = plan.slo;
    let tiers: Vec<Value> = plan
        .tiers
        .iter()
        .map(|planned| tier(plan, planned, settings))
        .collect();
    let queries = queries(plan, settings);
    let first = plan.tiers.first().map(|planned| planned.tier);
    let (name, severity) = first.map_or(("", ""), |tier: &Tier| {
        (tier.name.as_str(), tier.severity.as_str())
    });
    let no_data = slo.policy.no_data.as_ref().filter(|_| first.is_some());
    json!({
        "slo": of_slo(slo),
        "budget": budget(slo),
        "fence": fence(&queries, &tiers),
        "tiers": tiers,
        "no_data": no_data.map(|no_data| json!({
            "after": no_data.after.to_string(),
            "severity": no_data.severity.as_str(),
        })),
        "queries": queries,
        "dashboard": link::dashboard(slo, settings, name, severity),
        "team": team(slo, &settings.roster),
        "source": source,
    })
}

fn of_slo(slo: &Slo) -> Value {
    let groups: Vec<&str> = slo.group_by.iter().map(|label| label.as_str()).collect();
    let labels = slo.labels.iter();
    let labels: Vec<Value> = labels
        .map(|(name, value)| json!({"name": name.as_str(), "value": value}))
        .collect();
    json!({
        "id": slo.id.to_string(),
        "service": slo.id.service.as_str(),
        "name": slo.id.name.as_str(),
        "description": slo.description.as_ref().map(|text| text.trim()),
        "owner": slo.owner.as_ref().map(|owner| owner.as_str()),
        "objective": slo.objective.percent().to_string(),
        "period": slo.period.to_string(),
        "kind": slo.kind,
        "by_events": matches!(slo.core, Core::Events { .. }),
        "groups": (!groups.is_empty()).then(|| groups.join(", ")),
        "labels": labels,
        "policy": slo.policy.name,
    })
}

fn percent(share: Ratio) -> Ratio {
    share * Ratio::whole(100)
}

fn budget(slo: &Slo) -> Value {
    let rate = slo.expected_per_hour;
    let events = rate.map(|rate| rate * Ratio::of_durations(slo.period, Duration::hours(1)));
    let errors = events.map(|events| events * slo.objective.budget());
    json!({
        "percent": percent(slo.objective.budget()).to_string(),
        "time": spoken(slo.objective.budget_ms(slo.period)),
        "tenth": spoken(slo.period.as_ms() / PACE as u64),
        "per_hour": rate.map(|rate| rate.round_to(3).to_string()),
        "events": events.map(|events| events.round_to(0).to_string()),
        "errors": errors.map(|errors| errors.round_to(1).to_string()),
    })
}

fn tier(plan: &Plan<'_>, planned: &PlannedTier<'_>, settings: &Settings) -> Value {
    let (slo, tier) = (plan.slo, planned.tier);
    let (name, severity) = (tier.name.as_str(), tier.severity.as_str());
    let said = settings.roster.severities.get(&tier.severity);
    let spent = percent(planned.threshold.budget_spent(tier, slo.period));
    let burn = slo.objective.budget() * Ratio::whole(PACE);
    let mut detections = vec![detection(
        plan,
        planned,
        Ratio::ONE,
        "when everything fails",
    )];
    if burn < Ratio::ONE {
        let at = format!("at {} % errors, a burn rate of {PACE}", percent(burn));
        detections.push(detection(plan, planned, burn, &at));
    }
    json!({
        "name": name,
        "severity": severity,
        "wakes": settings.roster.wakes(&tier.severity),
        "priority": said.and_then(|said| said.priority).map(|priority| priority.to_string()),
        "response": said.and_then(|said| said.response).map(|response| response.to_string()),
        "meaning": meaning(slo, planned),
        "burn_rate": tier.burn_rate.to_string(),
        "of_remaining": tier.of == Of::Remaining,
        "threshold_percent": percent(planned.threshold.theta).to_string(),
        "spent_percent": spent.round_to(PERCENT_DIGITS).to_string(),
        "long": tier.long.to_string(),
        "short": tier.short.to_string(),
        "least": match &slo.core {
            Core::Events { .. } => format!("{} errors", slo.policy.min_errors),
            Core::Slices { .. } => format!("{} of bad time", slo.policy.min_bad),
        },
        "confidence": slo.policy.confidence.map(|confidence| confidence.percent.to_string()),
        "hold": tier.hold.map(|hold| hold.to_string()),
        "keep_firing_for": tier.keep_firing_for.map(|keep| keep.to_string()),
        "detections": detections,
        "runbook_url": link::runbook(slo, settings, name, severity),
        "condition": condition(plan, planned, settings),
    })
}

/// What the alert says, in words.
fn meaning(slo: &Slo, planned: &PlannedTier<'_>) -> String {
    let tier = planned.tier;
    if !planned.can_fire() {
        return "It can never fire: the threshold is above what a complete failure reaches.".into();
    }
    let gone = Ratio::of_durations(slo.period, Duration::from_ms(1)) / tier.burn_rate;
    let counted = match slo.core {
        Core::Events { .. } => "errors are so many",
        Core::Slices { .. } => "so much of the time is bad",
    };
    let pace = match tier.burn_rate == Ratio::ONE {
        true => "faster than".to_string(),
        false => {
            let times = tier.burn_rate.round_to(PERCENT_DIGITS);
            format!("more than {times} times as fast as")
        }
    };
    format!(
        "Over the last {} {counted} that the error budget burns {pace} the objective allows: at that pace all of it is gone in \
         {}. It still burns: the last {} say the same.",
        tier.long,
        spoken(gone.floor() as u64),
        tier.short,
    )
}

fn detection(plan: &Plan<'_>, planned: &PlannedTier<'_>, errors: Ratio, at: &str) -> Value {
    let (fires, resets) = match plan.detection(planned, errors) {
        Reach::Fires {
            fires_ms,
            resets_ms,
        } => (Some(spoken(fires_ms)), Some(spoken(resets_ms))),
        Reach::Below | Reach::Never => (None, None),
    };
    json!({"at": at, "fires": fires, "resets": resets})
}

fn queries(plan: &Plan<'_>, settings: &Settings) -> Value {
    let slo = plan.slo;
    let names = settings.naming;
    let series =
        |name: &str, window: Duration| format!("{name}{window}{{{}=\"{}\"}}", naming::SLO, slo.id);
    let mut windows: Vec<Duration> = plan.tiers.iter().map(|p| p.tier.long).collect();
    windows.sort();
    windows.dedup();
    let burn_rates: Vec<Value> = windows
        .iter()
        .map(|window| {
            json!({"window": window.to_string(), "query": series(names.burn_rate, *window)})
        })
        .collect();
    let shorts = plan.tiers.iter().map(|planned| planned.tier.short);
    let short = shorts.min().unwrap_or(slo.period);
    let (bad, all) = match slo.core {
        Core::Events { .. } => ("Errors", "events"),
        Core::Slices { .. } => ("Bad time", "known time"),
    };
    let raw = raw(slo, short).into_iter();
    json!({
        "window": short.to_string(),
        "burn_rates": burn_rates,
        "budget_left": series(names.budget_remaining, slo.period),
        "errors": series(names.errors, short),
        "events": series(names.events, short),
        "bad": bad,
        "all": all,
        "raw": raw.map(|query| json!({"query": query})).collect::<Vec<Value>>(),
    })
}

/// What is counted over `window`, errors first, read from the series of the service itself.
fn raw(slo: &Slo, window: Duration) -> Vec<String> {
    let text = |expr: &crate::promql::Expr| expr.text(Some(window));
    match &slo.core {
        Core::Events { events, errors } => match errors {
            Errors::Counted(errors) => vec![text(errors), text(events)],
            Errors::Remaining(good) => {
                vec![format!("{} - {}", text(events), text(good)), text(events)]
            }
        },
        Core::Slices { source, .. } => match source {
            Slices::Samples { known, bad } => vec![text(bad), text(known)],
            Slices::Condition(bad) => vec![bad.text(None)],
            Slices::Ratio(ratio) => vec![text(ratio)],
        },
    }
}

/// A fence of Markdown that no query closes.
fn fence(queries: &Value, tiers: &[Value]) -> String {
    const SHORTEST: usize = 3;
    let mut longest = 0;
    let all = std::iter::once(queries.to_string()).chain(tiers.iter().map(Value::to_string));
    for text in all {
        let runs = text.split(|c| c != '`').map(str::len);
        longest = runs.chain([longest]).max().unwrap_or(0);
    }
    "`".repeat(SHORTEST.max(longest + 1))
}
