//! What one definition would have sent, and what it would have left of the budget.

use crate::evaluate::Contents;
use crate::replay::{Note, Past};

use super::event::{Event, Kind};

/// The past of one definition in a few numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// How many pages it would have sent.
    pub pages: usize,
    /// How many tickets.
    pub tickets: usize,
    /// The share that was good, of all that was counted; nothing without events.
    pub good: Option<f64>,
    /// The share of the budget that is left at the end, of the group that has the least; nothing without events.
    pub left: Option<f64>,
    /// How many groups there were.
    pub groups: usize,
    /// How many more there were, which are not watched.
    pub groups_refused: usize,
    /// From when on there is data, where that is later than the beginning; the end where there is none.
    pub data_from_ms: Option<i64>,
    /// For how long there was none after that, in milliseconds.
    pub blind_ms: i64,
    /// What else to know about the data.
    pub notes: Vec<Note>,
}

impl Outcome {
    /// Whether there was anything to count.
    pub fn sees(&self) -> bool {
        self.groups > 0
    }

    /// The outcome of `past`, of which `events` were sent.
    pub fn of(past: &Past, events: &[Event]) -> Outcome {
        let count = |kind: Kind| events.iter().filter(|event| event.kind == kind).count();
        let groups = past.groups.values();
        let total = groups
            .clone()
            .fold(Contents::NONE, |sum, group| sum.plus(group.total));
        let lefts = groups.filter_map(|group| group.budget.last()?.1.left);
        let (mut data_from_ms, mut blind_ms) = (None, 0);
        for (from_ms, to_ms) in &past.blind {
            match *from_ms <= past.from_ms {
                true => data_from_ms = Some(*to_ms),
                false => blind_ms += to_ms - from_ms,
            }
        }
        Outcome {
            pages: count(Kind::Page),
            tickets: count(Kind::Ticket),
            good: total.error_ratio().map(|ratio| 1.0 - ratio),
            left: lefts.min_by(f64::total_cmp),
            groups: past.groups.len(),
            groups_refused: past.groups_refused,
            data_from_ms,
            blind_ms,
            notes: past.notes.clone(),
        }
    }
}
