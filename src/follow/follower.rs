//! What is known of one SLO, and how an evaluation goes on from it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::base::{Duration, phase};
use crate::evaluate::{
    Counts, Decision, Group, Grouping, Histories, Judge, Judgement, Resolution, Sight, Verdict,
};
use crate::model::{Slo, SloId};
use crate::plan::{self, Plan, Settings};
use crate::prometheus::{Failure, Question, Reply};
use crate::replay::sections::whole_ms;
use crate::replay::{Gathered, Inquiry, Progress};

use super::coverage::Coverage;

/// After so long without any series the time is taken as one of which nothing is known. Before that it is asked for again with
/// every evaluation, for counters tell what they rose by meanwhile.
const GAP_MAX: Duration = Duration::hours(1);

/// One SLO that is followed.
#[derive(Clone, Debug)]
pub struct Follower {
    pub(super) slo: Arc<Slo>,
    pub(super) settings: Settings,
    /// How often targets are scraped by what the workspace says.
    pub(super) declared: Duration,
    /// How long after a whole slot its own ones are, in milliseconds.
    pub(super) phase_ms: i64,
    pub(super) known: Option<Known>,
    /// The groups that something is remembered of from before.
    pub(super) remembered: BTreeSet<Group>,
}

/// What is known of it.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) past: Past,
    pub(super) judge: Judge,
}

/// What it is that is known.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Past {
    pub(super) histories: Histories,
    /// From when on everything was asked for, in Unix milliseconds.
    from_ms: i64,
    pub(super) coverage: Coverage,
    /// There were no series when it was last asked for, and it is asked for them again.
    is_gap: bool,
    /// The groups of which some tier burns or waits: they are not let go of.
    pub(super) held: BTreeSet<Group>,
}

/// What an evaluation saw.
#[derive(Clone, Debug, PartialEq)]
pub enum Seen {
    /// These groups.
    Groups(Vec<GroupSeen>),
    /// No series at all.
    Nothing,
}

/// What an evaluation saw of a group.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupSeen {
    /// Which.
    pub group: Group,
    /// What its tiers say; nothing where its numbers are no counts.
    pub verdict: Option<Verdict>,
    /// The burn rates of the long and the short window of each tier.
    pub burns: Vec<(Option<f64>, Option<f64>)>,
    /// The share of the budget that is left.
    pub left: Option<f64>,
}

impl Follower {
    /// Nothing is known of `slo` yet; of the groups `remembered` some tier fired or waited before. The moments for which it is
    /// evaluated are its own, so that not all SLOs are at the same moment.
    pub fn new(slo: Arc<Slo>, settings: Settings, remembered: BTreeSet<Group>) -> Follower {
        let follower = Follower {
            slo,
            declared: settings.scrape_interval,
            settings,
            phase_ms: 0,
            known: None,
            remembered,
        };
        let phase_ms = phase(&follower.slo.id.to_string(), follower.every_ms());
        follower.in_phase(phase_ms)
    }

    /// The same of which nothing is known, evaluated `phase_ms` after whole slots.
    pub fn in_phase(self, phase_ms: i64) -> Follower {
        Follower {
            phase_ms,
            known: None,
            ..self
        }
    }

    /// How long after a whole slot its own ones are, in milliseconds.
    pub fn phase_ms(&self) -> i64 {
        self.phase_ms
    }

    /// Which SLO it is.
    pub fn id(&self) -> &SloId {
        &self.slo.id
    }

    /// The SLO itself.
    pub fn slo(&self) -> &Arc<Slo> {
        &self.slo
    }

    /// How it is evaluated.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// How far back it is known.
    pub fn coverage(&self) -> Option<Coverage> {
        self.known.as_ref().map(|known| known.past.coverage)
    }

    /// What is to be learnt next of its past: all tiers before the whole period, where that is longer.
    pub fn lacks(&self) -> Option<Coverage> {
        let Some(known) = &self.known else {
            return Some(Coverage::Pages);
        };
        if known.past.coverage == Coverage::Whole {
            return None;
        }
        let plan = self.plan();
        let now_ms = known.past.histories.now_ms();
        let step_ms = known.past.histories.resolution().step_ms();
        let whole_ms = Inquiry::until(&plan, &self.settings, now_ms).begin_ms();
        let back_ms = Coverage::Tiers.back_ms(&plan, &self.settings.roster);
        let is_next = back_ms.is_some_and(|back_ms| {
            let tiers_ms = now_ms - back_ms;
            let since = Inquiry::since(&plan, &self.settings, tiers_ms - step_ms, now_ms);
            tiers_ms < known.past.from_ms && since.begin_ms() > whole_ms
        });
        match is_next {
            true => Some(Coverage::Tiers),
            false => Some(Coverage::Whole),
        }
    }

    /// Until when it is known, in Unix milliseconds.
    pub fn known_ms(&self) -> Option<i64> {
        self.known
            .as_ref()
            .map(|known| known.past.histories.now_ms())
    }

    pub(super) fn plan(&self) -> Plan<'_> {
        plan::plan(&self.slo, self.slo.windows)
    }

    /// The last moment at or before `at_ms` for which it can be evaluated, in Unix milliseconds.
    pub fn slot_ms(&self, at_ms: i64) -> i64 {
        whole_ms(at_ms, self.every_ms(), self.phase_ms)
    }

    /// From one evaluation to the next, in milliseconds.
    pub fn every_ms(&self) -> i64 {
        let interval_ms = self.settings.interval.as_ms() as i64;
        let step_ms = self.step_ms();
        (interval_ms + step_ms - 1) / step_ms * step_ms
    }

    fn step_ms(&self) -> i64 {
        Resolution::of(&self.plan(), &self.settings).step_ms()
    }

    /// Learns its past until `to_ms`, as far back as `coverage` says, from the answers that are known: which questions are open
    /// is what comes back until there are none.
    ///
    /// # Errors
    ///
    /// Why it cannot be learnt.
    pub fn learn<'r>(
        &mut self,
        coverage: Coverage,
        to_ms: i64,
        known: impl Fn(&Question) -> Option<Result<&'r Reply, &'r Failure>>,
    ) -> Result<Vec<Question>, Failure> {
        let plan = self.plan();
        let step_ms = Resolution::of(&plan, &self.settings).step_ms();
        let back_ms = coverage.back_ms(&plan, &self.settings.roster);
        let inquiry = match back_ms {
            None => Inquiry::until(&plan, &self.settings, to_ms),
            Some(back_ms) if coverage == Coverage::Tiers => {
                Inquiry::since(&plan, &self.settings, to_ms - back_ms, to_ms)
            }
            Some(back_ms) => {
                let begin_ms = whole_ms(to_ms - back_ms, step_ms, to_ms);
                Inquiry::after(&plan, &self.settings, begin_ms, to_ms)
            }
        };
        let from_ms = inquiry.begin_ms();
        let mut gathered = match inquiry.gather(known) {
            Progress::Open(questions) => return Ok(questions),
            Progress::Failed { failure, .. } => return Err(failure),
            Progress::Known(gathered) => gathered,
        };
        let grouping = match self.slo.group_by.is_empty() {
            true => Grouping::Whole,
            false => Grouping::Grouped,
        };
        let resolution = Resolution::of(&plan, &self.settings);
        let mut histories = Histories::new(resolution, grouping, from_ms);
        let judge = Judge::new(&plan);
        let held = match &self.known {
            Some(known) => known.past.held.clone(),
            None => self.remembered.clone(),
        };
        let is_gap = hold_gap_back(&mut gathered);
        push(&mut histories, &gathered, &held);
        if let Some(found) = gathered.found {
            self.settings.scrape_interval = found;
        }
        let past = Past {
            histories,
            from_ms,
            coverage,
            is_gap,
            held,
        };
        self.known = Some(Known { past, judge });
        Ok(Vec::new())
    }

    /// Goes on until `to_ms`, which is a slot: the questions that are open, or what was seen.
    ///
    /// # Errors
    ///
    /// Why it cannot go on. It is as if it had not been asked.
    pub fn go<'r>(
        &mut self,
        to_ms: i64,
        known: impl Fn(&Question) -> Option<Result<&'r Reply, &'r Failure>>,
    ) -> Result<Step, Failure> {
        let plan = plan::plan(&self.slo, self.slo.windows);
        let Known { past: of, judge } = self.known.as_mut().expect("its past was learnt");
        let begin_ms = of.histories.now_ms();
        if to_ms <= begin_ms {
            return Ok(Step::Seen(of.see(judge, begin_ms, &plan)));
        }
        // What rose over a gap is known from the step before it.
        let step_ms = of.histories.resolution().step_ms();
        let asks_from_ms = match of.is_gap {
            true => begin_ms - step_ms,
            false => begin_ms,
        };
        let inquiry = Inquiry::after(&plan, &self.settings, asks_from_ms, to_ms);
        let mut gathered = match inquiry.gather(known) {
            Progress::Open(questions) => return Ok(Step::Open(questions)),
            Progress::Failed { failure, .. } => return Err(failure),
            Progress::Known(gathered) => gathered,
        };
        if of.is_gap && !gathered.counts.is_empty() {
            let first = gathered.counts.remove(0);
            gathered.counts.insert(0, first.without_first());
        }
        let steps = gathered.counts.iter().map(|counts| counts.steps);
        let steps: usize = steps.sum();
        let unknown = gathered.counts.iter().map(Counts::unknown_at_end);
        let is_gap = unknown.sum::<usize>() == steps;
        if is_gap && to_ms - begin_ms < GAP_MAX.as_ms() as i64 {
            // It is asked for again together with what comes behind it.
            of.is_gap = true;
            return Ok(Step::Seen(Seen::Nothing));
        }
        of.is_gap = hold_gap_back(&mut gathered);
        push(&mut of.histories, &gathered, &of.held);
        if of.is_gap {
            return Ok(Step::Seen(Seen::Nothing));
        }
        Ok(Step::Seen(of.see(judge, to_ms, &plan)))
    }
}

/// How far an evaluation got.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// These questions are open.
    Open(Vec<Question>),
    /// This was seen.
    Seen(Seen),
}

/// Leaves out a gap at the end that may be bridged when it is over; false where there is none.
fn hold_gap_back(gathered: &mut Gathered) -> bool {
    let Some(last) = gathered.counts.last_mut() else {
        return false;
    };
    let unknown = last.unknown_at_end();
    let is_short = (unknown as i64) * last.step_ms < GAP_MAX.as_ms() as i64;
    let holds_back = unknown > 0 && unknown < last.steps && is_short;
    if holds_back {
        last.shorten(unknown);
    }
    holds_back
}

fn push(histories: &mut Histories, gathered: &Gathered, held: &BTreeSet<Group>) {
    let keeps = |group: &Group| held.contains(group);
    for counts in &gathered.counts {
        for step in 0..counts.steps {
            histories.push(counts, step, &keeps);
        }
    }
}

impl Past {
    /// What is to be seen at `at_ms`, until which it is known.
    fn see(&mut self, judge: &Judge, at_ms: i64, plan: &Plan<'_>) -> Seen {
        if self.histories.sight() == Sight::Nothing {
            return Seen::Nothing;
        }
        let armed = judge.armed(self.histories.groups(), at_ms);
        let groups: &BTreeMap<Group, _> = self.histories.groups();
        let mut seen = Vec::with_capacity(groups.len());
        for (group, history) in groups {
            let mut verdict = match self.histories.sight_of(group) {
                Sight::Clear => Some(judge.judge(history, &armed, at_ms)),
                Sight::NoCount | Sight::Nothing => None,
            };
            let mut burns = Vec::new();
            if let Some(verdict) = &mut verdict {
                for (tier, planned) in verdict.tiers.iter_mut().zip(&plan.tiers) {
                    let long_ms = planned.tier.long.max(planned.tier.short).as_ms() as i64;
                    if self.coverage != Coverage::Whole && at_ms - long_ms < self.from_ms {
                        tier.judgement = Judgement::without_numbers(Decision::Unknown);
                    }
                    let burn = |contents| judge.burn_rate(contents);
                    let evidence = tier.evidence;
                    burns.push((evidence.long.and_then(burn), evidence.short.and_then(burn)));
                }
            }
            let left = match self.coverage {
                Coverage::Whole => judge.budget(history, at_ms).left,
                Coverage::Pages | Coverage::Tiers => None,
            };
            seen.push(GroupSeen {
                group: group.clone(),
                verdict,
                burns,
                left,
            });
        }
        if self.coverage != Coverage::Whole {
            // Their events may lie before what was learnt.
            let unknown = Verdict::without_numbers(at_ms, Decision::Unknown, plan.tiers.len());
            let unseen = self
                .held
                .iter()
                .filter(|group| !groups.contains_key(*group));
            seen.extend(unseen.map(|group| GroupSeen {
                group: group.clone(),
                verdict: Some(unknown.clone()),
                burns: vec![(None, None); plan.tiers.len()],
                left: None,
            }));
        }
        let quiet = |one: &GroupSeen| {
            let tiers = one.verdict.as_ref().map(|verdict| &verdict.tiers);
            tiers.is_some_and(|tiers| {
                tiers.iter().all(|tier| {
                    let decision = tier.judgement.decision;
                    !decision.holds(true) && decision != Decision::Unknown
                })
            })
        };
        let held = seen.iter().filter(|one| !quiet(one));
        self.held = held.map(|one| one.group.clone()).collect();
        Seen::Groups(seen)
    }
}
