//! Whose fault it is that a question has no answer.

use super::input::Scope;
use crate::prometheus::{Fault, Retry};

impl Scope {
    /// That of a fault, where the source did or did not answer other questions meanwhile.
    pub fn of(fault: &Fault, answers_others: bool) -> Scope {
        match (fault.is_of_question(), answers_others) {
            (true, _) => Scope::Question,
            (false, true) if fault.retry() == Retry::Later => Scope::Question,
            (false, _) => Scope::Source,
        }
    }
}
