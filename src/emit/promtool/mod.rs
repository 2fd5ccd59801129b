//! Unit tests for the rules, run by `promtool test rules`.
//!
//! One timeline an SLO carries every tier over each of its edges: silent just below a threshold, firing just above, reset,
//! zero traffic, too few errors, a metric that is new or gone. What is expected is read from a simulation of the rules. SLOs
//! that differ in names alone share a timeline.

pub mod assertions;
pub mod case;
pub mod counter;
mod file;
mod linear;
mod scenes;
mod series;
pub mod simulate;
mod synthesise;
pub mod timeline;
mod values;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use assertions::Stretch;
use case::{Case, Feed};
use counter::Edge;
use simulate::Contents;
use timeline::Timeline;

pub use file::tests_file;

/// A timeline, what is expected of it, and its inputs as promtool reads them.
#[derive(Debug)]
pub struct Script {
    /// The timeline.
    pub timeline: Timeline,
    /// What is expected.
    pub stretches: Vec<Stretch>,
    /// Samples of each part in the group that burns; none for one that never appears.
    pub burning: Vec<Option<String>>,
    /// Samples of each part in the group that is healthy.
    pub healthy: Vec<Option<String>>,
}

impl Script {
    /// The script for a case.
    pub fn new(case: &Case) -> Script {
        let (timeline, recorded) = timeline::build(case);
        let open = timeline::replay(case, &timeline, Edge::LeftOpen);
        let stretches = assertions::stretches(&timeline.verdicts, &open, &timeline.notes);
        let (burning, healthy) = match case.feed {
            Feed::Counters => {
                let parts = || case.parts.iter();
                (
                    parts()
                        .map(|p| values::counter(case, &timeline, p))
                        .collect(),
                    parts()
                        .map(|p| values::healthy_counter(case, &timeline, p))
                        .collect(),
                )
            }
            Feed::Windows => windows(case, &recorded),
        };
        Script {
            timeline,
            stretches,
            burning,
            healthy,
        }
    }
}

type Samples = Vec<Option<String>>;

/// Events and errors of each raw window, in the group that burns and in the healthy one.
fn windows(case: &Case, recorded: &[Vec<Option<Contents>>]) -> (Samples, Samples) {
    let (mut burning, mut healthy) = (Vec::new(), Vec::new());
    for (window, contents) in raw_windows(case).zip(recorded) {
        burning.push(Some(values::window(case, contents, |c| c.events)));
        burning.push(Some(values::window(case, contents, |c| c.errors)));
        let events = values::healthy_events(case, window);
        healthy.push(Some(values::window(case, contents, |_| events)));
        healthy.push(Some(values::window(case, contents, |_| 0.0)));
    }
    (burning, healthy)
}

/// The lengths of the windows that are read raw, in milliseconds; they come first.
fn raw_windows(case: &Case) -> impl Iterator<Item = i64> {
    case.windows
        .iter()
        .filter(|window| window.source == case::Source::Raw)
        .map(|window| window.length_ms)
}

/// Scripts that were made already, for one run.
#[derive(Debug, Default)]
pub struct Scripts {
    made: Mutex<BTreeMap<Case, Arc<OnceLock<Arc<Script>>>>>,
}

impl Scripts {
    /// The script for a case, made once.
    pub fn of(&self, case: &Case) -> Arc<Script> {
        let place = {
            let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
            match made.get(case) {
                Some(place) => place.clone(),
                None => made.entry(case.clone()).or_default().clone(),
            }
        };
        place.get_or_init(|| Arc::new(Script::new(case))).clone()
    }
}

#[cfg(test)]
mod tests;
