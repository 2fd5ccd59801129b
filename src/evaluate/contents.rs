//! What is counted: in a window, or in one step of time.

use serde::{Deserialize, Serialize};

/// Events and errors among them: counts, or seconds where time is judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Contents {
    /// All events.
    pub events: f64,
    /// The bad ones. A step can have a few less than none where good events are subtracted that were counted a moment
    /// later; a window never has.
    pub errors: f64,
}

impl Contents {
    /// Nothing happened, which is known.
    pub const NONE: Contents = Contents {
        events: 0.0,
        errors: 0.0,
    };

    /// Both together.
    pub fn plus(self, other: Contents) -> Contents {
        Contents {
            events: self.events + other.events,
            errors: self.errors + other.errors,
        }
    }

    /// The share of errors; nothing without events.
    pub fn error_ratio(self) -> Option<f64> {
        (self.events > 0.0).then(|| self.errors / self.events)
    }
}
