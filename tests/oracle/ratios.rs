//! Recorded ratios of long windows against exact ones.

use super::backfill::Backfilled;
use super::exact::{Exact, Seen};
use super::scenario::{HOUR_S, START_S, Scenario};

/// 1 - 99.9 %.
pub const BUDGET: f64 = 0.001;

/// The windows that are put together from recorded tiles.
const LONG_WINDOWS: [(&str, i64); 4] = [
    ("6h", 6 * HOUR_S),
    ("1d", 24 * HOUR_S),
    ("3d", 72 * HOUR_S),
    ("30d", 720 * HOUR_S),
];

/// The long windows that fit into the history of a scenario.
pub fn windows_of(scenario: &Scenario) -> impl Iterator<Item = (&'static str, i64)> {
    let history_s = scenario.history_s();
    LONG_WINDOWS
        .into_iter()
        .filter(move |(_, window_s)| *window_s < history_s)
}

/// Windows of fewer events are not judged: one event more or less is a large share of them.
const MIN_EVENTS: u64 = 1_000;

/// While an incident enters or leaves a window, a scrape earlier or later decides how much of it is inside.
const EDGE_S: i64 = 7 * 60;

/// A window is judged from when its oldest tile was recorded over a full hour of scrapes.
pub const FIRST_TILE_S: i64 = 5 * 60;

/// How far the recorded ratios of one window are from exact ones.
#[derive(Debug, Clone, Default)]
pub struct Differences {
    /// |recorded - exact| / exact, ascending.
    relative: Vec<f64>,
    /// Windows with events of which nothing was recorded, since the service was not seen for an hour.
    pub absent: usize,
    /// The largest of those that differ by more than one event.
    pub worst_beyond_one_event: f64,
    /// |recorded - exact| in events, the largest.
    pub worst_events: f64,
    /// The signed relative difference of the largest magnitude.
    pub worst_signed: f64,
}

impl Differences {
    fn add(&mut self, recorded: f64, exact: f64, events: f64) {
        let absolute = (recorded - exact).abs();
        let relative = if absolute == 0.0 {
            0.0
        } else {
            absolute / exact
        };
        self.relative.push(relative);
        self.worst_events = self.worst_events.max(absolute * events);
        if absolute * events > 1.0 {
            self.worst_beyond_one_event = self.worst_beyond_one_event.max(relative);
        }
        if relative.is_finite() && relative > self.worst_signed.abs() {
            self.worst_signed = (recorded - exact) / exact;
        }
    }

    /// How many windows were judged.
    pub fn judged(&self) -> usize {
        self.relative.len()
    }

    /// The median of the relative differences; nothing when no window was judged.
    pub fn median(&self) -> Option<f64> {
        self.relative.get(self.relative.len() / 2).copied()
    }
}

/// Compares the recorded burn rates of `window` with the counts of an oracle.
///
/// # Panics
///
/// When there is no recorded value for a window of at least [`MIN_EVENTS`] events of a service that was seen.
pub fn compare(
    scenario: &Scenario,
    server: &Backfilled,
    seen: &Seen,
    exact: &Exact,
    (window, window_s): (&str, i64),
) -> Differences {
    let recorded = server.evaluate(&format!("slo:burn_rate:ratio{window}"));
    let mut differences = Differences::default();
    for (time_ms, recorded) in server.evaluations_ms().zip(recorded) {
        let second = time_ms / 1_000 - START_S;
        let counts = exact.within(time_ms, window_s);
        if second < window_s + FIRST_TILE_S
            || counts.events < MIN_EVENTS
            || is_at_an_edge(scenario, second, window_s)
        {
            continue;
        }
        let Some(recorded) = recorded else {
            assert!(
                !seen.within_the_hour(time_ms),
                "{window} of {} is absent at {second} s",
                scenario.name
            );
            differences.absent += 1;
            continue;
        };
        let ratio = counts.ratio().expect("a judged window has events");
        #[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
        differences.add(recorded * BUDGET, ratio, counts.events as f64);
    }
    differences.relative.sort_by(f64::total_cmp);
    differences
}

fn is_at_an_edge(scenario: &Scenario, second: i64, window_s: i64) -> bool {
    let edges = scenario
        .incidents
        .iter()
        .flat_map(|incident| [incident.during.start, incident.during.end]);
    edges
        .into_iter()
        .any(|edge| (second - edge).abs() <= EDGE_S || (second - window_s - edge).abs() <= EDGE_S)
}
