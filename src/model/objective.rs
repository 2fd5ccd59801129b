//! The objective and the error budget that it leaves, both exact.

use crate::base::{Duration, Ratio};

/// How much must be good, in percent: above 0 and below 100 by construction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Objective(Ratio);

/// Why a percentage is no objective.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectiveError {
    /// Not above 0, or above 100.
    OutOfRange,
    /// Exactly 100: no budget is left, and every burn rate divides by it.
    Hundred,
    /// Above 0 and below 1: a fraction was probably meant.
    Fraction,
}

impl Objective {
    /// An objective of `percent`.
    pub fn new(percent: Ratio) -> Result<Objective, ObjectiveError> {
        if percent == Ratio::whole(100) {
            Err(ObjectiveError::Hundred)
        } else if percent <= Ratio::ZERO || percent > Ratio::whole(100) {
            Err(ObjectiveError::OutOfRange)
        } else if percent < Ratio::ONE {
            Err(ObjectiveError::Fraction)
        } else {
            Ok(Objective(percent))
        }
    }

    /// In percent.
    pub fn percent(self) -> Ratio {
        self.0
    }

    /// As a share of all events.
    pub fn ratio(self) -> Ratio {
        self.0 / Ratio::whole(100)
    }

    /// The error budget, as a share of all events: 1 - objective.
    pub fn budget(self) -> Ratio {
        Ratio::ONE - self.ratio()
    }

    /// The budget as time of complete failure within `period`, in milliseconds, rounded.
    pub fn budget_ms(self, period: Duration) -> u64 {
        let ms = self.budget() * Ratio::whole(i128::from(period.as_ms()));
        ms.round_to(0).floor() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(percent: &str, expected: Result<&str, ObjectiveError>) {
        let budget = Objective::new(percent.parse().unwrap()).map(|o| o.budget().to_string());
        assert_eq!(budget, expected.map(str::to_string), "{percent}");
    }

    #[test]
    fn an_objective_leaves_an_exact_budget() {
        check("99.9", Ok("0.001"));
        check("99.99", Ok("0.0001"));
        check("99.95", Ok("0.0005"));
        check("1", Ok("0.99"));
    }

    #[test]
    fn an_objective_is_between_nought_and_a_hundred() {
        check("100", Err(ObjectiveError::Hundred));
        check("100.1", Err(ObjectiveError::OutOfRange));
        check("0", Err(ObjectiveError::OutOfRange));
        check("-1", Err(ObjectiveError::OutOfRange));
        check("0.999", Err(ObjectiveError::Fraction));
    }

    /// SRE workbook, chapter 5.
    #[test]
    fn budgets_in_time_are_those_of_the_workbook() {
        let budget = |percent: &str, days| {
            Objective::new(percent.parse().unwrap())
                .unwrap()
                .budget_ms(Duration::days(days))
        };
        assert_eq!(budget("99.9", 30), 2_592_000); // 43.2 min
        assert_eq!(budget("99.9", 28), 2_419_200); // 40.32 min
        assert_eq!(budget("99", 30), 25_920_000); // 7.2 h
        assert_eq!(budget("99.99", 30), 259_200); // 4.32 min
        assert_eq!(budget("99.999", 30), 25_920); // 25.92 s
    }
}
