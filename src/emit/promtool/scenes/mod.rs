//! The scenes of a timeline, in the order in which they are played.

mod few_errors;
mod phase;
mod quiet;
mod vanish;

use super::timeline::{Builder, STEPS_MAX};

/// How far on either side of a threshold a tier is tested.
pub(super) const BESIDE: f64 = 0.04;
/// Most evaluations that the quiet stretch waits for long windows to run empty.
const QUIET_STEPS_MAX: usize = 400;
/// The same for the window below a long one.
const BELOW_STEPS_MAX: usize = 600;
/// Most evaluations that a metric may take to vanish and to come back.
const VANISH_STEPS_MAX: usize = 900;
/// The longest window that is never recorded from others.
pub(super) const HOUR_MS: i64 = 3_600_000;
/// Short windows beyond this are left out where the timeline would grow too long.
const SHORT_CERTAIN_MS: i64 = 6 * HOUR_MS;

/// Plays every scene.
pub fn play(builder: &mut Builder<'_>) {
    let case = builder.case;
    let live: Vec<usize> = (0..case.tiers.len())
        .filter(|at| case.tiers[*at].can_fire())
        .collect();
    for at in 0..case.tiers.len() {
        if !live.contains(&at) {
            builder.skip(at, "firing", "its threshold is 100 % or more");
        }
    }
    builder.note("no metric yet");
    builder.idle(2);
    builder.born();
    builder.note("the metric appears, without traffic");
    quiet::until_armed(builder, &live);
    few_errors::play(builder, &live);
    let short_max_ms = short_max_ms(builder);
    let vanishes =
        builder.steps_of(2 * short_max_ms + 3 * HOUR_MS + vanish::absence_ms(builder)) + 20;
    match vanishes <= VANISH_STEPS_MAX {
        true => {
            each_tier(builder, &live, vanishes);
            vanish::play(builder, &live);
        }
        false => {
            each_tier(builder, &live, 0);
            for at in live {
                builder.skip(
                    at,
                    "a metric that vanishes",
                    "it would take too many evaluations",
                );
            }
        }
    }
}

/// The phases of the tiers, long windows first, and the quiet stretch between those that outlast it and the others.
fn each_tier(builder: &mut Builder<'_>, live: &[usize], tail: usize) {
    let case = builder.case;
    let mut order = live.to_vec();
    order.sort_by_key(|at| {
        let tier = &case.tiers[*at];
        (
            std::cmp::Reverse((builder.length_ms(tier.long), builder.length_ms(tier.short))),
            tier.theta,
        )
    });
    let outlast_ms = |builder: &Builder<'_>, at: usize| {
        builder.length_ms(case.tiers[at].long) + case.tiers[at].keep_ms
    };
    let stretch_ms = stretch_ms(builder, live);
    let mut waits = true;
    for (place, at) in order.into_iter().enumerate() {
        if waits && outlast_ms(builder, at) <= stretch_ms {
            if place > 0 {
                vanish::everything_fails(builder, live);
            }
            quiet::stretch(builder, stretch_ms);
            waits = false;
        }
        let short_ms = builder.length_ms(case.tiers[at].short);
        if builder.steps() + phase::steps(builder, at) + tail > STEPS_MAX
            && short_ms > SHORT_CERTAIN_MS
        {
            builder.skip(
                at,
                "both sides of its thresholds",
                "it would take too many evaluations",
            );
            continue;
        }
        phase::play(builder, at);
    }
    if waits {
        vanish::everything_fails(builder, live);
        quiet::stretch(builder, stretch_ms);
    }
}

/// How long the quiet stretch is: until the longest window that is not too long has run empty, and until the one below each
/// long window has, so that what is only in the long one decides.
fn stretch_ms(builder: &Builder<'_>, live: &[usize]) -> i64 {
    let case = builder.case;
    let empty = live
        .iter()
        .map(|at| builder.length_ms(case.tiers[*at].long) + case.tiers[*at].keep_ms)
        .filter(|ms| builder.steps_of(*ms) + 3 <= QUIET_STEPS_MAX);
    let below = live
        .iter()
        .filter_map(|at| case.tiers[*at].long.checked_sub(1))
        .map(|window| builder.length_ms(window))
        .filter(|ms| builder.steps_of(*ms) + 3 <= BELOW_STEPS_MAX);
    let shorts = live
        .iter()
        .map(|at| builder.length_ms(case.tiers[*at].short));
    empty
        .chain(below)
        .max()
        .or_else(|| shorts.max())
        .unwrap_or(HOUR_MS)
}

/// The longest short window, of tiers that never fire too.
pub(super) fn short_max_ms(builder: &Builder<'_>) -> i64 {
    let tiers = &builder.case.tiers;
    tiers
        .iter()
        .map(|tier| builder.length_ms(tier.short))
        .max()
        .unwrap_or(HOUR_MS)
}

/// The longest `for` of the tiers that can fire.
pub(super) fn hold_max_ms(builder: &Builder<'_>, live: &[usize]) -> i64 {
    let tiers = &builder.case.tiers;
    live.iter().map(|at| tiers[*at].hold_ms).max().unwrap_or(0)
}
