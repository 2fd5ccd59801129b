//! What was to be seen of each SLO, by the numbers that were read.

use super::batch::RECENT;
use super::reading::{Known, Numbers, Reading, Runs};
use super::subject::{Subject, TierRead};
use crate::base::Duration;
use crate::engine::{GroupLook, Look, Scope, Sight};
use crate::evaluate::{Armed, Contents, Decision, Evidence, Group, TierVerdict, Verdict};
use crate::plan::windows::RAW_MAX;

/// What is recorded of a window of a group.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Recorded {
    /// This.
    Contents(Contents),
    /// A number that is no count.
    NoCount,
    /// Nothing.
    Nothing,
}

impl Reading {
    /// One look for each SLO, in their order.
    pub fn looks(&self, at_ms: i64) -> Vec<Look> {
        let subjects = self.survey.subjects.iter().zip(&self.known);
        let is_dead = self.known.iter().all(|known| known.runs != Runs::Now);
        let look = |(subject, known): (&Subject, &Known)| Look {
            slo: subject.id.clone(),
            at_ms,
            sight: self.sight(subject, known, is_dead, at_ms),
        };
        subjects.map(look).collect()
    }

    fn sight(&self, subject: &Subject, known: &Known, is_dead: bool, at_ms: i64) -> Sight {
        let needs = subject.needs();
        let lacking = needs.iter().find_map(|part| self.failures.get(part));
        if let Some(failure) = lacking.or(known.twice.as_ref()) {
            return Sight::Failed {
                why: failure.to_string(),
                scope: Scope::of(&failure.fault, self.is_answered()),
            };
        }
        let fresh = self.survey.fresh();
        match (known.runs, is_dead) {
            (Runs::Now, _) => {}
            (Runs::Never | Runs::Ceased, true) => {
                let why = format!(
                    "no rule of any SLO has recorded anything for {fresh}: the rules may not be installed, the ruler may be down, or another tenant is asked"
                );
                return Sight::Failed {
                    why,
                    scope: Scope::Source,
                };
            }
            (Runs::Ceased, false) => {
                return Sight::Failed {
                    why: format!("its rules have recorded nothing for {fresh}"),
                    scope: Scope::Question,
                };
            }
            (Runs::Never, false) => {
                return Sight::Unrecorded {
                    why: format!(
                        "nothing was recorded of it for {RECENT}: its rules may not be installed"
                    ),
                };
            }
        }
        if !known.windows.contains(&subject.shortest) {
            return Sight::Nothing;
        }
        let groups = known.groups.iter();
        let groups =
            groups.map(|(group, numbers)| group_look(subject, known, group, numbers, at_ms));
        let groups: Vec<GroupLook> = groups.collect();
        match unrecorded(subject, &groups) {
            Some(tier) => Sight::Failed {
                why: format!(
                    "the windows of tier `{}` are not recorded: the installed rules may be older than the SLO, or fail",
                    tier.name
                ),
                scope: Scope::Question,
            },
            None => Sight::Seen(groups),
        }
    }
}

/// A vital tier whose windows no group has.
fn unrecorded<'s>(subject: &'s Subject, groups: &[GroupLook]) -> Option<&'s TierRead> {
    let verdicts: Vec<&Verdict> = groups.iter().filter_map(|of| of.verdict.as_ref()).collect();
    let is_unknown = |at: usize| {
        let mut decisions = verdicts.iter().map(|of| of.tiers[at].judgement.decision);
        !verdicts.is_empty() && decisions.all(|decision| decision == Decision::Unknown)
    };
    let mut tiers = subject.tiers.iter().enumerate();
    let found = tiers.find(|(at, tier)| tier.is_vital && is_unknown(*at));
    found.map(|(_, tier)| tier)
}

fn group_look(
    subject: &Subject,
    known: &Known,
    group: &Group,
    numbers: &Numbers,
    at_ms: i64,
) -> GroupLook {
    let contents = |window| match recorded(known, numbers, window) {
        Recorded::Contents(contents) => Some(contents),
        Recorded::NoCount | Recorded::Nothing => None,
    };
    let is_count = |tier: &TierRead| {
        let windows = [tier.long, tier.short];
        windows
            .map(|window| recorded(known, numbers, window))
            .iter()
            .all(|of| *of != Recorded::NoCount)
    };
    let left = numbers.left.filter(|left| left.is_finite());
    let tier = |tier: &TierRead| {
        let evidence = Evidence {
            long: contents(tier.long),
            short: contents(tier.short),
            left,
            history: armed(known, tier),
        };
        TierVerdict {
            evidence,
            judgement: tier.condition.judge(evidence),
        }
    };
    let burn = |window| {
        let ratio = contents(window).and_then(Contents::error_ratio);
        ratio.map(|ratio| ratio / subject.budget)
    };
    let tiers = &subject.tiers;
    GroupLook {
        group: group.clone(),
        verdict: tiers.iter().all(is_count).then(|| Verdict {
            at_ms,
            tiers: tiers.iter().map(tier).collect(),
        }),
        burns: tiers
            .iter()
            .map(|tier| (burn(tier.long), burn(tier.short)))
            .collect(),
        // That of a period of the calendar is another one.
        left: left.filter(|_| !subject.is_calendar),
    }
}

/// What is recorded of a window of a group. One that lacks it while other groups have it had no events in it, where no shorter
/// window says otherwise.
fn recorded(known: &Known, numbers: &Numbers, window: Duration) -> Recorded {
    let is_count = |value: f64| value.is_finite() && value >= 0.0;
    match (numbers.events.get(&window), numbers.errors.get(&window)) {
        (Some(events), Some(errors)) if is_count(*events) && is_count(*errors) => {
            Recorded::Contents(Contents {
                events: *events,
                errors: *errors,
            })
        }
        (Some(_), Some(_)) => Recorded::NoCount,
        (None, None) => {
            let others_have = known.windows.contains(&window);
            let is_there = numbers.events.range(..window).next().is_some();
            match others_have && !is_there {
                true => Recorded::Contents(Contents::NONE),
                false => Recorded::Nothing,
            }
        }
        (Some(_), None) | (None, Some(_)) => Recorded::Nothing,
    }
}

/// Whether a tier may fire by now. Where no hour is recorded the rules read every window raw, and no tier waits.
fn armed(known: &Known, tier: &TierRead) -> Armed {
    let Some(after) = tier.armed_after else {
        return Armed::Yes;
    };
    let is_tiled = known.windows.contains(&RAW_MAX);
    match known.history.contains(&after) || !is_tiled {
        true => Armed::Yes,
        false => Armed::NotYet,
    }
}
