//! Makes vitals, metrics and log lines of what watcher and desk tell.

use std::sync::Arc;
use std::time::Duration;

use super::census::Census;
use super::checkpoints::Checkpoints;
use super::desk::Turn;
use super::labels::EvaluationResult;
use super::log;
use super::metrics::Metrics;
use super::vitals::Vitals;
use super::watching::{Event, Standing};
use crate::base::spoken;
use crate::engine::Sight;

/// How often what is remembered is counted, in milliseconds.
const CENSUS_EVERY_MS: i64 = 1_000;

/// When it did not fail to answer for so long it answers again, in milliseconds.
const ANSWERS_AGAIN_MS: i64 = 10_000;

/// What watches the watcher.
pub struct OfWatcher {
    pub(super) vitals: Arc<Vitals>,
    pub(super) metrics: Arc<Metrics>,
    pub(super) checkpoints: Checkpoints,
    pub(super) clock: super::clockwork::Clockwork,
    pub(super) said: Said,
}

/// What was last said in the log, so that nothing is said twice.
#[derive(Default)]
pub struct Said {
    /// When the source did not answer last, until that is over, on the steady clock.
    silent_ms: Option<i64>,
    ahead_ms: Option<i64>,
    is_lowered: bool,
}

impl OfWatcher {
    /// Takes an event in.
    pub fn take(&mut self, event: Event<'_>) {
        let now_ms = self.clock.steady_ms();
        match event {
            Event::Ticked(standing) => self.ticked(standing, now_ms),
            Event::Missed(evaluations) => {
                self.metrics.missed(evaluations);
                if self.said.is_lowered {
                    self.metrics.shed(evaluations);
                }
            }
            Event::Answered(ahead_ms) => {
                self.vitals.source(Ok(()), now_ms);
                self.answered(ahead_ms, now_ms);
            }
            Event::Unanswered(why) => {
                self.vitals.source(Err(why.to_string()), now_ms);
                if self.said.silent_ms.replace(now_ms).is_none() {
                    tracing::warn!(why, "the source does not answer");
                }
            }
            Event::Broke(slo) => {
                tracing::error!(%slo, "burnwatch failed to evaluate an SLO; its past is learnt anew");
            }
            Event::Known(follower) => self.checkpoints.keep(follower),
            Event::Evaluated {
                slo,
                sight,
                questions,
                took_ms,
                trace,
            } => {
                let result = match sight {
                    Sight::Seen(_) => EvaluationResult::Seen,
                    Sight::Nothing | Sight::Unrecorded { .. } => EvaluationResult::Empty,
                    Sight::Failed { .. } => EvaluationResult::Failed,
                };
                self.metrics.evaluated(result);
                if tracing::enabled!(tracing::Level::DEBUG) {
                    let _span = log::span(trace).entered();
                    let why = match sight {
                        Sight::Failed { why, .. } | Sight::Unrecorded { why } => Some(why.as_str()),
                        Sight::Seen(_) | Sight::Nothing => None,
                    };
                    let (slo, result) = (slo.to_string(), result.name());
                    tracing::debug!(slo, result, why, questions, took_ms, "an SLO was evaluated");
                }
            }
        }
    }

    fn ticked(&mut self, standing: Standing, now_ms: i64) {
        self.vitals.scheduler_ticked(now_ms);
        self.vitals.covered(standing.covered, now_ms);
        self.metrics.set_covered(&standing.covered);
        self.metrics.set_questions_limit(standing.limit);
        if standing.is_lowered != self.said.is_lowered {
            self.said.is_lowered = standing.is_lowered;
            let limit = standing.limit;
            match standing.is_lowered {
                true => tracing::warn!(
                    limit,
                    "the source is asked less: it left questions unanswered"
                ),
                false => tracing::info!(limit, "the source is asked as much as before"),
            }
        }
    }

    fn answered(&mut self, ahead_ms: Option<i64>, now_ms: i64) {
        // One that is overloaded answers some and refuses others, many times in a second.
        let silent_ms = self.said.silent_ms;
        if silent_ms.is_some_and(|silent_ms| now_ms - silent_ms >= ANSWERS_AGAIN_MS) {
            self.said.silent_ms = None;
            tracing::info!("the source answers again");
        }
        if ahead_ms.is_some() != self.said.ahead_ms.is_some() {
            match ahead_ms {
                Some(ahead_ms) => {
                    let by = spoken(ahead_ms.unsigned_abs());
                    let whose = if ahead_ms > 0 { "ahead of" } else { "behind" };
                    tracing::warn!(
                        "the clock of the source is {by} {whose} this machine's; evaluations go by that of the source"
                    );
                }
                None => tracing::info!("the clock of the source is that of this machine"),
            }
        }
        self.said.ahead_ms = ahead_ms;
    }
}

/// What watches the desk.
pub struct OfDesk {
    pub(super) vitals: Arc<Vitals>,
    pub(super) metrics: Arc<Metrics>,
    pub(super) kept: u64,
    pub(super) is_behind: bool,
    pub(super) counts_ms: i64,
}

impl OfDesk {
    /// Takes a batch in.
    pub fn take(&mut self, turn: &Turn<'_>) {
        let now_ms = turn.steady_ms;
        self.vitals.desk_ticked(now_ms);
        for lag_ms in turn.lags_ms {
            let lag = Duration::from_millis(u64::try_from(*lag_ms).unwrap_or(0));
            self.metrics.lagged(lag);
        }
        if turn.keeper.kept() != self.kept {
            self.kept = turn.keeper.kept();
            self.vitals.committed(now_ms);
        }
        let behind = turn.keeper.behind().map(ToString::to_string);
        if behind.is_some() != self.is_behind {
            self.is_behind = behind.is_some();
            self.metrics.set_store_behind(self.is_behind);
            match &behind {
                Some(why) => tracing::error!(why, "what happens cannot be kept"),
                None => tracing::info!("what happens is kept again"),
            }
            self.vitals.store_behind(behind);
        }
        if turn.steady_ms >= self.counts_ms {
            self.counts_ms = turn.steady_ms + CENSUS_EVERY_MS;
            let census = Census::of(turn.keeper.state(), turn.now_ms);
            self.metrics.set_census(&census);
        }
    }
}
