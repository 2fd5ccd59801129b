//! What the daemon says of itself over HTTP: from vitals and metrics, with a clock of its own.

use std::fmt;
use std::sync::Arc;

use super::clockwork::Clockwork;
use super::metrics::Metrics;
use super::vitals::Vitals;
use crate::serve::{AckOutcome, Dependency, Face, Live};

/// Acknowledges what the token of a link stands for. May wait.
pub type Acknowledge = Box<dyn Fn(&str) -> AckOutcome + Send + Sync>;

/// The face of a running daemon.
pub struct DaemonFace {
    vitals: Arc<Vitals>,
    metrics: Arc<Metrics>,
    /// Its steady time is the one that `vitals` is told.
    clock: Clockwork,
    acknowledge: Acknowledge,
}

impl DaemonFace {
    /// The face of the daemon whose vitals, metrics and clock these are.
    pub fn new(
        vitals: Arc<Vitals>,
        metrics: Arc<Metrics>,
        clock: Clockwork,
        acknowledge: Acknowledge,
    ) -> DaemonFace {
        DaemonFace {
            vitals,
            metrics,
            clock,
            acknowledge,
        }
    }
}

impl fmt::Debug for DaemonFace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DaemonFace").finish_non_exhaustive()
    }
}

impl Face for DaemonFace {
    fn live(&self) -> Live {
        self.vitals.live(self.clock.steady_ms())
    }

    fn ready(&self) -> Vec<Dependency> {
        self.vitals.ready(self.clock.steady_ms())
    }

    fn metrics(&self) -> String {
        self.metrics.text()
    }

    fn acknowledge(&self, token: &str) -> AckOutcome {
        (self.acknowledge)(token)
    }
}
