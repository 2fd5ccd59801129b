//! What the answers of receivers come to, and what a start makes of attempts that have none.

use crate::base::Duration;
use crate::notify::{Judged, Reason, ReasonKind, Receipt, Size};
use crate::outbox::pause::pause;
use crate::outbox::{LaneId, Says};

use super::episode::Episode;
use super::handle::Engine;
use super::input::Answer;
use super::record::{Outcome, Record};
use super::subject::Subject;

/// After so many failures of one message that a receiver answered it is made smaller: it may be what fails.
const POISON_TRIES: u32 = 3;

/// How often a receiver that refuses to be told of an end is asked again, in milliseconds.
const END_EVERY_MS: i64 = 10 * 60_000;
/// After so long without an answer an attempt is lost, in milliseconds: far beyond what whoever sends waits for.
pub(super) const ANSWER_MAX_MS: i64 = 2 * 60_000;
/// For how long after the end, in milliseconds: by then somebody has given it back its credentials, or nobody will.
const END_TRIED_MS: i64 = 24 * 3_600_000;

impl Engine {
    /// An attempt was answered.
    pub(super) fn answered(&mut self, number: u64, lane: &LaneId, answer: Answer, now_ms: i64) {
        let episode = self.state.episodes.get(&number);
        let debt = episode.and_then(|one| one.debts.iter().find(|debt| debt.lane == *lane));
        let Some(debt) = debt.filter(|debt| debt.attempt.is_some()) else {
            return;
        };
        let (size, tries) = (debt.size, debt.tries);
        let says = debt.attempt.as_ref().map(|attempt| attempt.says);
        let has_handle = debt.handle.is_some();
        let over_ms = episode.and_then(Episode::over_ms).unwrap_or(now_ms);
        let (judged, secret_mark) = match answer {
            Answer::Needless => return self.note_outcome(number, lane, Outcome::Needless, now_ms),
            Answer::Judged(judged, secret_mark) => (judged, secret_mark),
        };
        let outcome = match judged {
            Judged::Delivered { handle } => {
                let refusal = Subject::Refusal { lane: lane.clone() };
                self.close(&refusal, "it takes messages again", now_ms);
                Outcome::Delivered {
                    handle,
                    secret_mark,
                }
            }
            Judged::Retry {
                reason,
                after,
                receipt,
            } => {
                if reason.kind == ReasonKind::Troubled
                    && tries + 1 >= POISON_TRIES
                    && size == Size::Whole
                {
                    self.note_outcome(number, lane, Outcome::Choked { receipt }, now_ms);
                    return;
                }
                self.failed(lane, reason, after, receipt, now_ms)
            }
            Judged::Forgotten { .. } if has_handle => Outcome::HandleForgotten,
            Judged::Forgotten { reason } => Outcome::Refused { reason },
            // Once it is tried again with what cannot be left out: a text may be what is refused.
            Judged::TooLarge if size == Size::Whole => Outcome::TooLarge,
            Judged::Refused { reason }
                if reason.kind == ReasonKind::Misunderstood && size == Size::Whole =>
            {
                Outcome::TooLarge
            }
            Judged::TooLarge => Outcome::Refused {
                reason: Reason {
                    kind: ReasonKind::TooLarge,
                    text: "the message is too large even when it is made smaller".to_string(),
                },
            },
            Judged::Refused { reason }
                if says == Some(Says::Resolved) && now_ms - over_ms < END_TRIED_MS =>
            {
                Outcome::Postponed {
                    reason,
                    until_ms: now_ms + END_EVERY_MS,
                }
            }
            Judged::Refused { reason } => Outcome::Refused { reason },
        };
        let refused = match &outcome {
            Outcome::Refused { reason } | Outcome::Postponed { reason, .. } => Some(reason.clone()),
            Outcome::Delivered { .. }
            | Outcome::Needless
            | Outcome::Failed { .. }
            | Outcome::TooLarge
            | Outcome::Choked { .. }
            | Outcome::HandleForgotten
            | Outcome::Interrupted => None,
        };
        self.note_outcome(number, lane, outcome, now_ms);
        if let Some(reason) = refused {
            self.refused(number, lane, &reason, now_ms);
        }
    }

    fn failed(
        &mut self,
        lane: &LaneId,
        reason: Reason,
        after: Option<Duration>,
        receipt: Receipt,
        now_ms: i64,
    ) -> Outcome {
        let failures = self
            .state
            .lanes
            .get(lane)
            .map_or(0, |state| state.lane.failures)
            + 1;
        let pause = pause(failures, after, self.roll());
        Outcome::Failed {
            reason,
            receipt,
            closed_until_ms: now_ms + pause.as_ms() as i64,
        }
    }

    fn note_outcome(&mut self, episode: u64, lane: &LaneId, outcome: Outcome, at_ms: i64) {
        self.note(Record::Answered {
            episode,
            lane: lane.clone(),
            outcome,
            at_ms,
        });
    }

    /// Attempts that nobody answered and nobody will.
    pub(super) fn unanswered(&mut self, number: u64, now_ms: i64) {
        let debts = self.state.episodes[&number].debts.iter();
        let lost = debts.filter(|debt| {
            let attempt = debt.attempt.as_ref();
            attempt.is_some_and(|attempt| now_ms - attempt.at_ms >= ANSWER_MAX_MS)
        });
        let lost: Vec<LaneId> = lost.map(|debt| debt.lane.clone()).collect();
        for lane in lost {
            let reason = Reason {
                kind: ReasonKind::Lost,
                text: "no answer".to_string(),
            };
            let outcome = self.failed(&lane, reason, None, Receipt::Possible, now_ms);
            self.note_outcome(number, &lane, outcome, now_ms);
        }
    }

    /// burnwatch started: what was under way may have arrived, and is sent again with the same key.
    pub(super) fn started(&mut self, now_ms: i64) {
        // What was kept cannot be of a time to come: the clock was set while burnwatch was away.
        let by_ms = now_ms - self.state.latest_ms();
        if by_ms < 0 {
            self.note(Record::ClockSet { by_ms });
        }
        let mut under_way: Vec<(u64, LaneId)> = Vec::new();
        for episode in self.state.episodes.values() {
            let open = episode.debts.iter().filter(|debt| debt.attempt.is_some());
            under_way.extend(open.map(|debt| (episode.number, debt.lane.clone())));
        }
        for (number, lane) in under_way {
            self.note_outcome(number, &lane, Outcome::Interrupted, now_ms);
        }
        // What was read back is kept.
        self.saved(now_ms);
        self.configured(now_ms);
    }
}
