//! Verdicts by decree.

use burnwatch::evaluate::verdict::TierVerdict;
use burnwatch::evaluate::{Armed, Contents, Decision, Evidence, Judgement, Margins, Verdict};

/// The verdict on so many tiers of which these burn.
pub fn verdict(at_ms: i64, tiers: usize, burns: impl Fn(usize) -> bool) -> Verdict {
    let contents = Contents {
        events: 1_000.0,
        errors: 20.0,
    };
    let tier = |at: usize| TierVerdict {
        evidence: Evidence {
            long: Some(contents),
            short: Some(contents),
            left: None,
            history: Armed::Yes,
        },
        judgement: Judgement {
            decision: match burns(at) {
                true => Decision::Burning,
                false => Decision::LongBelow,
            },
            allowed_long: 1.0,
            allowed_short: 1.0,
            margins: Margins::WIDE,
        },
    };
    Verdict {
        at_ms,
        tiers: (0..tiers).map(tier).collect(),
    }
}
