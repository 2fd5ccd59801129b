//! What the daemon says of itself over HTTP: from vitals and metrics, with a clock of its own.

use std::fmt;
use std::sync::Arc;

use super::metrics::Metrics;
use super::vitals::Vitals;
use crate::clock::Watch;
use crate::serve::{AckOutcome, Dependency, Face, Live};

/// Acknowledges what the token of a link stands for. May wait.
pub type Acknowledge = Box<dyn Fn(&str) -> AckOutcome + Send + Sync>;

/// The face of a running daemon.
pub struct DaemonFace {
    vitals: Arc<Vitals>,
    metrics: Arc<Metrics>,
    /// Runs since the times began that `vitals` is told.
    watch: Arc<Watch>,
    acknowledge: Acknowledge,
}

impl DaemonFace {
    /// The face of the daemon whose vitals, metrics and watch these are.
    pub fn new(
        vitals: Arc<Vitals>,
        metrics: Arc<Metrics>,
        watch: Arc<Watch>,
        acknowledge: Acknowledge,
    ) -> DaemonFace {
        DaemonFace {
            vitals,
            metrics,
            watch,
            acknowledge,
        }
    }

    fn now_ms(&self) -> u64 {
        self.watch
            .elapsed()
            .as_millis()
            .try_into()
            .unwrap_or(u64::MAX)
    }
}

impl fmt::Debug for DaemonFace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DaemonFace").finish_non_exhaustive()
    }
}

impl Face for DaemonFace {
    fn live(&self) -> Live {
        self.vitals.live(self.now_ms())
    }

    fn ready(&self) -> Vec<Dependency> {
        self.vitals.ready(self.now_ms())
    }

    fn metrics(&self) -> String {
        self.metrics.text()
    }

    fn acknowledge(&self, token: &str) -> AckOutcome {
        (self.acknowledge)(token)
    }
}
