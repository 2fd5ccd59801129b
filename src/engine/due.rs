//! When time alone brings something next.

use crate::outbox::{Admission, Debt};

use super::answered::ANSWER_MAX_MS;
use super::episode::{Episode, FLAP_MS, Standing};
use super::handle::Engine;
use super::owes::{Owes, owes};
use super::pass::TOLD_OF_MS;
use super::subject::{Subject, Waking};

/// How often it is looked whether news still have to wait, in milliseconds.
const HELD_EVERY_MS: i64 = 5_000;

impl Engine {
    /// When something is due next, in Unix milliseconds; nothing where only an input can bring it. May be in the past, and
    /// may be too early: whoever comes then finds nothing to do.
    pub fn due_ms(&self, now_ms: i64) -> Option<i64> {
        let episodes = self.state.episodes.values();
        let of_episodes = episodes.filter_map(|episode| self.episode_due_ms(episode, now_ms));
        of_episodes.chain(self.blindness_due_ms(now_ms)).min()
    }

    fn blindness_due_ms(&self, now_ms: i64) -> Option<i64> {
        let after_ms = self.book.limits.blind_after.as_ms() as i64;
        let is_open =
            |subject: &Subject| self.state.about(subject).is_some_and(|one| !one.is_over());
        let silent = self.sight.silent.as_ref().map(|(since_ms, _)| *since_ms);
        let can_tell = self.book.own_severity(Waking::Wakes).is_some();
        let of_source = silent.filter(|_| can_tell && !is_open(&Subject::Source));
        let of_source = of_source.map(|since_ms| since_ms + after_ms);
        let blind = self.sight.blind.iter();
        let untold = blind.filter(|(slo, _)| {
            !is_open(&Subject::Blind {
                slo: (*slo).clone(),
            })
        });
        let since = untold.map(|(_, blind)| blind.since_ms.max(self.sight.back_ms));
        let of_slos = since.min().map(|since_ms| since_ms + after_ms);
        // From then on the source is blamed for all of them.
        let blamed_ms = silent.map_or(i64::MAX, |since_ms| since_ms + self.silence_ms());
        let of_slos = of_slos.filter(|at_ms| now_ms.max(*at_ms) < blamed_ms);
        of_source.into_iter().chain(of_slos).min()
    }

    fn episode_due_ms(&self, episode: &Episode, now_ms: i64) -> Option<i64> {
        let debts = episode.debts.iter();
        let of_debts = debts.filter_map(|debt| self.debt_due_ms(episode, debt, now_ms));
        let own = match (&episode.standing, &episode.subject) {
            // What burned is over when it is seen to be.
            (Standing::Settling { .. }, Subject::Burn { .. }) => None,
            (Standing::Settling { since_ms, .. }, _) => Some(since_ms + FLAP_MS),
            // What is still owed keeps it: it is looked at when that is sent.
            (Standing::Over { at_ms, .. }, _) if at_ms + FLAP_MS > now_ms => Some(at_ms + FLAP_MS),
            (Standing::Open, Subject::Damage | Subject::Refusal { .. }) => {
                Some(episode.opened_ms + TOLD_OF_MS)
            }
            (Standing::Over { .. } | Standing::Open, _) => None,
        };
        of_debts.chain(own).chain(self.step_due_ms(episode)).min()
    }

    fn debt_due_ms(&self, episode: &Episode, debt: &Debt, now_ms: i64) -> Option<i64> {
        if let Some(attempt) = &debt.attempt {
            return Some(attempt.at_ms + ANSWER_MAX_MS);
        }
        let state = self.state.lanes.get(&debt.lane)?;
        let owed = owes(episode, debt, &state.entry, now_ms);
        let late_ms = self.late_ms(episode, debt, owed);
        let at_ms = match owed {
            Owes::Now(_) if debt.due_ms.is_none() => Some(now_ms + HELD_EVERY_MS),
            Owes::Now(_) => match state
                .lane
                .admission(state.entry.budget, state.under_way, now_ms)
            {
                Admission::Now => Some(now_ms),
                Admission::At(at_ms) => Some(at_ms),
                Admission::Busy => None,
            },
            Owes::From(at_ms) => Some(at_ms),
            Owes::Unneeded => Some(now_ms),
            Owes::Nothing => None,
        };
        at_ms.into_iter().chain(late_ms).min()
    }

    fn step_due_ms(&self, episode: &Episode) -> Option<i64> {
        let waits = episode.standing == Standing::Open
            && episode.wakes == Waking::Wakes
            && episode.acknowledged.is_none();
        let (paged_ms, owner) = (episode.paged_ms?, episode.owner.as_ref()?);
        let team = self.book.roster.teams.get(owner).filter(|_| waits)?;
        let mut after_ms: Vec<i64> = team
            .escalate
            .iter()
            .map(|step| step.after.as_ms() as i64)
            .collect();
        after_ms.sort();
        after_ms
            .get(episode.steps)
            .map(|after_ms| paged_ms + after_ms)
    }
}
