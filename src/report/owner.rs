//! Which SLO a finding belongs to.

use std::collections::BTreeMap;

use crate::base::SourceId;
use crate::diagnostics::Finding;

use super::{Report, ReportedSlo};

/// The SLOs of a report by where they are written.
pub(super) struct Owners<'a>(BTreeMap<SourceId, Vec<&'a ReportedSlo>>);

impl<'a> Owners<'a> {
    /// The owners of a report's findings.
    pub(super) fn of(report: &Report<'a>) -> Owners<'a> {
        let mut owners: BTreeMap<SourceId, Vec<&'a ReportedSlo>> = BTreeMap::new();
        for slo in report.slos {
            owners.entry(slo.span.source).or_default().push(slo);
        }
        for slos in owners.values_mut() {
            slos.sort_by_key(|slo| slo.span);
        }
        Owners(owners)
    }

    /// The SLOs of a source, in its order.
    pub(super) fn written_in(&self, source: SourceId) -> &[&'a ReportedSlo] {
        self.0.get(&source).map_or(&[], Vec::as_slice)
    }

    /// The place among [`Owners::written_in`] of the SLO in which a finding begins.
    pub(super) fn place(&self, finding: &Finding) -> Option<usize> {
        let at = finding.primary.span.start;
        let slos = self.written_in(finding.primary.span.source);
        let before = slos.partition_point(|slo| slo.span.start <= at);
        let place = before.checked_sub(1)?;
        let span = slos[place].span;
        (at < span.end || at == span.start).then_some(place)
    }

    /// The SLO in which a finding begins.
    pub(super) fn slo(&self, finding: &Finding) -> Option<&'a ReportedSlo> {
        let slos = self.written_in(finding.primary.span.source);
        self.place(finding).map(|place| slos[place])
    }
}
