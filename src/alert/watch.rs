//! Everything that is remembered of one group of an SLO between two evaluations, and what each evaluation changes.
//!
//! An episode opens with the first tier of its severity that fires and resolves when none does. While nothing can be seen
//! everything stays as it is: nothing is resolved because we could not see, and nothing begins.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::base::{Duration, Name};
use crate::evaluate::{Decision, Verdict};
use crate::model::policy::NoData;
use crate::plan::{Plan, no_data_tier};

use super::phase::{Phase, Timers};

/// What is remembered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watch {
    phases: Vec<Phase>,
    /// When it was last evaluated, seeing or not. Whoever goes on with a watch that was kept elsewhere begins anew: no time
    /// counts in which nothing was evaluated.
    #[serde(skip)]
    last_ms: Option<i64>,
    /// Since when nothing can be seen.
    blind_since_ms: Option<i64>,
    /// The episodes that are open, by severity, and when they were opened.
    open: BTreeMap<Name, i64>,
}

/// What the tiers of an SLO are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tiers {
    tiers: Vec<(Name, Name, Timers)>,
    interval_ms: i64,
}

/// What an evaluation saw.
#[derive(Clone, Copy, Debug)]
pub enum Look<'a> {
    /// What the tiers say.
    Seen(&'a Verdict),
    /// Nothing could be seen.
    Blind {
        /// When, in Unix milliseconds.
        at_ms: i64,
    },
}

/// A look at a moment that was looked at already, or is before it. Nothing was changed by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotLater {
    /// By how much it is earlier than the last look, in milliseconds; 0 where it is the same moment.
    pub by_ms: i64,
}

/// What an evaluation changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// When, in Unix milliseconds.
    pub at_ms: i64,
    /// What.
    pub what: What,
}

/// What changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// An episode of this severity opened.
    Opened(Name),
    /// A tier began to fire, by its place in the policy.
    Fired(usize),
    /// A tier ceased to fire.
    Ceased(usize),
    /// The episode of this severity is over.
    Resolved(Name),
    /// From here on nothing can be seen.
    Blinded,
    /// It can be seen again.
    Sighted,
}

/// How a group stands, for people: the worst of its tiers, or that nobody can see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// No tier is anywhere.
    Ok,
    /// A condition holds, and not yet for long enough.
    Pending,
    /// A tier fires.
    Firing,
    /// Nothing can be seen; what fired goes on.
    Blind,
}

impl Tiers {
    /// The tiers of `plan`, evaluated once in `interval`.
    pub fn of(plan: &Plan<'_>, interval: Duration) -> Tiers {
        let tiers = plan.tiers.iter().map(|planned| {
            let tier = planned.tier;
            (tier.name.clone(), tier.severity.clone(), Timers::of(tier))
        });
        Tiers {
            tiers: tiers.collect(),
            interval_ms: interval.as_ms() as i64,
        }
    }

    /// The one tier of missing data, whose verdict is whether there is any series.
    pub fn missing(no_data: &NoData, interval: Duration) -> Tiers {
        let timers = Timers {
            hold_ms: no_data.after.as_ms() as i64,
            keep_ms: 0,
        };
        Tiers {
            tiers: vec![(no_data_tier(), no_data.severity.clone(), timers)],
            interval_ms: interval.as_ms() as i64,
        }
    }

    /// What the tiers are called, in the order of the policy.
    pub fn names(&self) -> Vec<Name> {
        self.tiers.iter().map(|(name, _, _)| name.clone()).collect()
    }

    /// The severity of a tier.
    pub fn severity(&self, tier: usize) -> &Name {
        &self.tiers[tier].1
    }
}

impl Watch {
    /// Nothing was ever evaluated.
    pub fn new(tiers: &Tiers) -> Watch {
        Watch {
            phases: vec![Phase::Ok; tiers.tiers.len()],
            last_ms: None,
            blind_since_ms: None,
            open: BTreeMap::new(),
        }
    }

    /// The phases of the tiers, in the order of the policy.
    pub fn phases(&self) -> &[Phase] {
        &self.phases
    }

    /// The episodes that are open, by severity, and when they were opened.
    pub fn open(&self) -> &BTreeMap<Name, i64> {
        &self.open
    }

    /// Since when nothing can be seen.
    pub fn blind_since_ms(&self) -> Option<i64> {
        self.blind_since_ms
    }

    /// Whether it is as if it had never been evaluated, but for when it was.
    pub fn is_resting(&self) -> bool {
        let is_ok = |phase: &Phase| *phase == Phase::Ok;
        self.phases.iter().all(is_ok) && self.blind_since_ms.is_none() && self.open.is_empty()
    }

    /// Whether it differs from `other` in nothing but when it was last evaluated.
    pub fn is_like(&self, other: &Watch) -> bool {
        let of = |watch: &Watch| {
            (
                watch.phases.clone(),
                watch.blind_since_ms,
                watch.open.clone(),
            )
        };
        of(self) == of(other)
    }

    /// The same watch where the tiers that were called `names` are now `tiers`: phases go with the names. A severity that
    /// no tier has any more stays open until the next evaluation, which resolves it. Where one is open and no tier that fired
    /// has it any more, its new tiers go on firing until they are seen not to: by another name nothing is over.
    pub fn carried(&self, names: &[Name], tiers: &Tiers) -> Watch {
        let known = |name: &Name| {
            let at = names.iter().position(|other| other == name);
            at.and_then(|at| self.phases.get(at).copied())
        };
        let known: Vec<Option<Phase>> = tiers.names().iter().map(known).collect();
        let fires = |severity: &Name| {
            let mut of = known.iter().enumerate();
            of.any(|(at, phase)| {
                phase.is_some_and(Phase::is_firing) && tiers.severity(at) == severity
            })
        };
        let phase = |(at, phase): (usize, &Option<Phase>)| {
            let severity = tiers.severity(at);
            phase.unwrap_or(match self.open.contains_key(severity) && !fires(severity) {
                true => Phase::Firing { over_ms: None },
                false => Phase::Ok,
            })
        };
        Watch {
            phases: known.iter().enumerate().map(phase).collect(),
            ..self.clone()
        }
    }

    /// The same watch, by a clock that was set: no time counts until the next evaluation.
    pub fn anew(&self) -> Watch {
        Watch {
            last_ms: None,
            ..self.clone()
        }
    }

    /// Whether no tier fires or waits to, and nothing is open: it can be forgotten, and begun anew, without anybody missing it.
    pub fn is_calm(&self) -> bool {
        self.open.is_empty() && self.phases.iter().all(|phase| *phase == Phase::Ok)
    }

    /// How it stands.
    pub fn state(&self) -> State {
        if self.blind_since_ms.is_some() {
            return State::Blind;
        }
        let state = |phase: &Phase| match phase {
            Phase::Ok => State::Ok,
            Phase::Pending { .. } => State::Pending,
            Phase::Firing { .. } => State::Firing,
        };
        self.phases.iter().map(state).max().unwrap_or(State::Ok)
    }

    /// When it was last evaluated, seeing or not, in Unix milliseconds; nothing before the first time.
    pub fn last_ms(&self) -> Option<i64> {
        self.last_ms
    }

    /// What an evaluation makes of it, and what that changed. A look that is not later than the last one is refused, whether it
    /// sees or not: what was decided for a moment stays, and a clock that was set back does not wear `for` out twice. How long
    /// to wait, or that it is too long, is for whoever has the clock to say.
    pub fn next(&self, tiers: &Tiers, look: Look<'_>) -> Result<(Watch, Vec<Change>), NotLater> {
        let at_ms = match look {
            Look::Seen(verdict) => verdict.at_ms,
            Look::Blind { at_ms } => at_ms,
        };
        if let Some(last_ms) = self.last_ms
            && last_ms >= at_ms
        {
            return Err(NotLater {
                by_ms: last_ms - at_ms,
            });
        }
        let mut next = Watch {
            last_ms: Some(at_ms),
            ..self.clone()
        };
        let mut changes = Vec::new();
        let mut note = |what| changes.push(Change { at_ms, what });
        match look {
            Look::Blind { .. } => {
                if next.blind_since_ms.is_none() {
                    next.blind_since_ms = Some(at_ms);
                    note(What::Blinded);
                }
            }
            Look::Seen(verdict) => {
                if next.blind_since_ms.take().is_some() {
                    note(What::Sighted);
                }
                next.judge(tiers, verdict, self.elapsed_ms(tiers, at_ms), &mut note);
            }
        }
        Ok((next, changes))
    }

    /// What counts of the time since the last evaluation: one interval at most. An evaluation that sees again after blindness
    /// counts as any other, or `for` would never be over where every other query fails.
    fn elapsed_ms(&self, tiers: &Tiers, at_ms: i64) -> i64 {
        self.last_ms
            .map_or(0, |last_ms| (at_ms - last_ms).min(tiers.interval_ms))
    }

    fn judge(
        &mut self,
        tiers: &Tiers,
        verdict: &Verdict,
        elapsed_ms: i64,
        note: &mut impl FnMut(What),
    ) {
        assert_eq!(
            verdict.tiers.len(),
            self.phases.len(),
            "a verdict on every tier"
        );
        let (mut fired, mut ceased) = (Vec::new(), Vec::new());
        for (at, (phase, tier)) in self.phases.iter_mut().zip(&verdict.tiers).enumerate() {
            let before = *phase;
            // Of a window that is not known nothing follows, neither an end nor a beginning.
            if tier.judgement.decision == Decision::Unknown {
                continue;
            }
            let holds = tier.judgement.decision.holds(before.is_firing());
            *phase = before.next(holds, elapsed_ms, tiers.tiers[at].2);
            match (before.is_firing(), phase.is_firing()) {
                (false, true) => fired.push(at),
                (true, false) => ceased.push(at),
                (true, true) | (false, false) => {}
            }
        }
        // Also of a tier that fired before, which another configuration may have given another severity.
        let firing = self.phases.iter().enumerate();
        for (at, _) in firing.filter(|(_, phase)| phase.is_firing()) {
            let severity = tiers.severity(at);
            if !self.open.contains_key(severity) {
                self.open.insert(severity.clone(), verdict.at_ms);
                note(What::Opened(severity.clone()));
            }
        }
        fired.into_iter().for_each(|at| note(What::Fired(at)));
        ceased.into_iter().for_each(|at| note(What::Ceased(at)));
        let phases = &self.phases;
        let fires = |severity: &Name| {
            let mut of = phases.iter().enumerate();
            of.any(|(at, phase)| phase.is_firing() && tiers.severity(at) == severity)
        };
        self.open.retain(|severity, _| {
            let goes_on = fires(severity);
            if !goes_on {
                note(What::Resolved(severity.clone()));
            }
            goes_on
        });
    }
}
