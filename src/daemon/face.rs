//! What the daemon says of itself over HTTP: from vitals and metrics, with a clock of its own.

use std::fmt;
use std::sync::{Arc, OnceLock};

use super::clockwork::Clockwork;
use super::metrics::Metrics;
use super::vitals::Vitals;
use crate::serve::{AckOutcome, Dependency, Face, Live};

/// Acknowledges what the token of a link stands for. May wait.
pub type Acknowledge = Box<dyn Fn(&str) -> AckOutcome + Send + Sync>;

/// What is wrong with the web configuration file by now, where something is.
pub type WebTrouble = Box<dyn Fn() -> Option<String> + Send + Sync>;

/// The face of a running daemon.
pub struct DaemonFace {
    vitals: Arc<Vitals>,
    metrics: Arc<Metrics>,
    /// Its steady time is the one that `vitals` is told.
    clock: Clockwork,
    acknowledge: Acknowledge,
    /// Not known before the server is there, which needs a face.
    web: OnceLock<WebTrouble>,
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
            web: OnceLock::new(),
        }
    }

    /// From now on it says what is wrong with the web configuration file, too. The first one counts.
    pub fn look_at_web(&self, web: WebTrouble) {
        let _ = self.web.set(web);
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
        if let Some(web) = self.web.get() {
            self.vitals.web_fault(web());
        }
        self.vitals.ready(self.clock.steady_ms())
    }

    fn metrics(&self) -> String {
        self.metrics.text()
    }

    fn acknowledge(&self, token: &str) -> AckOutcome {
        (self.acknowledge)(token)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::base::Duration;
    use crate::serve::DependencyState;

    #[test]
    fn a_web_configuration_file_that_broke_is_said_until_it_is_right_again() {
        let face = DaemonFace::new(
            Arc::new(Vitals::new(Duration::minutes(1))),
            Arc::new(Metrics::new("1")),
            Clockwork::start(),
            Box::new(|_| AckOutcome::Unknown),
        );
        let said = || {
            let needs = face.ready().into_iter();
            let mut web = needs.filter(|need| need.name == "web configuration");
            web.next().map(|need| (need.state, need.reason))
        };
        assert_eq!(said(), None);
        let now = Arc::new(Mutex::new(None));
        let looked = now.clone();
        face.look_at_web(Box::new(move || looked.lock().unwrap().clone()));
        assert_eq!(said(), None);
        *now.lock().unwrap() = Some("it is empty".to_string());
        let why = "it is empty; the one before is in effect".to_string();
        assert_eq!(said(), Some((DependencyState::Impaired, why)));
        *now.lock().unwrap() = None;
        assert_eq!(said(), None);
    }
}
