//! What a timeline depends on: tiers, windows and counts of one SLO, without any name.
//!
//! SLOs whose cases are equal share a timeline. Times are milliseconds; amounts are whole [`QUANTA`]ths of an event, or of a
//! second where time is counted, so that every counter is a number which a double holds exactly.

use crate::alert::Timers;
use crate::base::{Duration, Ratio};
use crate::emit::rules::hold_back;
use crate::evaluate::{Condition, Limits};
use crate::plan::threshold::Scale;
use crate::plan::{Plan, PlannedTier, Settings, Window, windows};

/// Quanta in one event, or in one second.
pub const QUANTA: i64 = 64;
/// Most tiers that a set of them can name.
pub const TIERS_MAX: usize = 15;
/// Where a set of tiers has the alert for missing data.
pub const NO_DATA: usize = TIERS_MAX;

/// One SLO as its timeline sees it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Case {
    /// From one evaluation to the next.
    pub step_ms: i64,
    /// From one sample to the next.
    pub sample_ms: i64,
    /// The windows that decide, inputs before their users, the shortest first.
    pub windows: Vec<CaseWindow>,
    /// The tiers, in the order of the policy.
    pub tiers: Vec<CaseTier>,
    /// Where the period's window is, for thresholds that shrink with the budget, and the budget.
    pub period: Option<(usize, Ratio)>,
    /// The smallest thing that can be counted, in quanta.
    pub one: i64,
    /// Below this a window is empty, in quanta.
    pub nothing: Ratio,
    /// The least that must be bad, in quanta.
    pub bad_min: Ratio,
    /// The normal quantile of `confidence`.
    pub z: Option<Ratio>,
    /// How far back the hold term looks, where that is more than the last evaluation.
    pub hold_back_ms: Option<i64>,
    /// For how long the shortest window must be missing until the alert for missing data fires.
    pub no_data_after_ms: Option<i64>,
    /// The series that are fed, and what they do.
    pub parts: Vec<Part>,
    /// How they are fed.
    pub feed: Feed,
}

/// A recorded window.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CaseWindow {
    /// Its length.
    pub length_ms: i64,
    /// How far back its counters are read; longer for a tile, whose counts are scaled back.
    pub reach_ms: i64,
    /// Whether it is zero while the shortest window was there within the time that an absence is known.
    pub outlasts: bool,
    /// How it is computed.
    pub source: Source,
}

/// How a window is computed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// From the raw series.
    Raw,
    /// As a sum of recorded windows: which, and how long ago.
    Tiles(Vec<(usize, i64)>),
}

/// A tier.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CaseTier {
    /// Where its long window is.
    pub long: usize,
    /// Where its short window is.
    pub short: usize,
    /// Its threshold.
    pub theta: Ratio,
    /// The least share of the threshold, where it shrinks with the budget.
    pub floor: Option<Ratio>,
    /// `for`.
    pub hold_ms: i64,
    /// `keep_firing_for`.
    pub keep_ms: i64,
    /// Which window must have existed how long ago.
    pub armed: Option<(usize, i64)>,
}

/// How a burst of good and bad events moves one raw series, and how the rules count that series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// How often it counts a good event.
    pub good: i64,
    /// How often it counts a bad event.
    pub bad: i64,
    /// How often the rules count it as events.
    pub events: i64,
    /// How often the rules count it as errors.
    pub errors: i64,
    /// When it appears.
    pub appears: Appears,
}

/// When a series appears.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Appears {
    /// With the others.
    AtOnce,
    /// Shortly before it first counts something.
    Late,
}

/// What the input series of a test are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Feed {
    /// Counters, as they are scraped.
    Counters,
    /// The recorded windows themselves.
    Windows,
}

/// Evaluation and sample intervals in milliseconds, the longest first. Each evaluation interval divides an hour and is
/// below the five minutes that instant queries look back.
const PACES: [(i64, i64); 10] = [
    (240_000, 30_000),
    (180_000, 30_000),
    (120_000, 15_000),
    (60_000, 10_000),
    (40_000, 5_000),
    (30_000, 5_000),
    (20_000, 5_000),
    (15_000, 5_000),
    (10_000, 2_000),
    (5_000, 1_000),
];

/// The same with few samples: promtool loads at most ten thousand of a series at once, which limits timelines whose long
/// windows are read raw.
const SPARSE_PACES: [(i64, i64); 8] = [
    (240_000, 120_000),
    (180_000, 60_000),
    (120_000, 40_000),
    (60_000, 20_000),
    (40_000, 10_000),
    (20_000, 5_000),
    (10_000, 2_000),
    (5_000, 1_000),
];

/// Evaluation and sample intervals with which two evaluations see a burst in the shortest window of `plans`, whether or not
/// ranges include their left end. `None` where that is below seven seconds.
pub fn pace(plans: &[Plan<'_>]) -> Option<(i64, i64)> {
    let shorts = plans.iter().flat_map(|plan| &plan.tiers);
    let shortest_ms = shorts.map(|tier| ms(tier.tier.short)).min()?;
    let long = |window: &Window| matches!(window, Window::Raw(w) if *w > windows::RAW_MAX);
    let paces = match plans.iter().any(|plan| plan.windows.iter().any(long)) {
        true => &SPARSE_PACES[..],
        false => &PACES[..],
    };
    let fits = |(step, sample): &&(i64, i64)| step + sample <= shortest_ms - sample;
    paces.iter().find(fits).copied()
}

/// Where counters begin, in quanta, whose increases are scaled back: `increase` never extrapolates one below zero, so that
/// what a counter counts first would be scaled and not extrapolated.
const BEGINS: i64 = QUANTA << 24;

impl Case {
    /// What counters stand at when they are born, in quanta.
    pub fn begins(&self) -> i64 {
        let scaled = self
            .windows
            .iter()
            .any(|window| window.reach_ms != window.length_ms);
        match self.feed {
            Feed::Counters if scaled => BEGINS,
            Feed::Counters | Feed::Windows => 0,
        }
    }

    /// What decides about a tier, in quanta.
    pub fn condition(&self, tier: &CaseTier) -> Condition {
        Condition::new(Limits {
            theta: tier.theta,
            floor: tier.floor,
            z: self.z,
            quantum: Ratio::whole(i128::from(self.one)),
            bad_min: self.bad_min,
            nothing: self.nothing,
        })
    }

    /// How many samples before it first counts something a late series appears: two, so that nothing is lost; and so many that no
    /// range which is scaled back begins before it, where what it counts would be scaled and not extrapolated.
    pub fn late_samples(&self) -> i64 {
        let scaled = self
            .windows
            .iter()
            .filter(|window| window.reach_ms != window.length_ms);
        2 + scaled
            .map(|window| window.reach_ms / self.sample_ms + 1)
            .max()
            .unwrap_or(0)
    }

    /// The case of `plan`, evaluated at `pace` and fed by `parts`. `None` where there is no tier, or more than can be named.
    pub fn new(
        plan: &Plan<'_>,
        settings: &Settings,
        pace: (i64, i64),
        parts: Vec<Part>,
        feed: Feed,
    ) -> Option<Case> {
        if plan.tiers.is_empty() || plan.tiers.len() > TIERS_MAX {
            return None;
        }
        let scales = plan
            .tiers
            .iter()
            .any(|tier| tier.threshold.scale != Scale::Fixed);
        let longest = plan
            .tiers
            .iter()
            .map(|tier| tier.tier.long.max(tier.tier.short))
            .chain(scales.then_some(plan.slo.period))
            .max()?;
        let place = |window: Duration| {
            plan.windows
                .iter()
                .position(|w| w.length() == window)
                .expect("every window of a tier is planned")
        };
        let quanta = |amount: Ratio| amount * Ratio::whole(i128::from(QUANTA));
        let policy = &plan.slo.policy;
        Some(Case {
            step_ms: pace.0,
            sample_ms: pace.1,
            windows: plan
                .windows
                .iter()
                .take_while(|window| window.length() <= longest)
                .map(|window| CaseWindow::new(plan, settings, window, place))
                .collect(),
            tiers: plan
                .tiers
                .iter()
                .map(|tier| CaseTier::new(tier, place))
                .collect(),
            period: scales.then(|| (place(plan.slo.period), plan.slo.objective.budget())),
            one: (quanta(plan.slo.core.quantum()).floor() as i64).max(1),
            nothing: quanta(plan.nothing),
            bad_min: quanta(plan.bad_min),
            z: policy.confidence.map(|confidence| confidence.z),
            hold_back_ms: hold_back(settings.interval).map(ms),
            no_data_after_ms: policy.no_data.as_ref().map(|no_data| ms(no_data.after)),
            parts,
            feed,
        })
    }
}

impl CaseWindow {
    fn new(
        plan: &Plan<'_>,
        settings: &Settings,
        window: &Window,
        place: impl Fn(Duration) -> usize,
    ) -> CaseWindow {
        let length = window.length();
        let raw = matches!(window, Window::Raw(_));
        let further = match raw && plan.is_tile(length) {
            true => ms(settings.scrape_interval),
            false => 0,
        };
        CaseWindow {
            length_ms: ms(length),
            reach_ms: ms(length) + further,
            outlasts: raw && plan.outlasts_its_service(length),
            source: match window {
                Window::Raw(_) => Source::Raw,
                Window::Tiled(_, tiles) => Source::Tiles(
                    tiles
                        .iter()
                        .map(|tile| (place(tile.window), ms(tile.offset)))
                        .collect(),
                ),
            },
        }
    }
}

impl CaseTier {
    /// How long it waits.
    pub fn timers(&self) -> Timers {
        Timers {
            hold_ms: self.hold_ms,
            keep_ms: self.keep_ms,
        }
    }

    fn new(planned: &PlannedTier<'_>, place: impl Fn(Duration) -> usize) -> CaseTier {
        let tier = planned.tier;
        CaseTier {
            long: place(tier.long),
            short: place(tier.short),
            theta: planned.threshold.theta,
            floor: match planned.threshold.scale {
                Scale::Fixed => None,
                Scale::Remaining { floor } => Some(floor),
            },
            hold_ms: tier.hold.map_or(0, ms),
            keep_ms: tier.keep_firing_for.map_or(0, ms),
            armed: planned
                .armed_after
                .map(|after| (place(windows::RAW_MAX), ms(after))),
        }
    }

    /// Whether it can fire with the whole budget left.
    pub fn can_fire(&self) -> bool {
        self.theta < Ratio::ONE
    }
}

/// Times of a timeline may be subtracted.
pub fn ms(duration: Duration) -> i64 {
    i64::try_from(duration.as_ms()).expect("the longest duration is far below an i64")
}
