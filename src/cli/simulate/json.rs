//! `--format json`: every figure, for programs.
//!
//! `version` rises when a field is renamed, removed or changes its meaning; fields may be added without. Times are in
//! seconds; what did not happen is `null`.

use serde_json::{Map, Value, json};

use super::Simulated;
use super::alternatives::Alternative;
use super::arguments::Options;
use super::experiment::Tried;
use super::table::guards;
use crate::base::Ratio;
use crate::model::core::Core;
use crate::plan::Reach;
use crate::replay::synthetic::{Kind, Spread, TierFigures, Told};

/// Version of the JSON.
const JSON_VERSION: u32 = 1;

/// The figures.
pub(super) fn value(simulated: &[Simulated], options: &Options) -> Value {
    json!({
        "version": JSON_VERSION,
        "seed": options.seed,
        "runs": options.runs,
        "months": options.months,
        "burn": number(options.burn),
        "background": number(options.background),
        "swing": number(options.swing),
        "simulated": simulated.iter().map(subject).collect::<Vec<_>>(),
    })
}

fn subject(simulated: &Simulated) -> Value {
    let subject = &simulated.subject;
    let slo = &subject.slos[0];
    let ids: Vec<String> = subject.slos.iter().map(|slo| slo.id.to_string()).collect();
    let outcomes = simulated.outcomes.iter().map(|outcome| {
        let each = subject.alternatives.iter().zip(&outcome.alternatives);
        json!({
            "per_hour": outcome.per_hour.map(number),
            "alternatives": each.map(|(a, tried)| alternative(a, tried)).collect::<Vec<_>>(),
        })
    });
    json!({
        "slos": ids,
        "objective": slo.objective.percent().to_string(),
        "period": slo.period.to_string(),
        "outcomes": outcomes.collect::<Vec<_>>(),
    })
}

fn alternative(alternative: &Alternative, tried: &Tried) -> Value {
    let slo = &alternative.slo;
    let policy = &slo.policy;
    let false_alerts: Map<String, Value> = tried
        .false_alerts
        .iter()
        .map(|(severity, count)| (severity.to_string(), json!(count)))
        .collect();
    let is_events = matches!(slo.core, Core::Events { .. });
    let min_bad = policy.min_bad.as_ms() as f64 / 1e3;
    let incidents = tried.kinds.iter();
    json!({
        "policy": policy.name,
        "guards": guards(slo),
        "min_errors": is_events.then_some(policy.min_errors),
        "min_bad": (!is_events).then_some(min_bad),
        "confidence": policy.confidence.map(|confidence| number(confidence.percent)),
        "false_alerts_per_30d": false_alerts,
        "outage": told(&tried.outage),
        "left_out": tried.left_out.iter().map(|errors| number(*errors)).collect::<Vec<_>>(),
        "incidents": incidents.map(|(kind, tiers)| incident(alternative, *kind, tiers)).collect::<Vec<_>>(),
    })
}

fn incident(alternative: &Alternative, kind: Kind, figures: &[TierFigures]) -> Value {
    let tiers = alternative.slo.policy.tiers.iter().zip(figures);
    let tiers = tiers.map(|(tier, figures)| {
        let theory = match figures.theory {
            Reach::Fires {
                fires_ms,
                resets_ms,
            } => json!({"detection": fires_ms as f64 / 1e3, "reset": resets_ms as f64 / 1e3}),
            Reach::Below | Reach::Never => Value::Null,
        };
        let mut told = told(&figures.told);
        told["tier"] = json!(tier.name.as_str());
        told["severity"] = json!(tier.severity.as_str());
        told["theory"] = theory;
        told["reset"] = seconds(figures.resets_ms);
        told["budget_spent"] = spread(figures.spent, 1.0);
        told
    });
    json!({
        "errors": number(kind.errors),
        "lasts": kind.lasts_ms as f64 / 1e3,
        "tiers": tiers.collect::<Vec<_>>(),
    })
}

fn told(told: &Told) -> Value {
    json!({"detected": told.share(), "detection": seconds(told.fires_ms)})
}

fn seconds(ms: Option<Spread>) -> Value {
    spread(ms, 1e3)
}

fn spread(figures: Option<Spread>, per: f64) -> Value {
    match figures {
        Some(of) => json!({"median": of.median / per, "p90": of.p90 / per}),
        None => Value::Null,
    }
}

fn number(ratio: Ratio) -> f64 {
    ratio.to_f64()
}
