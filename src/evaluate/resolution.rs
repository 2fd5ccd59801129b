//! How finely time is kept: in steps of one length while it is young, coarser with age.
//!
//! Fixes what a series of 30 days costs: 1,800 marks of 20 bytes.

use crate::base::Duration;
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resolution {
    /// From one mark to the next, the youngest first.
    pub steps_ms: [i64; 3],
    /// Until which age, the youngest first; the last is at least the longest window.
    pub ages_ms: [i64; 3],
}

impl Resolution {
    /// The resolution that `plan` needs: a step that divides its short windows and the evaluation interval, and no shorter
    /// than a scrape where that is possible.
    pub fn of(plan: &Plan<'_>, settings: &Settings) -> Resolution {
        let shorts = plan.windows.iter().map(|window| window.length());
        let shorts = shorts.filter(|length| *length <= windows::RAW_MAX);
        let shared = shorts.fold(settings.interval.as_ms(), |a, b| gcd(a, b.as_ms()));
        let fits = |step: &&Duration| shared.is_multiple_of(step.as_ms());
        let scraped = |step: &&Duration| **step >= settings.scrape_interval;
        let steps = || STEPS.iter().filter(fits);
        let step = steps().find(scraped).or_else(|| steps().next());
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

    /// The length of a step.
    pub fn step_ms(&self) -> i64 {
        self.steps_ms[0]
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Milliseconds that may be subtracted.
pub(crate) fn ms(duration: Duration) -> i64 {
    i64::try_from(duration.as_ms()).expect("the longest duration is far below an i64")
}
