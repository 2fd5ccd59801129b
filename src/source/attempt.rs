//! One attempt at one server: several questions at a time, within a deadline and a size.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::client::Client;
use crate::base::Duration;
use crate::prometheus::{Fault, Question, Reply, Retry};

/// Questions that one server is to answer together.
pub(super) struct Batch<'q> {
    /// The questions.
    pub(super) questions: &'q [Question],
    /// The Unix time that they are asked for, in milliseconds, or the server's own.
    pub(super) at_ms: Option<i64>,
    /// When everything is over.
    pub(super) deadline: Instant,
}

/// Whether the others are still asked when one fails and another server may do better.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Patience {
    /// They are not.
    Short,
    /// They are.
    Long,
}

/// What came of the questions that were asked.
pub(super) struct Attempt {
    /// Outcomes and which question each of them is of; those that are not among them were not answered in time.
    pub(super) outcomes: Vec<(usize, Result<Reply, Fault>)>,
    /// The longest pause that the server asked for.
    pub(super) retry_after: Option<Duration>,
}

/// Asks a server those of the questions that are still `open`.
pub(super) async fn attempt(
    client: &Arc<Client>,
    batch: &Batch<'_>,
    open: &[usize],
    patience: Patience,
    heard_bytes: &mut usize,
) -> Attempt {
    let most = client.settings().run_max_bytes;
    let seats = Arc::new(Semaphore::new(client.settings().in_flight_max.max(1)));
    let mut tasks = JoinSet::new();
    for &at in open {
        let (client, seats) = (client.clone(), seats.clone());
        let (question, at_ms) = (batch.questions[at].clone(), batch.at_ms);
        tasks.spawn(async move {
            let _seat = seats
                .acquire()
                .await
                .expect("the semaphore is never closed");
            (at, client.ask(&question, at_ms, None).await)
        });
    }
    let mut attempt = Attempt {
        outcomes: Vec::with_capacity(open.len()),
        retry_after: None,
    };
    let mut is_too_large = false;
    let all = async {
        while let Some(joined) = tasks.join_next().await {
            let (at, heard) = joined.expect("asking does not panic and is not cancelled");
            *heard_bytes += heard.bytes;
            is_too_large = *heard_bytes > most;
            let passes = matches!(&heard.outcome, Err(fault) if fault.retry() == Retry::Later);
            attempt.outcomes.push((at, heard.outcome));
            attempt.retry_after = attempt.retry_after.max(heard.retry_after);
            if is_too_large || (passes && patience == Patience::Short) {
                return;
            }
        }
    };
    // Those that are still on their way when the deadline comes are cancelled with the set.
    let _ = tokio::time::timeout_at(batch.deadline, all).await;
    if is_too_large {
        let mut is_open = vec![false; batch.questions.len()];
        open.iter().for_each(|at| is_open[*at] = true);
        attempt
            .outcomes
            .iter()
            .for_each(|(at, _)| is_open[*at] = false);
        let unheard = open.iter().filter(|at| is_open[**at]);
        let too_large = unheard.map(|at| (*at, Err(Fault::RunTooLarge(most))));
        attempt.outcomes.extend(too_large.collect::<Vec<_>>());
    }
    attempt
}
