//! Which incidents are tried on a policy, and which are not worth it: those that no tier can see.

use super::arguments::Options;
use super::experiment::SPENDS;
use crate::base::{Duration, Name, Ratio};
use crate::plan::threshold::Scale;
use crate::plan::{Plan, Reach};
use crate::replay::synthetic::Kind;

/// The shortest incident, in milliseconds.
const LASTING_MS_MIN: u64 = 1_000;
/// The longest one, unless it is said how long one lasts: below the budget it takes periods to spend a share of it.
const LASTING_MAX: Duration = Duration::days(90);

/// Incidents that are tried, and error ratios that are not.
#[derive(Default)]
pub(super) struct Kinds {
    /// Each error ratio that spends more than the budget or that a tier can see, for each time.
    pub tried: Vec<Kind>,
    /// Those within the budget at which nothing can fire.
    pub left_out: Vec<Ratio>,
}

/// The incidents for the SLO of `plan`.
pub(super) fn kinds(plan: &Plan<'_>, options: &Options) -> Kinds {
    let budget = plan.slo.objective.budget();
    let is_seen = |errors: Ratio| {
        let mut reaches = plan.tiers.iter().map(|tier| plan.detection(tier, errors));
        errors > budget || reaches.any(|reach| matches!(reach, Reach::Fires { .. }))
    };
    let all = options.errors.iter().copied();
    let (seen, left_out): (Vec<Ratio>, Vec<Ratio>) = all.partition(|errors| is_seen(*errors));
    let of = |errors: Ratio| {
        let lasting = match options.lasting.is_empty() {
            true => vec![spending(plan, errors)],
            false => options.lasting.clone(),
        };
        lasting.into_iter().map(move |lasts| Kind {
            errors,
            lasts_ms: lasts.as_ms() as i64,
        })
    };
    Kinds {
        tried: seen.into_iter().flat_map(of).collect(),
        left_out,
    }
}

/// How long it takes to spend a share of the budget.
fn spending(plan: &Plan<'_>, errors: Ratio) -> Duration {
    let slo = plan.slo;
    let spends = SPENDS / Ratio::whole(100) * slo.objective.budget() / errors;
    let spends_ms = spends * Ratio::whole(i128::from(slo.period.as_ms()));
    let spends_ms = (spends_ms.floor() as u64).max(LASTING_MS_MIN);
    Duration::from_ms(spends_ms).min(LASTING_MAX)
}

/// The tier that fires at the lowest burn rate, and that; nothing where there is none.
pub(super) fn lowest<'a>(plan: &Plan<'a>) -> Option<(&'a Name, Ratio)> {
    let tiers = plan.tiers.iter().map(|planned| {
        let least = match planned.threshold.scale {
            Scale::Fixed => planned.tier.burn_rate,
            Scale::Remaining { floor } => planned.tier.burn_rate * floor,
        };
        (&planned.tier.name, least)
    });
    tiers.min_by_key(|(_, least)| *least)
}
