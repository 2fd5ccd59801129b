//! Which server answers a batch: the first in the order of preference that can, asked several times where that may help.
//!
//! All answers of a batch are of one server; two servers may hold different data, and half of each is neither's.

use std::sync::Arc;
use std::time;

use tokio::time::Instant;

use super::attempt::{Attempt, Batch, Patience, attempt};
use super::client::Client;
use crate::base::Duration;
use crate::prometheus::pause::{ATTEMPTS_MAX, pause};
use crate::prometheus::{Fault, Reply, Retry};

/// A server, and until when it does not want to be asked.
pub(super) struct Place {
    pub(super) client: Arc<Client>,
    pub(super) closed: Option<Closed>,
}

/// A server said when to come back.
#[derive(Clone)]
pub(super) struct Closed {
    until: Instant,
    because: Fault,
}

/// One server's part in a batch.
struct Turn {
    /// Which of the servers.
    server: usize,
    attempts: u32,
    ready_at: Instant,
    answers: Vec<Result<Reply, Fault>>,
    /// The questions that are worth another attempt.
    open: Vec<usize>,
}

/// What came of a batch.
pub(super) struct Outcome {
    /// In the order of the questions.
    pub(super) answers: Vec<Result<Reply, Fault>>,
    /// Which of the servers it was.
    pub(super) server: usize,
}

impl Turn {
    fn new(server: usize, place: &mut Place, batch: &Batch<'_>) -> Turn {
        let now = Instant::now();
        place.closed.take_if(|closed| closed.until <= now);
        let closed = place.closed.clone();
        let over = || Fault::RunOver(place.client.settings().run_timeout);
        let fault = closed
            .as_ref()
            .map_or_else(over, |closed| closed.because.clone());
        let count = batch.questions.len();
        Turn {
            server,
            attempts: 0,
            ready_at: closed.map_or(now, |closed| closed.until),
            answers: vec![Err(fault); count],
            open: (0..count).collect(),
        }
    }

    /// How many questions may still be answered, by another server or later.
    fn lacking(&self) -> usize {
        let lacks = |answer: &&Result<Reply, Fault>| matches!(answer, Err(fault) if fault.retry() == Retry::Later);
        self.answers.iter().filter(lacks).count()
    }

    fn may_go_on(&self, deadline: Instant) -> bool {
        !self.open.is_empty() && self.attempts < ATTEMPTS_MAX && self.ready_at < deadline
    }

    /// Takes an attempt in. `roll` is any number with the same chance.
    fn learn(&mut self, attempt: Attempt, roll: u64, place: &mut Place) {
        self.attempts += 1;
        let mut is_open = vec![false; self.answers.len()];
        self.open.iter().for_each(|at| is_open[*at] = true);
        let mut refusal = None;
        for (at, outcome) in attempt.outcomes {
            is_open[at] = false;
            if let Err(fault) = &outcome {
                is_open[at] = fault.is_brief();
                refusal = refusal.or_else(|| fault.is_brief().then(|| fault.clone()));
            }
            self.answers[at] = outcome;
        }
        self.open.retain(|at| is_open[*at]);
        let mut until = Instant::now() + time_of(pause(self.attempts, roll));
        if let (Some(asked), Some(because)) = (attempt.retry_after, refusal) {
            until += time_of(asked);
            place.closed = Some(Closed { until, because });
        }
        self.ready_at = until;
    }
}

fn time_of(duration: Duration) -> time::Duration {
    time::Duration::from_millis(duration.as_ms())
}

/// Asks a batch of the servers; `order` names them in the order of preference, and `roll` gives numbers by chance. When none
/// of them can answer all of it, the one that answered most of it has.
pub(super) async fn ask(
    places: &mut [Place],
    order: &[usize],
    batch: &Batch<'_>,
    heard_bytes: &mut usize,
    mut roll: impl FnMut() -> u64,
) -> Outcome {
    let turn = |server: &usize| Turn::new(*server, &mut places[*server], batch);
    let mut turns: Vec<Turn> = order.iter().map(turn).collect();
    loop {
        let now = Instant::now();
        let next = (0..turns.len())
            .filter(|at| now < batch.deadline && turns[*at].may_go_on(batch.deadline))
            .min_by_key(|at| turns[*at].ready_at.max(now));
        let Some(at) = next else { break };
        let is_new = |turn: &&Turn| turn.attempts == 0 && turn.may_go_on(batch.deadline);
        let others_wait = turns.iter().filter(is_new).count() > 1;
        let turn = &mut turns[at];
        tokio::time::sleep_until(turn.ready_at).await;
        let patience = match turn.attempts == 0 && others_wait {
            true => Patience::Short,
            false => Patience::Long,
        };
        let place = &mut places[turn.server];
        let attempt = attempt(&place.client, batch, &turn.open, patience, heard_bytes).await;
        turn.learn(attempt, roll(), place);
        if turn.lacking() == 0 {
            break;
        }
    }
    let best = turns.into_iter().min_by_key(Turn::lacking);
    let best = best.expect("there is at least one server");
    Outcome {
        answers: best.answers,
        server: best.server,
    }
}
