//! What becomes of one episode by what happens: the part of [`State::apply`](super::State::apply) that is about one alone.

use crate::outbox::{Ended, Told};

use super::episode::{Acknowledgement, Episode, Picture, Standing};
use super::record::{Flap, Record};

impl Episode {
    pub(super) fn apply(&mut self, record: &Record) {
        match record {
            Record::Reopened {
                picture,
                flap,
                at_ms,
                ..
            } => {
                match flap {
                    Flap::Yes => self.flaps += 1,
                    Flap::No => {
                        self.flaps = 0;
                        self.acknowledged = None;
                        self.steps = 0;
                        self.fell_back = false;
                        self.paged_ms = None;
                    }
                }
                self.standing = Standing::Open;
                self.opened_ms = *at_ms;
                self.look_like(picture);
                for debt in &mut self.debts {
                    debt.end_not_before_ms = None;
                    // What was due was news of the one before, or its end.
                    if *flap == Flap::No || matches!(debt.told, Told::Open { .. }) {
                        debt.due_ms = None;
                    }
                    if *flap == Flap::No && matches!(debt.told, Told::Over { .. }) {
                        debt.told = Told::Nothing;
                    }
                    // It is news again, and is told as such.
                    match debt.ended {
                        Some(
                            Ended::Dropped
                            | Ended::Refused(_)
                            | Ended::Unresolved(_)
                            | Ended::Expired,
                        ) => {
                            debt.ended = None;
                            debt.due_ms = None;
                            debt.tries = 0;
                        }
                        Some(Ended::Withdrawn | Ended::Bundled(_)) | None => {}
                    }
                }
            }
            Record::Changed {
                picture, urgency, ..
            } => {
                self.look_like(picture);
                self.urgency = *urgency;
            }
            Record::Settling { at_ms, why, .. } => {
                self.standing = Standing::Settling {
                    since_ms: *at_ms,
                    why: why.clone(),
                };
            }
            Record::Resolved { at_ms, why, .. } => {
                self.standing = Standing::Over {
                    at_ms: *at_ms,
                    why: why.clone(),
                };
                self.sequence += 1;
            }
            Record::Acknowledged { by, at_ms, .. } => {
                self.acknowledged = Some(Acknowledgement {
                    by: by.clone(),
                    at_ms: *at_ms,
                });
                self.sequence += 1;
            }
            Record::Escalated { steps, .. } => self.steps = *steps,
            Record::Owned { owner, .. } => self.owner.clone_from(owner),
            Record::FellBack { .. } => self.fell_back = true,
            _ => unreachable!("only what is about the episode itself comes here"),
        }
    }

    /// Its labels stay: an Alertmanager knows it by them.
    fn look_like(&mut self, picture: &Picture) {
        let labels = std::mem::take(&mut self.picture.labels);
        self.picture = Picture {
            labels,
            ..picture.clone()
        };
        self.sequence += 1;
    }

    /// The latest moment that it knows of, none of which is to come.
    pub(super) fn latest_ms(&self) -> i64 {
        let debts = self.debts.iter().flat_map(|debt| {
            let told = match debt.told {
                Told::Nothing => None,
                Told::Open { at_ms, .. } => Some(at_ms),
                Told::Over { again_ms, .. } => Some(again_ms),
            };
            let attempt = debt.attempt.as_ref().map(|attempt| attempt.at_ms);
            [told, attempt, debt.due_ms].into_iter().flatten()
        });
        let standing = match self.standing {
            Standing::Open => None,
            Standing::Settling { since_ms, .. } => Some(since_ms),
            Standing::Over { at_ms, .. } => Some(at_ms),
        };
        let known = debts.chain(standing).chain(self.paged_ms);
        known.fold(self.opened_ms, i64::max)
    }

    pub(super) fn shift(&mut self, by_ms: i64) {
        for debt in &mut self.debts {
            let attempt = debt.attempt.as_mut().map(|attempt| &mut attempt.at_ms);
            let times = [&mut debt.due_ms, &mut debt.end_not_before_ms];
            for at_ms in times.into_iter().flatten().chain(attempt) {
                *at_ms += by_ms;
            }
            match &mut debt.told {
                Told::Nothing => {}
                Told::Open { at_ms, .. } => *at_ms += by_ms,
                Told::Over { at_ms, again_ms } => {
                    *at_ms += by_ms;
                    *again_ms += by_ms;
                }
            }
        }
        self.opened_ms += by_ms;
        if let Some(paged_ms) = &mut self.paged_ms {
            *paged_ms += by_ms;
        }
        match &mut self.standing {
            Standing::Open => {}
            Standing::Settling { since_ms, .. } => *since_ms += by_ms,
            Standing::Over { at_ms, .. } => *at_ms += by_ms,
        }
    }
}
