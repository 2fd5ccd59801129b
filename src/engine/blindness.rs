//! Who cannot see, and who is told of it: an SLO that cannot be evaluated is an episode of its own, a source that does not
//! answer anybody is one for all of them.

use crate::base::{Name, spoken};
use crate::model::SloId;

use super::handle::{Blindness, Cause, Engine};
use super::picture;
use super::subject::{Subject, Waking};

impl Engine {
    /// The source answered.
    pub(super) fn heard(&mut self, now_ms: i64) {
        // After a short silence all are soon evaluated again. One SLO that is never answered among others must not hide in it.
        if let Some((since_ms, _)) = self.sight.silent.take()
            && now_ms - since_ms >= self.silence_ms()
        {
            self.sight.back_ms = now_ms;
        }
        self.close(&Subject::Source, "the source answers again", now_ms);
    }

    /// For how long the source must be silent to be blamed for what is not evaluated, in milliseconds.
    pub(super) fn silence_ms(&self) -> i64 {
        self.book.limits.blind_after.as_ms() as i64 / 2
    }

    /// The source did not answer.
    pub(super) fn silent(&mut self, why: &str, now_ms: i64) {
        let (_, reason) = self
            .sight
            .silent
            .get_or_insert_with(|| (now_ms, String::new()));
        *reason = why.to_string();
    }

    /// An SLO cannot be evaluated.
    pub(super) fn blinded(&mut self, slo: &SloId, why: &str, cause: Cause, now_ms: i64) {
        let blind = self.sight.blind.entry(slo.clone()).or_insert(Blindness {
            since_ms: now_ms,
            why: String::new(),
            cause,
        });
        blind.why = why.to_string();
        blind.cause = cause;
    }

    /// An SLO was evaluated.
    pub(super) fn sighted(&mut self, slo: &SloId, now_ms: i64) {
        self.sight.blind.remove(slo);
        let subject = Subject::Blind { slo: slo.clone() };
        self.close(&subject, "it is evaluated again", now_ms);
    }

    /// Tells of what was blind for too long.
    pub(super) fn blindness(&mut self, now_ms: i64) {
        let after_ms = self.book.limits.blind_after.as_ms() as i64;
        if let Some((since_ms, why)) = self.sight.silent.clone() {
            if now_ms - since_ms >= after_ms {
                let facts = vec![
                    ("since".to_string(), ago(now_ms - since_ms)),
                    ("reason".to_string(), why),
                    ("SLOs".to_string(), self.book.slos.len().to_string()),
                    (
                        "meaning".to_string(),
                        "what fired is held, and nothing new can be noticed".to_string(),
                    ),
                ];
                let title = "burnwatch cannot ask Prometheus";
                self.open_own(Subject::Source, Waking::Wakes, title, facts, now_ms);
            }
            if now_ms - since_ms >= self.silence_ms() {
                return;
            }
        }
        let back_ms = self.sight.back_ms;
        let late = self.sight.blind.iter();
        let late = late.filter(|(_, blind)| now_ms - blind.since_ms.max(back_ms) >= after_ms);
        let late: Vec<(SloId, Blindness)> = late
            .map(|(slo, blind)| (slo.clone(), blind.clone()))
            .collect();
        for (slo, blind) in late {
            let subject = Subject::Blind { slo: slo.clone() };
            let is_open = self.state.about(&subject).is_some_and(|one| !one.is_over());
            let Some(entry) = self.book.slos.get(&slo).filter(|_| !is_open) else {
                continue;
            };
            let Some(severity) = self.blind_severity(&slo, blind.cause).cloned() else {
                continue;
            };
            let Blindness { since_ms, why, .. } = blind;
            let picture = picture::blind(&slo, entry, &why, now_ms - since_ms);
            let owner = entry.owner.clone();
            self.open(subject, owner, severity, picture, now_ms);
        }
    }

    /// How urgent it is that an SLO cannot be evaluated: as urgent as its tiers, but where nothing fires and the source says
    /// that there is nothing. A service that nobody runs, or a selector that never matched, can wait for the office.
    fn blind_severity(&self, slo: &SloId, cause: Cause) -> Option<&Name> {
        let entry = self.book.slos.get(slo)?;
        let worst = entry.worst_severity(&self.book.roster);
        let mut subjects = self.state.subjects.iter();
        let fires = subjects.any(|(subject, number)| {
            let burns = matches!(subject, Subject::Burn { slo: other, .. } if other == slo);
            let episode = self.state.episodes.get(number);
            burns && episode.is_some_and(|episode| !episode.is_over())
        });
        match (cause, fires) {
            (Cause::Unanswered, _) | (Cause::Empty, true) => worst,
            (Cause::Empty, false) => self.book.roster.quiet_severity().or(worst),
        }
    }
}

fn ago(ms: i64) -> String {
    spoken(ms.max(0).unsigned_abs())
}
