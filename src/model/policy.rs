//! An alert policy as it applies to one SLO: tiers with everything derived for its own period.

use crate::base::{Duration, Name, Ratio};

pub use super::confidence::Confidence;
use super::place::TierPlace;

/// Errors below which a tier stays silent, unless the policy says otherwise.
pub const MIN_ERRORS_DEFAULT: u32 = 5;
/// Bad time below which a tier of a time-based SLO stays silent, unless the policy says otherwise.
pub const MIN_BAD_DEFAULT: Duration = Duration::minutes(2);
/// The share of `long` that is the short window where none is given (SRE workbook, chapter 5).
pub const SHORT_SHARE: u64 = 12;

/// Windows and periods beyond an hour are whole multiples of this: what is left over of whole hours is read raw and must hold
/// samples too.
pub const WINDOW_GRAIN: Duration = Duration::minutes(5);

/// What the SLO's alerts may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Every tier with its own severity.
    Alert,
    /// Nobody is woken: tiers that would wake are sent as tickets.
    TicketOnly,
    /// Recorded, and no alerts at all.
    Observe,
}

/// How the user named a tier's burn rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// `budget`: this share of the budget may be spent in the long window.
    Budget(Ratio),
    /// `exhausts_in`: at this pace the whole budget is gone after so long.
    ExhaustsIn(Duration),
    /// `burn_rate`: the factor itself.
    BurnRate(Ratio),
}

impl Pace {
    /// The burn rate in a period: p * P / W, P / D, or as given (SRE workbook, chapter 5).
    pub fn burn_rate(self, period: Duration, long: Duration) -> Ratio {
        match self {
            Pace::Budget(share) => share * Ratio::of_durations(period, long),
            Pace::ExhaustsIn(duration) => Ratio::of_durations(period, duration),
            Pace::BurnRate(rate) => rate,
        }
    }
}

/// Which budget a tier's pace is measured against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// The whole budget of the period.
    Full,
    /// What is left of it: the threshold falls as the budget is spent, never below a burn rate of 1.
    Remaining,
}

/// One row of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tier {
    /// Its name, unique in the policy.
    pub name: Name,
    /// The severity of its alerts, the mode of the SLO applied.
    pub severity: Name,
    /// How its burn rate was named.
    pub pace: Pace,
    /// Which budget the pace is measured against.
    pub of: Of,
    /// The burn rate above which it fires.
    pub burn_rate: Ratio,
    /// The long window, which decides when it fires.
    pub long: Duration,
    /// The short window, which decides when it resets.
    pub short: Duration,
    /// How long the condition must hold before it fires.
    pub hold: Option<Duration>,
    /// How long it goes on after the condition has cleared.
    pub keep_firing_for: Option<Duration>,
    /// Where it is written; nowhere for a built-in tier.
    pub place: Option<TierPlace>,
}

/// An alert about data that is missing altogether.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoData {
    /// Its severity.
    pub severity: Name,
    /// For how long there must be no series at all.
    pub after: Duration,
}

/// The tiers and guards of one SLO.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// What the policy is called; `inline` where the SLO lists its own tiers.
    pub name: String,
    /// Its tiers, in the order in which they were written.
    pub tiers: Vec<Tier>,
    /// Errors in the long window below which a tier stays silent.
    pub min_errors: u32,
    /// The same for SLIs that count time: bad time in the long window.
    pub min_bad: Duration,
    /// The statistical guard, where asked for.
    pub confidence: Option<Confidence>,
    /// The alert for missing data, where asked for.
    pub no_data: Option<NoData>,
    /// Whether these are all of its tiers.
    pub extent: Extent,
}

/// Whether all tiers that were written could be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Extent {
    /// They could.
    #[default]
    Whole,
    /// Some were at fault, which has been said: of what the others lack nothing is known.
    Partial,
}
