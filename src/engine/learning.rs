//! Of what fires nobody may know for a moment whether it still does: after a start or a reload a window is not known before its
//! past was read. Promise: what is known of any one of its tiers ends that.

use crate::alert::Watch;
use crate::evaluate::{Decision, Group, TierVerdict, Verdict};
use crate::model::SloId;

use super::handle::Engine;
use super::subject::Subject;

impl Engine {
    /// What fires by nothing that was seen now is remembered as such.
    pub(super) fn learning(
        &mut self,
        slo: &SloId,
        group: &Group,
        watch: &Watch,
        verdict: &Verdict,
    ) {
        let entry = &self.book.slos[slo];
        for severity in entry.severities() {
            let tiers = entry.tellings.iter().zip(watch.phases());
            let mut firing = tiers
                .zip(&verdict.tiers)
                .filter(|((telling, phase), _)| telling.severity == *severity && phase.is_firing());
            let is_known = |tier: &TierVerdict| tier.judgement.decision != Decision::Unknown;
            let is_open = watch.open().contains_key(severity);
            let is_learning = is_open && !firing.any(|(_, tier)| is_known(tier));
            let subject = Subject::Burn {
                slo: slo.clone(),
                group: group.clone(),
                severity: severity.clone(),
            };
            match is_learning {
                true => self.sight.learning.insert(subject),
                false => self.sight.learning.remove(&subject),
            };
        }
    }
}
