//! From what an SLO means to what must be computed: windows, thresholds and names.
//!
//! Total: every SLO of the model has a plan. Rules and daemon are made from the same plan, so that they fire in the
//! same intervals.

pub mod alert;
mod detection;
pub mod link;
pub mod settings;
pub mod threshold;
pub mod windows;

use std::collections::BTreeSet;

use crate::base::{Duration, Name, Ratio};
use crate::model::policy::{Mode, Tier};
use crate::model::slo::{Slo, WindowMode};

pub use crate::base::naming::{self, Naming};
pub use settings::Settings;
pub use threshold::{Reach, Threshold};
pub use windows::{Tile, Window};

/// The window that tells whether there is any data, where no tier has a short one.
const SHORT_DEFAULT: Duration = Duration::minutes(5);

/// What is to be computed for one SLO.
#[derive(Clone, Debug)]
pub struct Plan<'a> {
    /// The SLO.
    pub slo: &'a Slo,
    /// Its windows, inputs before their users.
    pub windows: Vec<Window>,
    /// Its tiers; none where the SLO only observes.
    pub tiers: Vec<PlannedTier<'a>>,
    /// The least that must be bad in the long window of a tier, in events or seconds.
    pub bad_min: Ratio,
    /// Below this there is nothing in a window: half of what can be counted.
    pub nothing: Ratio,
}

/// A tier with its threshold.
#[derive(Clone, Debug)]
pub struct PlannedTier<'a> {
    /// The tier.
    pub tier: &'a Tier,
    /// Its threshold.
    pub threshold: Threshold,
    /// The short window reaches back further than an hour, so that a metric that is itself new would fill it with
    /// the traffic of now: the tier waits until there is history this long ago.
    pub armed_after: Option<Duration>,
}

impl Plan<'_> {
    /// Whether longer windows are put together from this one.
    pub fn is_tile(&self, window: Duration) -> bool {
        self.windows.iter().any(|user| match user {
            Window::Tiled(_, tiles) => tiles.iter().any(|tile| tile.window == window),
            Window::Raw(_) => false,
        })
    }

    /// Whether a window that is read raw counts as empty while its service is gone: a tile that a shorter window can ask.
    pub fn outlasts_its_service(&self, window: Duration) -> bool {
        let shortest = self.windows.first().map(Window::length);
        self.is_tile(window) && shortest.is_some_and(|shortest| shortest < window)
    }
}

impl PlannedTier<'_> {
    /// Whether it can fire at all: when everything fails, once the budget is spent at the latest.
    pub fn can_fire(&self) -> bool {
        self.threshold.reach(self.tier, Ratio::ONE) != Reach::Never
    }
}

/// The plan for `slo`.
pub fn plan<'a>(slo: &'a Slo, mode: WindowMode) -> Plan<'a> {
    let tiers: &[Tier] = match slo.mode {
        Mode::Alert | Mode::TicketOnly => &slo.policy.tiers,
        Mode::Observe => &[],
    };
    let mut lengths: BTreeSet<Duration> = tiers.iter().flat_map(|t| [t.long, t.short]).collect();
    lengths.insert(slo.period);
    let raw = mode == WindowMode::Raw || slo.windows == WindowMode::Raw;
    // Tiles of a service that is gone are zero only where a shorter window knows that it was there.
    if !raw
        && lengths
            .first()
            .is_none_or(|shortest| *shortest >= windows::RAW_MAX)
    {
        lengths.insert(SHORT_DEFAULT);
    }
    let windows = match raw {
        true => lengths.iter().copied().map(Window::Raw).collect(),
        false => windows::lay_out(&lengths),
    };
    let quantum = slo.core.quantum();
    let nothing = quantum / Ratio::whole(2);
    Plan {
        slo,
        windows,
        tiers: tiers.iter().map(|tier| planned(slo, tier, raw)).collect(),
        bad_min: bad_min(slo) - nothing,
        nothing,
    }
}

fn planned<'a>(slo: &Slo, tier: &'a Tier, raw: bool) -> PlannedTier<'a> {
    let late = tier.short > windows::RAW_MAX && !raw;
    PlannedTier {
        tier,
        threshold: Threshold::new(slo.objective, tier),
        armed_after: late.then(|| Duration::from_ms(tier.short.as_ms() - windows::RAW_MAX.as_ms())),
    }
}

/// `min_errors` or `min_bad`, whichever the core counts in.
fn bad_min(slo: &Slo) -> Ratio {
    match &slo.core {
        crate::model::core::Core::Events { .. } => Ratio::whole(i128::from(slo.policy.min_errors)),
        crate::model::core::Core::Slices { .. } => {
            Ratio::of_durations(slo.policy.min_bad, Duration::from_ms(1_000))
        }
    }
}

/// The tier that missing data alerts as.
pub fn no_data_tier() -> Name {
    "no-data".parse().expect("a literal name is a name")
}
