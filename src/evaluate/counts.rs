//! What was counted in a row of steps, for each group.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::contents::Contents;
use super::counted::Counted;
use super::group::Group;

/// Steps of one length, one after the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counts {
    /// Where the first step begins, in Unix milliseconds.
    pub begin_ms: i64,
    /// How long each is.
    pub step_ms: i64,
    /// How many there are.
    pub steps: usize,
    /// What each step of a group holds.
    pub groups: BTreeMap<Group, Vec<Counted>>,
    /// What became known later, in the order of their steps.
    pub bridges: Vec<Bridge>,
}

/// What was to be seen in a step, the most first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Sight {
    /// Events, or that there were none.
    Clear,
    /// Series, and no number of them is a count.
    NoCount,
    /// No series at all.
    Nothing,
}

/// What rose over a gap, known from the first step after it: counters go on while nobody looks.
#[derive(Clone, Debug, PartialEq)]
pub struct Bridge {
    /// Of which group.
    pub group: Group,
    /// The first step after the gap.
    pub step: usize,
    /// How many steps the gap has; all of them lie in the same counts.
    pub steps: usize,
    /// What was counted in it.
    pub contents: Contents,
}

impl Counts {
    /// Steps of which nothing is known.
    pub fn new(begin_ms: i64, step_ms: i64, steps: usize) -> Counts {
        Counts {
            begin_ms,
            step_ms,
            steps,
            groups: BTreeMap::new(),
            bridges: Vec::new(),
        }
    }

    /// Where a step ends.
    pub fn end_ms(&self, step: usize) -> i64 {
        self.begin_ms + (step as i64 + 1) * self.step_ms
    }

    /// Sets a step of a group.
    pub fn set(&mut self, group: &Group, step: usize, contents: Contents) {
        let steps = self.steps;
        match self.groups.get_mut(group) {
            Some(column) => column[step] = Counted::Contents(contents),
            None => {
                let mut column = vec![Counted::Absent; steps];
                column[step] = Counted::Contents(contents);
                self.groups.insert(group.clone(), column);
            }
        }
    }

    /// The same without the first step, which is one that no gap begins or ends in.
    pub fn without_first(mut self) -> Counts {
        assert!(self.steps > 0, "there is a first step");
        self.begin_ms += self.step_ms;
        self.steps -= 1;
        for column in self.groups.values_mut() {
            column.remove(0);
        }
        for bridge in &mut self.bridges {
            bridge.step -= 1;
        }
        self
    }

    /// Takes off so many of the last steps, which no bridge reaches.
    pub fn shorten(&mut self, by: usize) {
        self.steps -= by;
        for column in self.groups.values_mut() {
            column.truncate(self.steps);
        }
    }

    /// Of so many steps at the end nothing is known.
    pub fn unknown_at_end(&self) -> usize {
        let steps = (0..self.steps).rev();
        steps.take_while(|step| !self.knows(*step)).count()
    }

    /// Whether anything is known of a step.
    pub fn knows(&self, step: usize) -> bool {
        self.sight(step) == Sight::Clear
    }

    /// What was to be seen in a step.
    pub fn sight(&self, step: usize) -> Sight {
        let of_step = self.groups.values().map(|column| match column[step] {
            Counted::Contents(_) => Sight::Clear,
            Counted::NoCount => Sight::NoCount,
            Counted::Absent => Sight::Nothing,
        });
        of_step.min().unwrap_or(Sight::Nothing)
    }
}
