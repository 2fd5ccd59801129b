//! Everything fails, and there are fewer errors than a tier needs; then just enough.

use super::BESIDE;
use crate::emit::promtool::timeline::Builder;

/// How far below the least number of errors the first burst stays, as a share of one event.
const BELOW: f64 = 0.4;

/// Errors only, with zero traffic around them.
pub fn play(builder: &mut Builder<'_>, live: &[usize]) {
    let case = builder.case;
    let enough = case.bad_min.to_f64().ceil() as i64;
    if enough <= 0 {
        return;
    }
    let less = (BELOW * case.one as f64).min(enough as f64 * BESIDE * 2.0);
    let few = (case.bad_min.to_f64() - less) as i64;
    builder.note("every event fails, and there are too few of them");
    builder.step(0, few);
    builder.note("just enough errors");
    builder.step(0, enough - few);
    let held = live.iter().filter(|at| case.tiers[**at].hold_ms > 0);
    let Some(short_ms) = held
        .map(|at| builder.length_ms(case.tiers[*at].short))
        .min()
    else {
        return;
    };
    // One more error now and then, so that short windows do not run empty before `for` is over.
    let spacing = ((short_ms / 2 / case.step_ms) as usize).max(1);
    for at in 0..=builder.steps_of(super::hold_max_ms(builder, live)) {
        let due = at % spacing == spacing - 1;
        builder.step(0, if due { case.one } else { 0 });
    }
}
