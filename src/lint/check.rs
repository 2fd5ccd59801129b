//! A check: its code, everything that is said of it, and how it is asked.
//!
//! One value a file in `lint/checks`. `explain CODE`, `checks`, `docs/checks/CODE.md` and the rules of a SARIF report are
//! renderings of it; its two examples are run by a test, so that none of them can lie.

use crate::diagnostics::{Code, Findings, Level};
use crate::spec::shape::Object;

use super::arrival::Arrivals;
use super::library::Library;
use super::subject::Subject;
use crate::model::Roster;

/// One check.
pub struct Check {
    /// Its code.
    pub code: Code,
    /// What it finds, in Markdown.
    pub finds: &'static str,
    /// Why that matters, in Markdown.
    pub why: &'static str,
    /// An SLO file that makes it speak, or several texts under lines of `=== path`. Any other check is silent.
    pub example: &'static str,
    /// The example as it should be: every check is silent.
    pub instead: &'static str,
    /// Its options in `checks.options`, by its code.
    pub options: Option<&'static Object>,
    /// How it is asked.
    pub ask: Ask,
}

/// How a check is asked.
#[derive(Clone, Copy)]
pub enum Ask {
    /// Not at all: the readers find it, since without it there is nothing to read.
    Readers,
    /// Each SLO on its own.
    Slo(fn(&Subject<'_>, &mut Findings)),
    /// All SLOs together.
    Slos(fn(&[Subject<'_>], &mut Findings)),
    /// Who is reached, how and when.
    Roster(fn(&Roster, &mut Findings)),
    /// Where alerts land in the configuration of Alertmanager.
    Routes(fn(&Arrivals<'_>, &mut Findings)),
    /// The runbooks of the workspace; only where there is a workspace file.
    Runbooks(fn(&Library<'_>, &mut Findings)),
    /// The comments that suppress findings.
    Suppressions,
    /// The files that are there against those that would be generated.
    Output,
    /// A Prometheus server.
    Server,
    /// The hosts that links lead to.
    Web,
}

impl Check {
    /// Whether it cannot be turned down or suppressed: where it speaks, no SLO can be made of what was written.
    pub fn is_fixed(&self) -> bool {
        matches!(self.ask, Ask::Readers) && self.code.level == Level::Error
    }
}
