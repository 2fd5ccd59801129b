//! The past of every group of one SLO. Groups come and go.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::contents::Contents;
use super::counted::Counted;
use super::counts::{Counts, Sight};
use super::group::Group;
use super::history::History;
use super::resolution::Resolution;

/// Most groups of one SLO; what more there is at a time, is counted and not watched.
pub const GROUPS_MAX: usize = 1_000;
/// How often groups that are gone are looked for, in milliseconds.
const SWEEP_MS: i64 = 3_600_000;
const DAY_MS: i64 = 86_400_000;

/// The histories of an SLO.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Histories {
    resolution: Resolution,
    grouping: Grouping,
    now_ms: i64,
    groups: BTreeMap<Group, History>,
    refused: usize,
    sight: Sight,
    /// Whose number of the last step was no count.
    without_count: BTreeSet<Group>,
}

/// Whether an SLO has several groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Grouping {
    /// One budget for all.
    Whole,
    /// One for each group.
    Grouped,
}

impl Histories {
    /// Nothing is known before `begin_ms`.
    pub fn new(resolution: Resolution, grouping: Grouping, begin_ms: i64) -> Histories {
        Histories {
            resolution,
            grouping,
            now_ms: begin_ms,
            groups: BTreeMap::new(),
            refused: 0,
            sight: Sight::Nothing,
            without_count: BTreeSet::new(),
        }
    }

    /// How finely they are kept.
    pub fn resolution(&self) -> Resolution {
        self.resolution
    }

    /// Until when they reach.
    pub fn now_ms(&self) -> i64 {
        self.now_ms
    }

    /// The groups.
    pub fn groups(&self) -> &BTreeMap<Group, History> {
        &self.groups
    }

    /// How many groups more there are than are watched.
    pub fn refused(&self) -> usize {
        self.refused
    }

    /// What was to be seen in the last step.
    pub fn sight(&self) -> Sight {
        self.sight
    }

    /// What was to be seen of one group in the last step: nothing of it where its number is no count, whatever others say.
    pub fn sight_of(&self, group: &Group) -> Sight {
        match (self.sight, self.without_count.contains(group)) {
            (_, true) => Sight::NoCount,
            (Sight::Clear, false) => Sight::Clear,
            (Sight::NoCount | Sight::Nothing, false) => Sight::Nothing,
        }
    }

    /// Adds a step of `counts`, which begins where the last one ended. Longer ones are spread evenly over the steps that
    /// histories keep.
    ///
    /// A group that is not there while others are had no events: its series end with the process that had them, and a label
    /// value that nobody asks for anew has none. One whose number is no count is not known, and neither is any where there is
    /// no group with a count.
    ///
    /// Where there are [`GROUPS_MAX`] already, a group that is new takes the place of one that is not there any more: of that
    /// which had no events for longest. What `keeps` says yes to is never let go: a group that fires, or is about to.
    pub fn push(&mut self, counts: &Counts, step: usize, keeps: &dyn Fn(&Group) -> bool) {
        let parts = counts.step_ms / self.resolution.step_ms();
        assert!(
            parts > 0 && parts * self.resolution.step_ms() == counts.step_ms,
            "a step is made of whole steps of the resolution"
        );
        assert_eq!(
            counts.end_ms(step) - counts.step_ms,
            self.now_ms,
            "steps follow each other"
        );
        self.sight = counts.sight(step);
        self.without_count.clear();
        self.admit(counts, step, keeps);
        let absent = match (self.sight, self.grouping) {
            (Sight::Clear, Grouping::Grouped) => Some(Contents::NONE),
            (Sight::Clear, Grouping::Whole) | (Sight::NoCount | Sight::Nothing, _) => None,
        };
        let mut columns = counts.groups.iter().peekable();
        for (group, history) in &mut self.groups {
            while columns.next_if(|(other, _)| *other < group).is_some() {}
            let column = columns.next_if(|(other, _)| *other == group);
            let contents = match column.map_or(Counted::Absent, |(_, column)| column[step]) {
                Counted::Contents(contents) => Some(contents),
                Counted::Absent => absent,
                Counted::NoCount => {
                    self.without_count.insert(group.clone());
                    None
                }
            };
            let part = contents.map(|contents| Contents {
                events: contents.events / parts as f64,
                errors: contents.errors / parts as f64,
            });
            (0..parts).for_each(|_| history.push(part));
        }
        for bridge in counts.bridges.iter().filter(|bridge| bridge.step == step) {
            if let Some(history) = self.groups.get_mut(&bridge.group) {
                history.bridge(
                    parts as usize,
                    bridge.steps * parts as usize,
                    bridge.contents,
                );
            }
        }
        let before_ms = self.now_ms;
        self.now_ms = counts.end_ms(step);
        if before_ms.div_euclid(SWEEP_MS) != self.now_ms.div_euclid(SWEEP_MS) {
            self.sweep(keeps);
        }
    }

    /// Takes in groups that are new, as long as there is room or some can be made.
    fn admit(&mut self, counts: &Counts, step: usize, keeps: &dyn Fn(&Group) -> bool) {
        let here = counts
            .groups
            .iter()
            .filter(|(_, column)| column[step] != Counted::Absent);
        let mut refused = 0;
        let mut dispensable: Option<Vec<Group>> = None;
        for (group, _) in here {
            if self.groups.contains_key(group) {
                continue;
            }
            if self.groups.len() == GROUPS_MAX {
                let known = dispensable
                    .get_or_insert_with(|| dispensable_of(&self.groups, counts, step, keeps));
                match known.pop() {
                    Some(gone) => drop(self.groups.remove(&gone)),
                    None => {
                        refused += 1;
                        continue;
                    }
                }
            }
            let history = History::new(self.resolution, self.now_ms);
            self.groups.insert(group.clone(), history);
        }
        self.refused = refused;
    }

    /// Lets groups go that had no event in all the time that is kept, and were seen to have none for half of the last day: what
    /// fired before a long blindness was seen to be over.
    fn sweep(&mut self, keeps: &dyn Fn(&Group) -> bool) {
        let (now_ms, kept_ms) = (self.now_ms, self.resolution.ages_ms[2]);
        let is_grouped = self.grouping == Grouping::Grouped;
        self.groups.retain(|group, history| {
            let old = now_ms - history.begin_ms() > kept_ms;
            let stretch = history.stretch(now_ms - kept_ms, now_ms);
            let day = history.stretch(now_ms - DAY_MS, now_ms);
            let is_seen = day.known_ms * 2.0 >= DAY_MS as f64;
            let is_gone = is_grouped && old && is_seen && stretch.contents.events <= 0.0;
            !is_gone || keeps(group)
        });
    }
}

/// The groups that may be let go: none that is there, and none that must be kept. The one without events for longest comes last.
fn dispensable_of(
    groups: &BTreeMap<Group, History>,
    counts: &Counts,
    step: usize,
    keeps: &dyn Fn(&Group) -> bool,
) -> Vec<Group> {
    let is_there = |group: &Group| {
        let column = counts.groups.get(group);
        column.is_some_and(|column| column[step] != Counted::Absent)
    };
    let may_go = groups
        .iter()
        .filter(|(group, _)| !is_there(group) && !keeps(group));
    let mut may_go: Vec<(i64, &Group)> = may_go
        .map(|(group, history)| (history.busy_ms(), group))
        .collect();
    may_go.sort_unstable_by(|a, b| b.cmp(a));
    may_go.into_iter().map(|(_, group)| group.clone()).collect()
}
