//! Which time is gone through so that what fires now is known.

use crate::base::Duration;
use crate::evaluate::Resolution;
use crate::plan::{Plan, Settings};
use crate::replay::Span;

/// Samples need so long to arrive: what is younger is not asked for.
pub const ARRIVAL: Duration = Duration::from_ms(30_000);
/// Shortest time that is gone through.
const SPAN_MIN: Duration = Duration::hours(1);
/// Longest time for which a tier that only goes on firing, with an empty short window, is followed back to its beginning.
const SUSTAINED_MAX: Duration = Duration::hours(6);

/// The time before `now_ms` in which every tier settles: `for` and `keep_firing_for` pass, and what fires was seen to begin or
/// has fired for longer. It does before `since_ms` too.
pub fn span(plan: &Plan<'_>, settings: &Settings, now_ms: i64, since_ms: i64) -> Span {
    let ms = |duration: Duration| duration.as_ms() as i64;
    let step_ms = Resolution::of(plan, settings).step_ms();
    let to_ms = (now_ms - ms(ARRIVAL)).div_euclid(step_ms) * step_ms;
    let settles = plan.tiers.iter().map(|planned| {
        let tier = planned.tier;
        let waits = [tier.hold, tier.keep_firing_for].into_iter().flatten();
        ms(tier.long.min(SUSTAINED_MAX)) + waits.map(ms).sum::<i64>()
    });
    let back_ms = settles.chain([ms(SPAN_MIN)]).max().unwrap_or(0);
    Span {
        from_ms: to_ms.min(since_ms) - back_ms,
        to_ms,
    }
}
