//! What rose over gaps: where no step could be counted, and the counters went on.
//!
//! Recorded windows of an hour see across a gap that lies within them, such as a restart of the Prometheus that scrapes. Steps do
//! not: the rise is asked for where the gap is over. Seconds that nobody saw are no counters, and stay unknown.

use std::collections::BTreeSet;

use crate::evaluate::{Bridge, Contents, Counted, Counts};
use crate::model::core::Core;
use crate::plan::Plan;
use crate::plan::windows::RAW_MAX;

use super::sections::Section;

/// Most gaps in one answer that are bridged: the longest of them. What more there is, is no gap but a habit.
pub const BRIDGES_MAX: usize = 64;

/// A stretch of which nothing is known, between steps of which something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// The first step after it.
    pub step: usize,
    /// How many steps it has.
    pub steps: usize,
}

impl Gap {
    /// The gap with the steps before and after it, as one step: the last sample before it lies somewhere in the first of them.
    pub fn section(self, counts: &Counts) -> Section {
        let end_ms = counts.end_ms(self.step);
        let step_ms = (self.steps as i64 + 2) * counts.step_ms;
        Section {
            begin_ms: end_ms - step_ms,
            end_ms,
            step_ms,
        }
    }
}

/// The gaps of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gaps {
    /// Those that are bridged.
    pub bridged: Vec<Gap>,
    /// How many there are beyond [`BRIDGES_MAX`].
    pub beyond: usize,
}

/// The gaps of all groups: none that is longer than a window that is read raw.
pub fn gaps(plan: &Plan<'_>, counts: &Counts) -> Gaps {
    if matches!(plan.slo.core, Core::Slices { .. }) {
        return Gaps::default();
    }
    let steps_max = (RAW_MAX.as_ms() as i64 / counts.step_ms) as usize;
    let columns = counts.groups.values();
    let gaps: BTreeSet<Gap> = columns.flat_map(|column| gaps_of(column)).collect();
    let mut bridged: Vec<Gap> = gaps
        .into_iter()
        .filter(|gap| gap.steps <= steps_max)
        .collect();
    bridged.sort_by_key(|gap| (usize::MAX - gap.steps, gap.step));
    let beyond = bridged.len().saturating_sub(BRIDGES_MAX);
    bridged.truncate(BRIDGES_MAX);
    Gaps { bridged, beyond }
}

/// Adds what rose over a gap to the groups that have it: `found` is what was counted in [`Gap::section`].
pub fn add(counts: &mut Counts, gap: Gap, found: &Counts) {
    for (group, column) in &found.groups {
        let known = counts.groups.get(group);
        let has_it = known.is_some_and(|column| gaps_of(column).contains(&gap));
        let step = |step: usize| known.and_then(|column| column[step].contents());
        if let (true, Some(Counted::Contents(all))) = (has_it, column.first()) {
            let [before, after] = [gap.step - gap.steps - 1, gap.step].map(step);
            let beside = before
                .unwrap_or(Contents::NONE)
                .plus(after.unwrap_or(Contents::NONE));
            counts.bridges.push(Bridge {
                group: group.clone(),
                step: gap.step,
                steps: gap.steps,
                contents: Contents {
                    events: (all.events - beside.events).max(0.0),
                    errors: (all.errors - beside.errors).max(0.0),
                },
            });
        }
    }
}

fn gaps_of(column: &[Counted]) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let mut last = None;
    let known = |(_, counted): &(usize, &Counted)| counted.contents().is_some();
    for (step, _) in column.iter().enumerate().filter(known) {
        if let Some(last) = last
            && last + 1 < step
        {
            gaps.push(Gap {
                step,
                steps: step - last - 1,
            });
        }
        last = Some(step);
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::Group;

    fn column(text: &str) -> Vec<Counted> {
        let contents = |events: f64| Contents {
            events,
            errors: 1.0,
        };
        let step = |letter: char| letter.to_digit(10).map(|d| contents(f64::from(d))).into();
        text.chars().map(step).collect()
    }

    #[test]
    fn gaps_lie_between_known_steps() {
        let check = |text: &str, expected: &[(usize, usize)]| {
            let found = gaps_of(&column(text));
            let found: Vec<_> = found.iter().map(|gap| (gap.step, gap.steps)).collect();
            assert_eq!(found, expected, "{text}");
        };
        check("12", &[]);
        check("--12--", &[]);
        check("1-2--3", &[(2, 1), (5, 2)]);
        check("---", &[]);
    }

    #[test]
    fn what_rose_is_what_the_steps_beside_the_gap_do_not_have_themselves() {
        let mut counts = Counts::new(0, 60_000, 4);
        counts.groups.insert(Group::default(), column("1--3"));
        let gap = Gap { step: 3, steps: 2 };
        let section = gap.section(&counts);
        assert_eq!((section.begin_ms, section.end_ms), (0, 240_000));
        let mut found = Counts::new(0, 240_000, 1);
        found.groups.insert(Group::default(), column("9"));
        add(&mut counts, gap, &found);
        let [bridge] = &counts.bridges[..] else {
            panic!("one gap is bridged")
        };
        assert_eq!((bridge.contents.events, bridge.contents.errors), (5.0, 0.0));
    }
}
