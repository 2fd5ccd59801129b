//! The metric vanishes while everything fires, comes back as a new one, and is missing for a short while.

use super::{HOUR_MS, hold_max_ms, short_max_ms};
use crate::base::{Duration, Ratio};
use crate::emit::promtool::case::ms;
use crate::emit::promtool::timeline::{Builder, Lift, Others, whole_up};
use crate::plan::windows::{ABSENCE, TILE_LOOKBACK};

/// How far above its threshold every tier is lifted.
const ABOVE: f64 = 1.5;
/// How near to one that may come.
const LIFTED_MAX: f64 = 0.9;
/// How long after a service was forgotten it comes back: longer than history is bridged, so that tiers that wait for history are
/// armed, disarmed and armed again.
const FORGOTTEN_FOR: Duration = Duration::minutes(44);

/// The metric is away until it is forgotten; where windows are read raw, until no range spans the gap.
pub fn play(builder: &mut Builder<'_>, live: &[usize]) {
    let case = builder.case;
    everything_fails(builder, live);
    builder.idle(1);
    builder.dies();
    builder.note("the metric vanishes, and alerts end");
    let gap_ms = match absence_ms(builder) {
        0 => {
            let keep_ms = live.iter().map(|at| case.tiers[*at].keep_ms).max();
            HOUR_MS
                + (short_max_ms(builder) - HOUR_MS).max(0)
                + ms(TILE_LOOKBACK)
                + keep_ms.unwrap_or(0)
        }
        absence_ms => absence_ms + ms(FORGOTTEN_FOR),
    };
    builder.idle(builder.steps_of(gap_ms) + 3);
    builder.born();
    builder.note("a new metric, failing from its birth");
    builder.idle(1);
    let bad = failing(builder, live);
    let wait_ms = (short_max_ms(builder) - HOUR_MS).max(hold_max_ms(builder, live));
    for _ in 0..builder.steps_of(wait_ms) + 5 {
        builder.step(0, bad);
    }
}

/// For how long a service that is gone is known to have been there.
pub fn absence_ms(builder: &Builder<'_>) -> i64 {
    let outlasts = builder.case.windows.iter().any(|window| window.outlasts);
    if outlasts { ms(ABSENCE.0) } else { 0 }
}

/// One burst of errors after which every tier fires that can.
pub fn everything_fails(builder: &mut Builder<'_>, live: &[usize]) {
    let bad = failing(builder, live);
    builder.note("everything fails");
    builder.step(0, bad);
    for _ in 0..builder.steps_of(hold_max_ms(builder, live)) {
        builder.step(0, builder.case.one);
    }
}

/// Errors that lift every long window that can be lifted, without those that are in it.
fn failing(builder: &mut Builder<'_>, live: &[usize]) -> i64 {
    let case = builder.case;
    let least = (case.bad_min + case.nothing) * Ratio::whole(2);
    let mut most = least.to_f64().max(case.one as f64);
    for at in live {
        let tier = &case.tiers[*at];
        let reached = tier.theta.to_f64() * ABOVE * builder.slope(tier.long).per_event;
        if reached < LIFTED_MAX {
            let lift = Lift {
                tier: *at,
                window: tier.long,
                multiple: ABOVE,
                good: 0,
                others: Others::LeaveFirst,
            };
            most = most.max(builder.errors_for(lift).unwrap_or(0) as f64);
        }
    }
    whole_up(most, case.one).unwrap_or(case.one)
}
