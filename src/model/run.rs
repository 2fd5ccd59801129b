//! What all SLOs of a run share while they are read.

use crate::base::Budget;
use crate::promql::Judge;

/// Shared by all threads of a run.
#[derive(Debug, Default)]
pub struct Run {
    /// Who gives the second opinion on PromQL.
    pub judge: Judge,
    /// What all of it may cost.
    pub budget: Budget,
}
