//! Another configuration: what it means for what goes on.
//!
//! State goes with the identity of an SLO. What is not there any more is over, and whoever was told of it is told so; who is
//! told instead of others is told, and the others are told that it is over for them.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base::Name;
use crate::evaluate::Group;
use crate::model::SloId;
use crate::outbox::{Ended, LaneId, Role};

use super::book::Book;
use super::handle::Engine;
use super::record::Record;
use super::subject::Subject;

impl Engine {
    /// Goes on with another configuration.
    pub fn configure(&mut self, book: Arc<Book>, now_ms: i64) {
        self.book = book;
        let slos = &self.book.slos;
        let has_tiers = |slo: &SloId| {
            slos.get(slo)
                .is_some_and(|entry| !entry.tellings.is_empty())
        };
        self.sight.blind.retain(|slo, _| has_tiers(slo));
        let learning = &mut self.sight.learning;
        learning.retain(|subject| subject.slo().is_some_and(&has_tiers));
        self.sight.looked_ms.retain(|slo, _| slos.contains_key(slo));
        // The same moment may be judged anew, of every SLO: thresholds are not in the book, and to judge one anew by what it
        // was judged by changes nothing. What is older stays late.
        for looked_ms in self.sight.looked_ms.values_mut() {
            *looked_ms -= 1;
        }
        self.configured(now_ms);
    }

    /// Makes what goes on fit the configuration.
    pub(super) fn configured(&mut self, now_ms: i64) {
        self.remove_watches();
        let numbers: Vec<u64> = self.state.episodes.keys().copied().collect();
        for number in numbers {
            self.remove_episode(number, now_ms);
            self.rerouted(number);
        }
    }

    /// Watches of SLOs that are not there any more.
    fn remove_watches(&mut self) {
        let slos = &self.book.slos;
        let gone = self.state.watches.keys();
        let gone = gone.filter(|(slo, _)| !slos.contains_key(slo));
        let gone: Vec<(SloId, Group)> = gone.cloned().collect();
        let missing = self.state.missing.keys();
        let missing = missing.filter(|slo| slos.get(*slo).is_none_or(|slo| slo.missing.is_none()));
        let missing: Vec<SloId> = missing.cloned().collect();
        for (slo, group) in gone {
            self.note(Record::Watched {
                slo,
                group,
                watch: None,
                tiers: Vec::new(),
            });
        }
        for slo in missing {
            self.note(Record::MissingWatched { slo, watch: None });
        }
    }

    /// What cannot go on any more is over, with that reason.
    fn remove_episode(&mut self, number: u64, now_ms: i64) {
        let episode = &self.state.episodes[&number];
        if episode.is_over() {
            return;
        }
        let slo = episode.subject.slo();
        let entry = slo.map(|slo| self.book.slos.get(slo));
        let has_severity = |severity: &Name, missing: bool| match entry.flatten() {
            Some(entry) if missing => {
                let telling = entry.missing.as_ref();
                telling.is_some_and(|(_, telling)| telling.severity == *severity)
            }
            Some(entry) => entry.tellings.iter().any(|tier| tier.severity == *severity),
            None => false,
        };
        let why = match (&episode.subject, entry) {
            (_, Some(None)) => "the SLO was removed",
            (Subject::Burn { severity, .. }, _) if !has_severity(severity, false) => {
                "its policy has no tier of this severity any more"
            }
            (Subject::Missing { severity, .. }, _) if !has_severity(severity, true) => {
                "its policy does not ask for missing data any more"
            }
            (Subject::Refusal { lane }, _) if !self.book.lanes.contains_key(lane) => {
                "the receiver was removed"
            }
            (_, _) => return,
        };
        self.note(Record::Resolved {
            episode: number,
            at_ms: now_ms,
            why: why.to_string(),
        });
    }

    /// Who is told is told by the configuration of now.
    pub(super) fn rerouted(&mut self, number: u64) {
        let episode = &self.state.episodes[&number];
        let entry = episode
            .subject
            .slo()
            .and_then(|slo| self.book.slos.get(slo));
        if let Some(entry) = entry
            && entry.owner != episode.owner
            && !episode.is_over()
        {
            let owner = entry.owner.clone();
            self.note(Record::Owned {
                episode: number,
                owner,
            });
        }
        let episode = &self.state.episodes[&number];
        if episode.is_over()
            || matches!(
                episode.subject,
                Subject::Storm { .. } | Subject::Test { .. }
            )
        {
            return;
        }
        let audience = self.audience(episode);
        let told: BTreeSet<&LaneId> = audience.iter().collect();
        let withdrawn = episode.debts.iter().filter(|debt| {
            let is_gone = match debt.role {
                Role::Notified => !told.contains(&debt.lane),
                Role::Escalated { .. } | Role::Fallback { .. } | Role::Asked => {
                    !self.book.lanes.contains_key(&debt.lane)
                }
            };
            is_gone && debt.ended.is_none()
        });
        let withdrawn: Vec<LaneId> = withdrawn.map(|debt| debt.lane.clone()).collect();
        for lane in withdrawn {
            self.note(Record::Ended {
                episode: number,
                lane,
                why: Ended::Withdrawn,
            });
        }
        self.owe_audience(number);
    }
}
