//! How finely time is kept: in steps of one length while it is young, coarser with age.
//!
//! Fixes what a series of 30 days costs: 1,800 marks of 20 bytes.

use serde::{Deserialize, Serialize};

use crate::base::Duration;
use crate::model::core::{Core, Slices};
use crate::plan::{Plan, Settings, windows};

/// Lengths of a step. Each divides an hour and a coarser one of [`MIDDLE`].
const STEPS: [Duration; 8] = [
    Duration::from_ms(300_000),
    Duration::from_ms(150_000),
    Duration::from_ms(60_000),
    Duration::from_ms(30_000),
    Duration::from_ms(20_000),
    Duration::from_ms(15_000),
    Duration::from_ms(10_000),
    Duration::from_ms(5_000),
];
/// For how many steps each is kept by itself: six hours of minutes.
const FINE_MARKS: i64 = 360;
/// What is between two marks beyond that.
const MIDDLE: Duration = Duration::minutes(5);
/// Until what age.
const MIDDLE_AGE: Duration = Duration::days(3);
/// Most marks beyond that; what is between two of them is whole hours.
const COARSE_MARKS_MAX: i64 = 648;
/// What a coarse mark is a multiple of.
const COARSE: Duration = Duration::hours(1);

/// Steps and how long they are kept, all in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolution {
    /// From one mark to the next, the youngest first.
    pub steps_ms: [i64; 3],
    /// Until which age, the youngest first; the last is at least the longest window.
    pub ages_ms: [i64; 3],
}

impl Resolution {
    /// The resolution that `plan` needs: a step that divides its short windows and, where that can be, the evaluation interval,
    /// and is no shorter than a scrape or a slice. In shorter ones every other would hold a single sample or no slice, of which
    /// nothing follows.
    pub fn of(plan: &Plan<'_>, settings: &Settings) -> Resolution {
        let shorts = plan.windows.iter().map(|window| window.length());
        let shorts = shorts.filter(|length| *length <= windows::RAW_MAX);
        let shorts = shorts.fold(0, |a, b| gcd(a, b.as_ms()));
        let evaluated = gcd(shorts, settings.interval.as_ms());
        let dividing = |length: u64| {
            let divides = move |step: &&Duration| length.is_multiple_of(step.as_ms());
            STEPS.iter().filter(divides)
        };
        let least = match &plan.slo.core {
            Core::Slices {
                source: Slices::Condition(_),
                slice,
            } => settings.scrape_interval.max(*slice),
            Core::Events { .. } | Core::Slices { .. } => settings.scrape_interval,
        };
        let scraped = |step: &&Duration| **step >= least;
        let step = dividing(evaluated)
            .find(scraped)
            .or_else(|| dividing(shorts).rev().find(scraped))
            .or_else(|| dividing(evaluated).next());
        let longest = plan.windows.iter().map(|window| window.length()).max();
        let longest = longest.unwrap_or(plan.slo.period).max(plan.slo.period);
        // A month may be longer than months usually are.
        let longest = match plan.slo.calendar {
            Some(_) => Duration::from_ms(longest.as_ms() + longest.as_ms() / 20),
            None => longest,
        };
        Resolution::new(step.copied().unwrap_or(STEPS[STEPS.len() - 1]), longest)
    }

    /// The resolution of a series with steps of one length, which covers `longest`.
    pub fn new(step: Duration, longest: Duration) -> Resolution {
        let step_ms = ms(step);
        let fine_ms = FINE_MARKS * step_ms;
        let middle_step_ms = ms(MIDDLE).max(step_ms);
        let middle_ms = ms(MIDDLE_AGE).max(fine_ms);
        let coarse_ms = ms(longest).max(middle_ms);
        let hours = (coarse_ms - middle_ms + COARSE_MARKS_MAX * ms(COARSE) - 1)
            / (COARSE_MARKS_MAX * ms(COARSE));
        Resolution {
            steps_ms: [step_ms, middle_step_ms, hours.max(1) * ms(COARSE)],
            ages_ms: [fine_ms, middle_ms, coarse_ms],
        }
    }

    /// The resolution in which both see what they need: a step that divides both of theirs, and the longer past.
    pub fn shared(self, other: Resolution) -> Resolution {
        let step = gcd(self.steps_ms[0] as u64, other.steps_ms[0] as u64);
        let longest = self.ages_ms[2].max(other.ages_ms[2]) as u64;
        Resolution::new(Duration::from_ms(step), Duration::from_ms(longest))
    }

    /// The length of a step.
    pub fn step_ms(&self) -> i64 {
        self.steps_ms[0]
    }
}

/// The greatest length that both are whole multiples of.
pub(crate) fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Milliseconds that may be subtracted.
pub(crate) fn ms(duration: Duration) -> i64 {
    i64::try_from(duration.as_ms()).expect("the longest duration is far below an i64")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shared_is_fine_enough_for_both() {
        for a in STEPS {
            for b in STEPS {
                let of = |step: Duration, days| Resolution::new(step, Duration::days(days));
                let shared = of(a, 30).shared(of(b, 90));
                for step in [a, b] {
                    assert_eq!(ms(step) % shared.step_ms(), 0, "{a} and {b}");
                }
                let step = Duration::from_ms(shared.step_ms() as u64);
                assert!(STEPS.contains(&step), "{a} and {b}: {step}");
                assert_eq!(shared, of(step, 90), "{a} and {b}");
            }
        }
        let resolution = Resolution::new(STEPS[2], Duration::days(30));
        assert_eq!(resolution.shared(resolution), resolution);
    }
}
