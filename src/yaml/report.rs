//! The findings of one file, as many as are worth showing.

use crate::diagnostics::{Finding, Findings};

use super::limits::FINDINGS_MAX;

/// Findings up to the limit, and how many came after.
#[derive(Debug, Default)]
pub(super) struct Report {
    findings: Findings,
    left_out: usize,
}

impl Report {
    /// Adds a finding, which is not even made when there are enough.
    pub(super) fn add(&mut self, make: impl FnOnce() -> Finding) {
        if self.is_full() {
            self.left_out += 1;
        } else {
            self.findings.push(make());
        }
    }

    /// Adds a finding that says why reading ended, however many there are.
    pub(super) fn add_always(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    pub(super) fn is_full(&self) -> bool {
        self.findings.len() >= FINDINGS_MAX
    }

    pub(super) fn finish(mut self) -> Findings {
        if let Some(last) = self.findings.last_mut()
            && self.left_out > 0
        {
            let note = format!("{} more findings in this file are not shown", self.left_out);
            last.notes.push(note);
        }
        self.findings
    }
}
