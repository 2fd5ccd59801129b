//! The clocks of the daemon: what the machine calls the time, and a time that nobody sets.

use crate::clock::{self, Watch};

/// Both clocks. Copies tell the same times.
#[derive(Clone, Copy, Debug)]
pub struct Clockwork {
    watch: Watch,
}

impl Clockwork {
    /// Begins to count.
    pub fn start() -> Clockwork {
        Clockwork {
            watch: Watch::start(),
        }
    }

    /// The watch behind the steady clock.
    pub fn watch(&self) -> Watch {
        self.watch
    }

    /// The time of the machine, in Unix milliseconds. It may jump.
    pub fn wall_ms(&self) -> i64 {
        clock::now_ms()
    }

    /// Milliseconds since the start. They never go back, and a machine that sleeps may not count them.
    pub fn steady_ms(&self) -> i64 {
        i64::try_from(self.watch.elapsed().as_millis()).unwrap_or(i64::MAX)
    }
}
