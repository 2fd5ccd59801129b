//! How soon a tier fires at a constant error ratio, the least of bad time that it needs included.

use crate::base::{Duration, Ratio};
use crate::model::core::Core;

use super::{Plan, PlannedTier, Reach};

impl Plan<'_> {
    /// What happens to a tier at a constant ratio of `errors`, with the whole budget left.
    pub fn detection(&self, planned: &PlannedTier<'_>, errors: Ratio) -> Reach {
        match planned.threshold.reach(planned.tier, errors) {
            Reach::Fires {
                fires_ms,
                resets_ms,
            } => Reach::Fires {
                fires_ms: fires_ms.max(self.least_ms(errors)),
                resets_ms,
            },
            other => other,
        }
    }

    /// How long it takes until the least of bad time has come together: `min_bad / errors`, in milliseconds.
    fn least_ms(&self, errors: Ratio) -> u64 {
        match &self.slo.core {
            Core::Events { .. } => 0,
            Core::Slices { .. } => {
                let least = Ratio::of_durations(self.slo.policy.min_bad, Duration::from_ms(1));
                (least / errors).floor() as u64
            }
        }
    }
}
