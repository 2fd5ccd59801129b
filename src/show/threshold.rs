//! The threshold of a tier, for people: a burn rate, rounded; JSON has it exactly.

use crate::base::Ratio;
use crate::model::policy::{Of, Tier};

/// Digits that matter.
const DIGITS: u32 = 3;

/// `14.4x`, or `14.4x of what is left` where it falls with the budget. `times` is what stands for times.
pub(super) fn threshold(tier: &Tier, times: &str) -> String {
    let rate = tier.burn_rate.round_to_significant(DIGITS);
    match tier.of {
        // A burn rate of 1 is the least, whatever is left.
        Of::Remaining if tier.burn_rate > Ratio::ONE => format!("{rate}{times} of what is left"),
        Of::Full | Of::Remaining => format!("{rate}{times}"),
    }
}
