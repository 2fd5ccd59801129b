//! Zero traffic: at the birth of a metric until every tier is armed, and later until long windows have run empty.

use super::{HOUR_MS, short_max_ms};
use crate::emit::promtool::timeline::{Builder, STEPS_MAX};

/// How near to one a threshold may come by dilution with history that was never recorded.
const DILUTED: f64 = 0.9;

/// Long enough that every tier is armed and one burst is not diluted below a threshold.
pub fn until_armed(builder: &mut Builder<'_>, live: &[usize]) {
    let wait_ms = short_max_ms(builder) - HOUR_MS;
    builder.idle(2 + builder.steps_of(wait_ms) + 1);
    let hour = builder.steps_of(HOUR_MS);
    loop {
        let diluted: Vec<usize> = live
            .iter()
            .copied()
            .filter(|at| {
                let tier = &builder.case.tiers[*at];
                tier.theta.to_f64() * builder.slope(tier.long).per_event >= DILUTED
            })
            .collect();
        if diluted.is_empty() {
            return;
        }
        if builder.steps() >= STEPS_MAX / 3 {
            for at in diluted {
                builder.skip(
                    at,
                    "fewer errors than it needs",
                    "it would take more history than the timeline has",
                );
            }
            return;
        }
        builder.idle(hour);
    }
}

/// No traffic: what fires is held, and ends as its long window runs empty.
pub fn stretch(builder: &mut Builder<'_>, length_ms: i64) {
    builder.idle(1);
    let few = (builder.case.bad_min.floor() / 2) as i64;
    if few > 0 {
        builder.note("the last errors, too few on their own");
        builder.step(0, few);
    }
    builder.note("no traffic: what fires is held while its long window exceeds, nothing starts");
    builder.idle(builder.steps_of(length_ms) + 4);
}
