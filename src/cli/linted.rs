//! What the checks of SLOs say, side by side.

use crate::diagnostics::Findings;
use crate::files::side_by_side;
use crate::lint::{self, Options, Subject};
use crate::model::Slo;
use crate::plan::{Plan, Settings};

/// What the checks say, on as many threads as there are cores, in the order of the SLOs. Gives the plans that they saw.
pub(super) fn lint_all<'a>(
    slos: &'a [Slo],
    settings: &'a Settings,
    options: &'a Options<'a>,
    findings: &mut Findings,
) -> Vec<Plan<'a>> {
    let parts: Vec<&[Slo]> = slos.chunks(LINT_CHUNK).collect();
    let found = side_by_side(parts.len(), |at| {
        let mut findings = Findings::new();
        let subjects: Vec<Subject<'_>> = parts[at]
            .iter()
            .map(|slo| Subject::new(slo, settings, options))
            .collect();
        for subject in &subjects {
            lint::each(subject, &mut findings);
        }
        (subjects, findings)
    });
    let mut subjects = Vec::with_capacity(slos.len());
    for (part, found) in found {
        subjects.extend(part);
        findings.extend(found);
    }
    lint::together(&subjects, findings);
    subjects.into_iter().map(|subject| subject.plan).collect()
}

/// SLOs that one thread looks at before it takes the next.
const LINT_CHUNK: usize = 64;
