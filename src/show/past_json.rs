//! A backtest as one JSON object, for tools. `docs/backtest.md` names every field.
//!
//! Times are RFC 3339 in UTC, lengths seconds, objectives and burn rates of policies exact as text. What is computed is
//! rounded, so that the same counts give the same bytes wherever they come from.

use serde_json::{Map, Value, json};

use crate::alert::Episode;
use crate::evaluate::Group;
use crate::model::Slo;
use crate::model::policy::Of;
use crate::replay::past::Incident;

use super::digest::{Digest, GroupDigest, TierTally, open_ms};
use super::when::rfc3339;
use super::{Backtest, NOT_SIMULATED, Outcome, Tested};

/// Version of the JSON.
const VERSION: u32 = 1;
/// Digits after the point of shares and of counts.
const DIGITS: i32 = 6;

/// The whole text.
pub fn text(backtest: &Backtest<'_>) -> String {
    let slos: Vec<Value> = backtest.slos.iter().map(|one| slo(backtest, one)).collect();
    let value = json!({
        "version": VERSION,
        "from": rfc3339(backtest.span.from_ms),
        "to": rfc3339(backtest.span.to_ms),
        "severity": backtest.severity,
        "note": NOT_SIMULATED,
        "slos": slos,
    });
    format!("{value:#}\n")
}

fn slo(backtest: &Backtest<'_>, tested: &Tested<'_>) -> Value {
    let slo = tested.slo;
    let mut value = json!({
        "slo": slo.id.to_string(),
        "objective": slo.objective.percent().to_string(),
        "period": slo.period.to_string(),
        "calendar": slo.calendar.as_ref().map(|calendar| json!({
            "unit": calendar.unit,
            "time_zone": calendar.time_zone,
        })),
    });
    let more = match &tested.outcome {
        Outcome::Unanswered(reason) => json!({"unanswered": reason}),
        Outcome::Past(past) => {
            let digest = Digest::of(slo, past, backtest.severity);
            let own = digest.notes(tested.span.from_ms);
            let notes: Vec<&String> = own.iter().chain(&tested.notes).collect();
            json!({
                "from": rfc3339(past.from_ms),
                "to": rfc3339(past.to_ms),
                "data_from": past.known_from_ms.map(rfc3339),
                "evaluations": past.evaluations,
                "notes": notes,
                "episodes": digest.episodes(),
                "tiers": digest.tiers.iter().map(tier).collect::<Vec<_>>(),
                "groups": digest.groups.iter().map(|one| group(&digest, one)).collect::<Vec<_>>(),
                "groups_refused": past.groups_refused,
                "missing": digest.missing.iter().map(|one| span(one, past.to_ms)).collect::<Vec<_>>(),
                "blind": times(&past.blind),
            })
        }
    };
    if let (Value::Object(value), Value::Object(more)) = (&mut value, more) {
        value.extend(more);
    }
    value
}

fn tier(tally: &TierTally<'_>) -> Value {
    let tier = tally.tier;
    json!({
        "tier": tier.name.as_str(),
        "severity": tier.severity.as_str(),
        "burn_rate": tier.burn_rate.to_string(),
        "of": match tier.of {
            Of::Full => "full",
            Of::Remaining => "remaining",
        },
        "long": tier.long.to_string(),
        "short": tier.short.to_string(),
        "times": tally.times,
        "firing_seconds": seconds(tally.firing_ms),
    })
}

fn group(digest: &Digest<'_>, one: &GroupDigest<'_>) -> Value {
    let budget = one.past.budget.iter();
    let budget = budget.map(|(at_ms, budget)| json!([rfc3339(*at_ms), share(budget.left)]));
    let tally = |tally: &TierTally<'_>| {
        json!({
            "tier": tally.tier.name.as_str(),
            "times": tally.times,
            "firing_seconds": seconds(tally.firing_ms),
        })
    };
    let incidents = one.incidents.iter();
    json!({
        "labels": labels(digest.slo, one.group),
        "events": rounded(one.past.total.events),
        "errors": rounded(one.past.total.errors),
        "budget_left": share(one.left()),
        "tiers": one.tiers.iter().map(tally).collect::<Vec<_>>(),
        "episodes": incidents.map(|one| episode(digest, one)).collect::<Vec<_>>(),
        "budget": budget.collect::<Vec<_>>(),
        "without_count": times(&one.past.without_count),
    })
}

fn times(times: &[(i64, i64)]) -> Value {
    let time =
        |(from_ms, to_ms): &(i64, i64)| json!({"from": rfc3339(*from_ms), "to": rfc3339(*to_ms)});
    times.iter().map(time).collect()
}

fn labels(slo: &Slo, group: &Group) -> Value {
    let pairs = slo.group_by.iter().zip(group.values());
    let pairs = pairs.map(|(label, value)| (label.to_string(), Value::from(value.as_str())));
    Value::Object(pairs.collect::<Map<String, Value>>())
}

fn episode(digest: &Digest<'_>, incident: &Incident) -> Value {
    let mut value = span(&incident.episode, digest.past.to_ms);
    let firings = incident.episode.firings.iter().map(|firing| {
        let tier = &digest.slo.policy.tiers[firing.tier];
        json!({
            "tier": tier.name.as_str(),
            "from": rfc3339(firing.from_ms),
            "to": firing.to_ms.map(rfc3339),
        })
    });
    value["burn_rate_max"] = rounded(incident.burn_max);
    value["events"] = rounded(incident.contents.events);
    value["errors"] = rounded(incident.contents.errors);
    value["budget_spent"] = share(incident.spent);
    value["firings"] = Value::Array(firings.collect());
    value
}

fn span(episode: &Episode, to_ms: i64) -> Value {
    json!({
        "severity": episode.severity.as_str(),
        "opened": rfc3339(episode.opened_ms),
        "resolved": episode.resolved_ms.map(rfc3339),
        "open_seconds": seconds(open_ms(episode, to_ms)),
    })
}

fn seconds(length_ms: i64) -> Value {
    rounded(length_ms as f64 / 1_000.0)
}

fn share(share: Option<f64>) -> Value {
    share.map_or(Value::Null, rounded)
}

/// Rounded to [`DIGITS`]; a whole number has no point. What is no number is null.
fn rounded(number: f64) -> Value {
    let scale = 10_f64.powi(DIGITS);
    let rounded = (number * scale).round() / scale;
    match rounded.fract() == 0.0 && rounded.abs() < 9e15 {
        true => Value::from(rounded as i64),
        false => Value::from(rounded),
    }
}
