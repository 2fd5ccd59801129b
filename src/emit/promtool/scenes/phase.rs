//! One tier: silent just below its long threshold, firing just above; reset as errors leave the short window; silent just below
//! its short threshold, firing just above; held without traffic; ended by a trickle; not started again.

use super::{BESIDE, HOUR_MS};
use crate::emit::promtool::timeline::{Builder, Lift, Others, whole, whole_up};

/// Errors at a threshold, so that whole events are fine enough.
const TARGET_ERRORS: f64 = 200.0;
/// How far above its threshold the long window is held while the short one is tested, at most.
const LONG_OVER_MAX: f64 = 3.0;

/// The longest window below a long one that good traffic leaves before errors come.
const BELOW_MAX_MS: i64 = 2 * HOUR_MS;

const THRESHOLDS: &str = "both sides of its thresholds";
const SHORT_THRESHOLD: &str = "both sides of its short threshold";

/// The lengths of a tier, in evaluations.
struct Steps {
    short: usize,
    hold: usize,
    /// `keep_firing_for` and one more, where it is set.
    keep: usize,
}

impl Steps {
    fn of(builder: &Builder<'_>, at: usize) -> Steps {
        let tier = &builder.case.tiers[at];
        let keep = builder.steps_of(tier.keep_ms);
        Steps {
            short: builder.steps_of(builder.length_ms(tier.short)),
            hold: builder.steps_of(tier.hold_ms),
            keep: keep + usize::from(keep > 0),
        }
    }
}

/// How many evaluations the phase of a tier takes, about.
pub fn steps(builder: &Builder<'_>, at: usize) -> usize {
    let steps = Steps::of(builder, at);
    let long_ms = builder.length_ms(builder.case.tiers[at].long);
    let older = match long_ms <= HOUR_MS {
        true => builder.steps_of(long_ms),
        false => 0,
    };
    4 * steps.short + older + 3 * steps.keep + 3 * steps.hold + 16
}

/// Plays the phase of a tier.
pub fn play(builder: &mut Builder<'_>, at: usize) {
    let steps = Steps::of(builder, at);
    let Some(good) = good_traffic(builder, at) else {
        return builder.skip(at, THRESHOLDS, "it would take too many events");
    };
    older_traffic(builder, at, good);
    builder.note_of(at, "good traffic");
    builder.step(good, 0);
    // Until it has left the short window, and the one below the long window where that is not far.
    let below = builder.case.tiers[at].long.checked_sub(1);
    let below_ms = below.map(|window| builder.length_ms(window));
    let below_ms = below_ms.filter(|ms| *ms <= BELOW_MAX_MS).unwrap_or(0);
    builder.idle(steps.short.max(builder.steps_of(below_ms)) + 1);
    if long_threshold(builder, at, &steps).is_none() {
        return builder.skip(
            at,
            THRESHOLDS,
            "no number of errors reaches them with this little history",
        );
    }
    let Some(later) = reset(builder, at, &steps, good) else {
        return builder.skip(
            at,
            SHORT_THRESHOLD,
            "the long window cannot be lifted far enough above its own",
        );
    };
    if short_threshold(builder, at, &steps, later).is_none() {
        return builder.skip(at, SHORT_THRESHOLD, "it would take too many events");
    }
    hold(builder, at, &steps);
}

/// Good events that will be in the long window only.
fn good_traffic(builder: &mut Builder<'_>, at: usize) -> Option<i64> {
    let case = builder.case;
    let tier = &case.tiers[at];
    let one = case.one as f64;
    let slope = builder.slope(tier.long);
    let theta = tier.theta.to_f64();
    let least = 2.0 * (case.bad_min.to_f64() + case.nothing.to_f64());
    let target = match case.z {
        None => TARGET_ERRORS * one,
        // The guard weighs as much as the threshold.
        Some(z) => (2.0 * z.to_f64() * z.to_f64()).ceil() * one,
    };
    let target = least.max(target).max(one);
    let fill = (2.0 * slope.now.errors - theta * slope.now.events) / (theta * slope.per_event);
    whole((target / theta).max(fill).max(one).ceil(), case.one)
}

/// Traffic and errors that the long window has forgotten when it matters. Longer windows have it from earlier phases.
fn older_traffic(builder: &mut Builder<'_>, at: usize, good: i64) {
    let case = builder.case;
    let tier = &case.tiers[at];
    let (long_ms, short_ms) = (builder.length_ms(tier.long), builder.length_ms(tier.short));
    if long_ms > HOUR_MS {
        return;
    }
    let old = good / 2 / case.one * case.one;
    let bad = whole_up(2.0 * old as f64 * tier.theta.to_f64(), case.one).unwrap_or(old);
    builder.note_of(
        at,
        "traffic and errors that its long window will have forgotten",
    );
    builder.step(old, bad.min(old));
    builder.idle(builder.steps_of(long_ms - short_ms));
}

/// Errors to just below the long threshold, then to just above; the short window is at 100 %.
fn long_threshold(builder: &mut Builder<'_>, at: usize, steps: &Steps) -> Option<()> {
    let long = builder.case.tiers[at].long;
    let lift = |multiple: f64| Lift {
        tier: at,
        window: long,
        multiple,
        good: 0,
        others: Others::Help,
    };
    let below = builder
        .errors_for(lift(1.0 - BESIDE))
        .filter(|bad| *bad > 0)?;
    builder.note_of(
        at,
        "long window just below its threshold, short window failing",
    );
    builder.step(0, below);
    let above = builder.errors_for(lift(1.0 + BESIDE))?;
    builder.note_of(at, "long window just above");
    builder.step(0, above);
    for _ in 0..steps.hold {
        builder.step(0, builder.case.one);
    }
    Some(())
}

/// Far above, and then good traffic until the errors leave the short window. Gives the good traffic that is to come next.
fn reset(builder: &mut Builder<'_>, at: usize, steps: &Steps, good: i64) -> Option<i64> {
    let case = builder.case;
    let tier = &case.tiers[at];
    let theta = tier.theta.to_f64();
    let reach = theta * builder.slope(tier.long).per_event;
    let over = LONG_OVER_MAX.min((1.0 + 1.0 / reach) / 2.0);
    if over <= 1.0 + 2.0 * BESIDE {
        return None;
    }
    let later = whole(
        (good as f64 / 2.0).max((4.0 * case.one as f64 / theta).ceil()),
        case.one,
    )?;
    let early = good / 8 / case.one * case.one;
    let errors = builder
        .errors_for(Lift {
            tier: at,
            window: tier.long,
            multiple: over,
            good: later + 2 * early,
            others: Others::Help,
        })?
        .max(case.one);
    builder.note_of(
        at,
        "far above; ends when these errors leave the short window",
    );
    // With good traffic that only the next larger window will still see when the short threshold is tested.
    builder.step(early, errors);
    // And good traffic that the next smaller window forgets before the short one does.
    let smaller = tier.short.checked_sub(1);
    let smaller = smaller.map_or(0, |window| builder.steps_of(builder.length_ms(window)));
    let wait = steps
        .short
        .saturating_sub(smaller + 3)
        .min(steps.short.saturating_sub(2));
    builder.idle(wait);
    let trickle = (early as f64).min(errors as f64 / (1.5 * theta) - errors as f64);
    let trickle = whole(trickle.max(0.0), case.one)?.max(2 * case.one);
    builder.step(trickle, 0);
    builder.idle((steps.short + 1 + steps.keep).saturating_sub(wait));
    Some(later)
}

/// Good traffic with errors to just below the short threshold, then to just above; the long window is above its own.
fn short_threshold(builder: &mut Builder<'_>, at: usize, steps: &Steps, good: i64) -> Option<()> {
    let case = builder.case;
    let tier = &case.tiers[at];
    let lift = |multiple: f64, good: i64| Lift {
        tier: at,
        window: tier.short,
        multiple,
        good,
        others: Others::Help,
    };
    let below = builder.errors_for(lift(1.0 - BESIDE, good))?;
    builder.note_of(
        at,
        "short window just below its threshold, long window above",
    );
    builder.step(good, below);
    let above = builder.errors_for(lift(1.0 + BESIDE, 0))?;
    builder.note_of(at, "short window just above");
    builder.step(0, above);
    let share = tier.theta.to_f64() * (1.0 + 2.0 * BESIDE);
    let again = whole_up(good as f64 * share / (1.0 - share), case.one);
    let again = again.filter(|_| tier.theta.to_f64() < 0.9);
    let spacing = (steps.short / 2).max(1);
    for place in 0..steps.hold {
        let due = place % spacing == spacing - 1;
        match (due, again) {
            (true, Some(bad)) => builder.step(good, bad),
            _ => builder.step(0, 0),
        }
    }
    Some(())
}

/// Without traffic the tier is held, and less than half an event is no traffic; half an event ends it, and it stays ended.
fn hold(builder: &mut Builder<'_>, at: usize, steps: &Steps) {
    let case = builder.case;
    let nothing = case.nothing.to_f64();
    let short_ms = builder.length_ms(case.tiers[at].short);
    builder.idle(steps.short + 2);
    // Stays below even where a range is extrapolated by a sample.
    let cover = (short_ms - case.sample_ms) as f64 / short_ms as f64;
    let less = ((nothing * 0.97 * cover) as i64).max(1);
    builder.note_of(
        at,
        "held without traffic; less than half an event is no traffic",
    );
    builder.step(less, 0);
    builder.note_of(at, "half an event is one, and ends it");
    builder.step((nothing.ceil() as i64 - less).max(1), 0);
    builder.note_of(at, "no traffic again, must not start again");
    builder.idle(steps.short + 3 + steps.keep);
}
