//! What all the files of a run may cost together.
//!
//! Each file has limits of its own; ten thousand files within theirs would still take an hour or all memory. Everything whose
//! cost grows with the text of users is charged here, in units of about one byte of text; the limit ends the run.
//! Whether it is passed depends on the files alone, never on the order in which threads come to them.

use std::sync::atomic::{AtomicU64, Ordering};

/// What a run may cost, in units of about one byte; ten thousand SLOs cost a fifth of it.
pub const BUDGET_UNITS_MAX: u64 = 128 << 20;

/// What is left.
#[derive(Debug, Default)]
pub struct Budget {
    spent: AtomicU64,
}

impl Budget {
    /// Spends `units`, whether they are left or not, and says whether work may go on.
    pub fn spend(&self, units: usize) -> Standing {
        let units = units as u64;
        let before = self.spent.fetch_add(units, Ordering::Relaxed);
        match before.saturating_add(units) > BUDGET_UNITS_MAX {
            true => Standing::Exceeded,
            false => Standing::Within,
        }
    }

    /// Whether more was spent than there is.
    pub fn standing(&self) -> Standing {
        self.spend(0)
    }
}

/// How a run stands to its budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Work may go on.
    Within,
    /// The run is to end.
    Exceeded,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_budget_is_exceeded_by_the_unit_after_the_last() {
        let budget = Budget::default();
        assert_eq!(budget.spend(BUDGET_UNITS_MAX as usize), Standing::Within);
        assert_eq!(budget.standing(), Standing::Within);
        assert_eq!(budget.spend(1), Standing::Exceeded);
        assert_eq!(budget.standing(), Standing::Exceeded);
    }
}
