//! Episodes open, change, come back and end.

use crate::base::Name;
use crate::outbox::{Ended, LaneId, Role};

use super::book::each_once;
use super::episode::{Episode, FLAP_MS, Picture, Standing};
use super::handle::Engine;
use super::picture;
use super::record::{Flap, Record};
use super::subject::{Subject, Waking};

impl Engine {
    /// Something began. An episode of the same subject that is not yet told to be over everywhere goes on.
    pub(super) fn open(
        &mut self,
        subject: Subject,
        owner: Option<Name>,
        severity: Name,
        picture: Picture,
        now_ms: i64,
    ) {
        if let Some(episode) = self.state.about(&subject) {
            let number = episode.number;
            let flap = match episode.standing {
                Standing::Open => return,
                Standing::Settling { .. } => Flap::Yes,
                Standing::Over { at_ms, .. } if now_ms - at_ms < FLAP_MS => Flap::Yes,
                Standing::Over { .. } => Flap::No,
            };
            self.note(Record::Reopened {
                episode: number,
                picture,
                flap,
                at_ms: now_ms,
            });
            // Who was to be told may be others by now.
            self.rerouted(number);
            return;
        }
        let number = self.state.numbered + 1;
        self.note(Record::Opened {
            episode: number,
            wakes: self.book.wakes(&severity),
            urgency: self.book.urgency(&severity),
            subject,
            namespace: Some(self.book.namespace.clone()),
            owner,
            severity,
            picture,
            at_ms: now_ms,
        });
        self.owe_audience(number);
    }

    /// It goes on, and looks otherwise.
    pub(super) fn change(&mut self, subject: &Subject, picture: Picture, why: String) {
        let Some(episode) = self.state.about(subject) else {
            return;
        };
        if episode.standing != Standing::Open {
            return;
        }
        let (episode, urgency) = (episode.number, episode.urgency);
        self.note(Record::Changed {
            episode,
            picture,
            urgency,
            why,
        });
    }

    /// It is over. One that came back before has to stay so for a while.
    pub(super) fn close(&mut self, subject: &Subject, why: &str, now_ms: i64) {
        let Some(episode) = self.state.about(subject) else {
            return;
        };
        if episode.standing != Standing::Open {
            return;
        }
        let (number, why) = (episode.number, why.to_string());
        let record = match episode.flaps {
            0 => Record::Resolved {
                episode: number,
                at_ms: now_ms,
                why,
            },
            _ => Record::Settling {
                episode: number,
                at_ms: now_ms,
                why,
            },
        };
        self.note(record);
    }

    /// Everybody who is to be told of an episode is owed that.
    pub(super) fn owe_audience(&mut self, number: u64) {
        let Some(episode) = self.state.episodes.get(&number) else {
            return;
        };
        for lane in self.audience(episode) {
            self.owe(number, lane, Role::Notified);
        }
    }

    /// Who is told of an episode.
    pub(super) fn audience(&self, episode: &Episode) -> Vec<LaneId> {
        let book = &self.book;
        match &episode.subject {
            Subject::Burn { .. } | Subject::Missing { .. } | Subject::Blind { .. } => {
                match &episode.owner {
                    Some(owner) => book.audience(owner, &episode.severity),
                    None => Vec::new(),
                }
            }
            Subject::Source | Subject::Damage | Subject::Unsaved => self.own_audience(episode),
            Subject::Refusal { lane } => {
                let mut lanes = self.own_audience(episode);
                lanes.retain(|other| other != lane);
                lanes
            }
            Subject::Storm { lane, .. } => vec![lane.clone()],
            Subject::Test { .. } => Vec::new(),
        }
    }

    fn own_audience(&self, episode: &Episode) -> Vec<LaneId> {
        let teams = self.book.own_teams().into_iter();
        each_once(teams.flat_map(|team| {
            let of_team = self.book.audience(team, &episode.severity);
            of_team.into_iter().chain(self.book.fallback(team))
        }))
    }

    /// A receiver is owed the news of an episode.
    pub(super) fn owe(&mut self, episode: u64, lane: LaneId, role: Role) {
        let Some(of) = self.state.episodes.get(&episode) else {
            return;
        };
        let mut debts = of.debts.iter();
        if debts.any(|debt| debt.lane == lane && debt.ended != Some(Ended::Withdrawn)) {
            return;
        }
        if !self.state.lanes.contains_key(&lane) {
            let Some(entry) = self.book.lanes.get(&lane) else {
                return;
            };
            let entry = entry.clone();
            self.note(Record::LaneKnown {
                lane: lane.clone(),
                entry,
            });
        }
        self.note(Record::Owed {
            episode,
            lane,
            role,
        });
    }

    /// An episode about burnwatch itself begins.
    pub(super) fn open_own(
        &mut self,
        subject: Subject,
        wakes: Waking,
        title: &str,
        facts: Vec<(String, String)>,
        now_ms: i64,
    ) {
        let Some(severity) = self.book.own_severity(wakes) else {
            return;
        };
        let owner = self.book.owner.clone();
        let picture = picture::own(title.to_string(), facts);
        self.open(subject, owner, severity, picture, now_ms);
    }

    /// Somebody takes an episode over.
    pub(super) fn acknowledge(&mut self, episode: u64, by: String, now_ms: i64) {
        let Some(of) = self.state.episodes.get(&episode) else {
            return;
        };
        if of.acknowledged.is_some() || of.is_over() {
            return;
        }
        let members = of.members.clone();
        self.note(Record::Acknowledged {
            episode,
            by: by.clone(),
            at_ms: now_ms,
        });
        // Whoever takes a storm over has seen what is in it.
        for member in members {
            self.acknowledge(member, by.clone(), now_ms);
        }
    }

    /// Somebody asks for a test. It is over as soon as it was told.
    pub(super) fn test(&mut self, of: String, lanes: Vec<LaneId>, now_ms: i64) {
        let subject = Subject::Test { of: of.clone() };
        let facts = vec![("test of".to_string(), of)];
        let title = "a test of the way to you: nothing is wrong";
        self.open_own(subject.clone(), Waking::Wakes, title, facts, now_ms);
        let Some(number) = self.state.subjects.get(&subject).copied() else {
            return;
        };
        for lane in lanes {
            self.owe(number, lane, Role::Asked);
        }
    }

    /// What was kept was found damaged. It is said once, and is over when everybody was told.
    pub(super) fn damaged(&mut self, how: &str, now_ms: i64) {
        let facts = vec![("what happened".to_string(), how.to_string())];
        let title = "burnwatch found its state damaged";
        self.open_own(Subject::Damage, Waking::Wakes, title, facts, now_ms);
    }

    /// What happens cannot be kept: burnwatch goes on in memory.
    pub(super) fn unsaved(&mut self, why: &str, now_ms: i64) {
        let facts = vec![
            ("reason".to_string(), why.to_string()),
            (
                "meaning".to_string(),
                "pages go out; a crash now would forget which".to_string(),
            ),
        ];
        let title = "burnwatch cannot keep its state";
        self.open_own(Subject::Unsaved, Waking::Wakes, title, facts, now_ms);
    }

    /// What happens is kept again.
    pub(super) fn saved(&mut self, now_ms: i64) {
        self.close(&Subject::Unsaved, "its state is kept again", now_ms);
    }
}
