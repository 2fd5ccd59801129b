//! One SLO as it stands, with each of its groups.

use crate::alert::State;
use crate::base::{Duration, Name};
use crate::evaluate::history::Stretch;
use crate::evaluate::{BudgetLeft, Contents, Decision, Group, History, Judge, Period};
use crate::model::slo::SloId;
use crate::plan::{Plan, Settings};
use crate::prometheus::Failure;
use crate::replay::{GroupPast, Note, Past, Replayer};

use super::known::Known;
use super::stand::Times;

/// The windows of an SLO that has no tiers.
const OBSERVED: [Duration; 3] = [Duration::hours(1), Duration::hours(6), Duration::days(3)];

/// One SLO.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Which.
    pub id: SloId,
    /// When, in Unix milliseconds.
    pub at_ms: i64,
    /// Its period.
    pub period: Duration,
    /// How long everything may fail in a period, in milliseconds.
    pub outage_ms: u64,
    /// Whether it could be seen.
    pub sight: Sight,
    /// Its groups; one without values where it has none, and no group where nothing was ever seen.
    pub groups: Vec<GroupStanding>,
    /// How many groups more there are than are watched.
    pub groups_refused: usize,
    /// What else to know about the data.
    pub notes: Vec<Note>,
}

/// Whether an SLO could be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sight {
    /// It could.
    Clear,
    /// The server gives no series for it any more.
    Stale {
        /// Since when, in Unix milliseconds.
        since_ms: i64,
        /// Whether it may be for longer: nothing before was looked at.
        or_longer: bool,
    },
    /// The server has no series for it in all the time that was asked about.
    Never,
    /// There are series, and their numbers are no counts.
    NoCount {
        /// Since when, in Unix milliseconds.
        since_ms: i64,
        /// Whether it may be for longer: nothing before was looked at.
        or_longer: bool,
    },
    /// It could not be asked.
    Unasked(Failure),
}

/// One group.
#[derive(Clone, Debug)]
pub struct GroupStanding {
    /// Which.
    pub group: Group,
    /// Whether it could be seen.
    pub sight: Sight,
    /// How it stands.
    pub state: State,
    /// The tiers that fire; of a blind one those that fired when it was last seen.
    pub firing: Vec<Firing>,
    /// The tiers whose condition holds, and not yet for long enough.
    pub pending: Vec<Name>,
    /// What is left of its budget.
    pub budget: BudgetLeft,
    /// How much of the period is known.
    pub known: Known,
    /// How fast it is spent, over the long window of each tier.
    pub burns: Vec<Burn>,
    /// When it will be spent.
    pub spending: Spending,
    /// What was counted since the time that was asked for.
    pub counted: Stretch,
    /// How long that is, in milliseconds.
    pub counted_ms: i64,
}

/// A tier that fires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Firing {
    /// Its name.
    pub tier: Name,
    /// Its severity.
    pub severity: Name,
    /// Whether that wakes somebody.
    pub wakes: bool,
    /// When it began to, in Unix milliseconds.
    pub from_ms: i64,
    /// When the incident of its severity began, with this tier or another one.
    pub opened_ms: i64,
    /// Whether the incident may have begun earlier: nothing before was looked at.
    pub or_earlier: bool,
}

/// How fast a budget is spent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Burn {
    /// Over which window.
    pub window: Duration,
    /// The error ratio over the budget; nothing where there are no events or nothing is known.
    pub rate: Option<f64>,
}

/// When a budget will be spent if errors go on as in the shortest window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spending {
    /// It is.
    Spent,
    /// In so many milliseconds.
    In(i64),
    /// Never: it grows at least as fast, or the period is over before.
    Never,
    /// Nobody can say.
    Unknown,
}

impl Standing {
    /// Whether it could not be seen.
    pub fn is_blind(&self) -> bool {
        self.sight != Sight::Clear
    }

    /// Whether it, or one of its groups, could not be seen.
    pub fn is_blind_somewhere(&self) -> bool {
        self.is_blind() || self.groups.iter().any(|group| group.sight != Sight::Clear)
    }

    /// An SLO that could not be asked about.
    pub fn unasked(plan: &Plan<'_>, at_ms: i64, failure: Failure) -> Standing {
        Standing {
            sight: Sight::Unasked(failure),
            ..Standing::bare(plan, at_ms)
        }
    }

    fn bare(plan: &Plan<'_>, at_ms: i64) -> Standing {
        Standing {
            id: plan.slo.id.clone(),
            at_ms,
            period: plan.slo.period,
            outage_ms: plan.slo.objective.budget_ms(plan.slo.period),
            sight: Sight::Never,
            groups: Vec::new(),
            groups_refused: 0,
            notes: Vec::new(),
        }
    }

    /// An SLO whose last hours were gone through.
    /// Each group says what it counted in these times.
    pub fn of(
        plan: &Plan<'_>,
        settings: &Settings,
        replayer: Replayer<'_>,
        times: Times,
    ) -> Standing {
        let at_ms = replayer.histories().now_ms();
        let judge = Judge::new(plan);
        let period = Period::of(plan.slo);
        let windows = windows(plan);
        // What history says is read before the past takes it with it.
        let histories = replayer.histories().groups().iter();
        let measured: Vec<(Group, Measured)> = histories
            .map(|(group, history)| {
                let from_ms = times.counted_from_ms.max(at_ms - times.counted_max_ms);
                let times_ms = (from_ms.min(at_ms), at_ms);
                let measured = Measured::of(&judge, &period, &windows, history, times_ms);
                (group.clone(), measured)
            })
            .collect();
        let past = replayer.finish();
        let sight = sight(&past);
        let groups = measured.into_iter().filter_map(|(group, measured)| {
            let of = past.groups.get(&group)?;
            let seen = sight_of(&past, of, &sight);
            let standing = standing(plan, settings, &period, &past, group, of, measured);
            Some(GroupStanding {
                sight: seen,
                ..standing
            })
        });
        let mut groups: Vec<GroupStanding> = groups.collect();
        groups.sort_by_key(super::order::rank);
        Standing {
            sight: match groups.is_empty() {
                true => Sight::Never,
                false => sight,
            },
            groups,
            groups_refused: past.groups_refused,
            notes: past.notes,
            ..Standing::bare(plan, at_ms)
        }
    }
}

/// What a history says without the engine's states.
struct Measured {
    observed: Vec<Burn>,
    known: Known,
    counted: Stretch,
    counted_ms: i64,
}

impl Measured {
    fn of(
        judge: &Judge,
        period: &Period,
        windows: &[Duration],
        history: &History,
        (from_ms, at_ms): (i64, i64),
    ) -> Measured {
        let burn = |window: &Duration| {
            let stretch = history.stretch(at_ms - window.as_ms() as i64, at_ms);
            Burn {
                window: *window,
                rate: judge.burn_rate(stretch.contents),
            }
        };
        let begin_ms = period.around(at_ms).0;
        Measured {
            observed: windows.iter().map(burn).collect(),
            known: Known::of(history, begin_ms, at_ms),
            counted: history.stretch(from_ms, at_ms),
            counted_ms: at_ms - from_ms,
        }
    }
}

/// The long windows of tiers, each once, the shortest first.
fn windows(plan: &Plan<'_>) -> Vec<Duration> {
    match plan.tiers.is_empty() {
        true => OBSERVED.to_vec(),
        false => {
            let longs = plan.tiers.iter().map(|planned| planned.tier.long);
            let longs: std::collections::BTreeSet<Duration> = longs.collect();
            longs.into_iter().collect()
        }
    }
}

/// What the last evaluation saw: where intervals are longer than steps, that is some steps ago.
fn sight(past: &Past) -> Sight {
    match since(past, &past.blind) {
        Some((since_ms, or_longer)) => Sight::Stale {
            since_ms,
            or_longer,
        },
        None => Sight::Clear,
    }
}

/// What it saw of one group of an SLO of which it saw this.
fn sight_of(past: &Past, of: &GroupPast, all: &Sight) -> Sight {
    match since(past, &of.without_count) {
        Some((since_ms, or_longer)) => Sight::NoCount {
            since_ms,
            or_longer,
        },
        None => all.clone(),
    }
}

/// When the last of these times began, where it goes on, and whether it may have begun before.
fn since(past: &Past, times: &[(i64, i64)]) -> Option<(i64, bool)> {
    let (since_ms, until_ms) = times.last()?;
    (*until_ms == past.to_ms).then_some((*since_ms, *since_ms <= past.from_ms))
}

fn standing(
    plan: &Plan<'_>,
    settings: &Settings,
    period: &Period,
    past: &Past,
    group: Group,
    of: &GroupPast,
    measured: Measured,
) -> GroupStanding {
    let state = of.state.unwrap_or(State::Ok);
    let firing = firing(plan, settings, past, of);
    let tiers = plan.tiers.iter().zip(&of.tiers);
    let holds = tiers.clone().filter(|(planned, now)| {
        now.judgement.decision == Decision::Burning
            && firing.iter().all(|firing| firing.tier != planned.tier.name)
    });
    let pending = holds.map(|(planned, _)| planned.tier.name.clone());
    let unknown = BudgetLeft {
        contents: Contents::NONE,
        left: None,
    };
    let budget = of.budget.last().map_or(unknown, |(_, budget)| *budget);
    let burns: Vec<Burn> = measured
        .observed
        .into_iter()
        .map(|burn| {
            let mut same = tiers
                .clone()
                .filter(|(planned, _)| planned.tier.long == burn.window);
            let rate = match (state, same.next()) {
                (State::Blind, _) => None,
                (_, Some((_, now))) => now.long_burn,
                (_, None) => burn.rate,
            };
            Burn { rate, ..burn }
        })
        .collect();
    GroupStanding {
        pending: match state {
            State::Blind => Vec::new(),
            State::Ok | State::Pending | State::Firing => pending.collect(),
        },
        spending: spending(plan, period, past.to_ms, budget, burns.first()),
        group,
        sight: Sight::Clear,
        state,
        firing,
        budget,
        known: measured.known,
        counted: measured.counted,
        counted_ms: measured.counted_ms,
        burns,
    }
}

fn firing(plan: &Plan<'_>, settings: &Settings, past: &Past, of: &GroupPast) -> Vec<Firing> {
    let open = of
        .incidents
        .iter()
        .map(|incident| &incident.episode)
        .filter(|episode| episode.resolved_ms.is_none());
    let mut firing = Vec::new();
    for episode in open {
        // What held at the first evaluation fired when it had waited.
        let first = episode.firings.first().map(|one| one.tier);
        let waits = first.and_then(|tier| plan.tiers[tier].tier.hold);
        let waits_ms = waits.map_or(0, |hold| hold.as_ms() as i64);
        let settled_ms = past.from_ms + past.interval_ms + waits_ms;
        let now = episode.firings.iter().filter(|one| one.to_ms.is_none());
        firing.extend(now.map(|one| Firing {
            tier: plan.tiers[one.tier].tier.name.clone(),
            severity: episode.severity.clone(),
            wakes: settings.roster.wakes(&episode.severity),
            from_ms: one.from_ms,
            opened_ms: episode.opened_ms,
            or_earlier: episode.opened_ms <= settled_ms,
        }));
    }
    firing
}

/// A burn rate of 1 spends a whole budget in a period, so that what is left lasts left x period / rate. In a rolling period it
/// is never spent at 1 or below: old errors leave it as fast. In the calendar it begins anew before it is.
fn spending(
    plan: &Plan<'_>,
    period: &Period,
    at_ms: i64,
    budget: BudgetLeft,
    shortest: Option<&Burn>,
) -> Spending {
    let rate = shortest.and_then(|burn| burn.rate);
    let (begin_ms, end_ms) = period.around(at_ms);
    match (budget.left, rate) {
        (Some(left), _) if left <= 0.0 => Spending::Spent,
        (None, _) | (_, None) => Spending::Unknown,
        (Some(left), Some(rate)) => {
            let lasts_ms = left * (end_ms - begin_ms) as f64 / rate;
            let is_over = match plan.slo.calendar {
                None => rate <= 1.0,
                Some(_) => rate <= 0.0 || at_ms as f64 + lasts_ms >= end_ms as f64,
            };
            match is_over {
                true => Spending::Never,
                false => Spending::In(lasts_ms as i64),
            }
        }
    }
}
