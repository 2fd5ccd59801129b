//! The state of one tier: ok, pending, firing. The one state machine of alerts.
//!
//! As in Prometheus, with one difference: time counts only where it was evaluated, so that a clock that jumps or a machine
//! that slept promotes nothing.

use serde::{Deserialize, Serialize};

use crate::base::Duration;
use crate::model::policy::Tier;

/// Where a tier stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// Nothing.
    #[default]
    Ok,
    /// Its condition holds, and not yet for long enough.
    Pending {
        /// For how long it has.
        held_ms: i64,
    },
    /// It fires.
    Firing {
        /// For how long its condition has been over, where it has.
        over_ms: Option<i64>,
    },
}

/// How long a tier waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timers {
    /// `for`: how long the condition must hold before it fires.
    pub hold_ms: i64,
    /// `keep_firing_for`: how long it goes on when the condition is over.
    pub keep_ms: i64,
}

impl Timers {
    /// Those of a tier.
    pub fn of(tier: &Tier) -> Timers {
        let ms =
            |duration: Option<Duration>| duration.map_or(0, |duration| duration.as_ms() as i64);
        Timers {
            hold_ms: ms(tier.hold),
            keep_ms: ms(tier.keep_firing_for),
        }
    }
}

impl Phase {
    /// Whether it fires.
    pub fn is_firing(self) -> bool {
        matches!(self, Phase::Firing { .. })
    }

    /// The phase after an evaluation in which the condition does or does not hold, `elapsed_ms` after the one before.
    pub fn next(self, holds: bool, elapsed_ms: i64, timers: Timers) -> Phase {
        match (self, holds) {
            (Phase::Ok, false) | (Phase::Pending { .. }, false) => Phase::Ok,
            (Phase::Ok, true) => Phase::held(0, timers),
            (Phase::Pending { held_ms }, true) => Phase::held(held_ms + elapsed_ms, timers),
            (Phase::Firing { .. }, true) => Phase::Firing { over_ms: None },
            (Phase::Firing { over_ms }, false) => {
                let over_ms = over_ms.map_or(0, |over_ms| over_ms + elapsed_ms);
                match over_ms < timers.keep_ms {
                    true => Phase::Firing {
                        over_ms: Some(over_ms),
                    },
                    false => Phase::Ok,
                }
            }
        }
    }

    fn held(held_ms: i64, timers: Timers) -> Phase {
        match held_ms >= timers.hold_ms {
            true => Phase::Firing { over_ms: None },
            false => Phase::Pending { held_ms },
        }
    }
}
