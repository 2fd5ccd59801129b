//! The daemon as a whole: puts its parts together, reloads them, and ends them in order.
//!
//! Promise: it starts with a configuration without faults or not at all; a configuration that is faulty later changes nothing;
//! when it is told to stop, what is under way is finished within the grace, and what is not is repeated at the next start.

use std::sync::{Arc, PoisonError};
use std::time;

use tokio::sync::{oneshot, watch};

use super::asker::Asker;
use super::census::Census;
use super::configuration::{Configuration, Configurations};
use super::parts::{
    Fixed, Parts, Start, book_of, courier_settings, heartbeat_settings, set_receivers,
};
use super::reader::{Found, Reader};
use super::run_error::RunError;
use super::scene::{followers, scene};
use super::signals::{Signals, Told};
use super::watching::Command;
use crate::base::Duration;
use crate::follow::Follower;

/// How often it is looked whether files changed.
const LOOK_EVERY: time::Duration = time::Duration::from_secs(5);
/// How often old history is removed.
const PRUNE_EVERY: time::Duration = time::Duration::from_secs(600);
/// Most rows of history that are kept, however young they are.
const HISTORY_ROWS_MAX: u64 = 5_000_000;
/// How often it is looked whether everything is delivered when it is told to stop.
const STOP_LOOK: time::Duration = time::Duration::from_millis(20);

/// Runs until it is told to stop.
///
/// # Errors
///
/// Where it cannot start, or cannot end in order.
pub async fn run(
    first: Configuration,
    configurations: Box<dyn Configurations>,
    start: Start,
    mut signals: Signals,
) -> Result<(), RunError> {
    let history = watch::Sender::new(first.daemon.history);
    let reader = Reader::new(configurations, start.stamp);
    let mut daemon = Parts::begin(first, start).await?;
    let ended = daemon.until_stopped(reader, &mut signals, &history).await;
    match ended {
        Ok(()) => daemon.end(signals).await,
        Err(error) => Err(error),
    }
}

impl Parts {
    /// Reloads when it is told to or files change, until it is told to stop.
    async fn until_stopped(
        &mut self,
        mut reader: Reader,
        signals: &mut Signals,
        history: &watch::Sender<Duration>,
    ) -> Result<(), RunError> {
        let mut look = tokio::time::interval(LOOK_EVERY);
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut prune = tokio::time::interval(PRUNE_EVERY);
        prune.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let clock = self.clock;
        loop {
            let found = tokio::select! {
                signal = signals.next() => match signal {
                    Told::Stop => return Ok(()),
                    Told::Reload => {
                        reader.want("by a signal");
                        Found::Nothing
                    }
                },
                found = reader.next(|| clock.steady_ms()) => found,
                _ = look.tick() => {
                    reader.look();
                    Found::Nothing
                }
                _ = prune.tick() => {
                    self.prune(*history.borrow());
                    Found::Nothing
                }
                _ = &mut self.watcher => return Err(RunError::Broken("watcher")),
                _ = &mut self.deliveries => return Err(RunError::Broken("courier")),
                _ = &mut self.server => return Err(RunError::Broken("server")),
                _ = &mut self.control => return Err(RunError::Broken("socket")),
            };
            if !self.desk_thread.is_running() {
                return Err(RunError::Broken("desk"));
            }
            match found {
                Found::Nothing => {}
                Found::Broken => return Err(RunError::Broken("reader of the configuration")),
                Found::Configuration(read, why) => tokio::select! {
                    () = self.reload(*read, why, history) => {}
                    () = signals.stopped() => return Ok(()),
                },
            }
        }
    }

    async fn reload(
        &mut self,
        read: Result<Configuration, String>,
        why: &str,
        history: &watch::Sender<Duration>,
    ) {
        let now_ms = self.clock.wall_ms();
        let next = read.and_then(|next| {
            let source = next.source.clone();
            let asker = Asker::new(source, self.clock, self.metrics.clone());
            asker.map(|asker| (next, asker)).map_err(|e| e.to_string())
        });
        let (next, asker) = match next {
            Ok(next) => next,
            Err(why) => {
                let short = why.lines().next().unwrap_or_default().to_string();
                tracing::error!(
                    why,
                    "the configuration cannot be used; the one before is in effect"
                );
                self.vitals.reload(Err(short));
                self.metrics.reloaded(false, now_ms);
                return;
            }
        };
        if Fixed::of(&next) != self.fixed {
            tracing::warn!(
                "`daemon.data`, `daemon.listen` and `daemon.web_config` are what they were at the start until the next one"
            );
        }
        set_receivers(&self.metrics, &next);
        self.vitals.set_interval(next.settings.interval);
        self.grace = next.daemon.shutdown_grace;
        history.send_replace(next.daemon.history);
        let book = Arc::new(book_of(&next));
        let settings = courier_settings(&next, &self.start, &self.acks);
        let heartbeat = heartbeat_settings(&next);
        let slos = next.slos.len();
        let (done, is_done) = oneshot::channel();
        let source_mark = self.source_mark.clone();
        let command = Command::Change {
            book,
            scene: Box::new(move |before| {
                let mark = next.source_mark();
                let mut known = source_mark.lock().unwrap_or_else(PoisonError::into_inner);
                // What one source told says nothing of another.
                let before = match std::mem::replace(&mut *known, mark.clone()) == mark {
                    true => before,
                    false => before.iter().map(Follower::forgotten).collect(),
                };
                let followers = followers(&next, before, Default::default());
                scene(&next, followers, asker)
            }),
            done,
        };
        {
            let mut couriers = self
                .couriers
                .write()
                .unwrap_or_else(PoisonError::into_inner);
            let courier = couriers.with(settings);
            *couriers = Arc::new(courier);
        }
        if self.commands.send(command).await.is_err() || is_done.await.is_err() {
            return;
        }
        self.beat(heartbeat);
        self.vitals.reload(Ok(()));
        self.metrics.reloaded(true, now_ms);
        tracing::info!(slos, "the configuration was read again {why}");
    }

    fn prune(&self, history: Duration) {
        let desk = self.desk.clone();
        tokio::spawn(async move {
            let back_ms = i64::try_from(history.as_ms()).unwrap_or(i64::MAX);
            loop {
                let removed = desk
                    .ask(move |keeper, now_ms| {
                        let before_ms = now_ms.saturating_sub(back_ms);
                        keeper.prune(before_ms, HISTORY_ROWS_MAX).unwrap_or(0)
                    })
                    .await;
                if removed.is_none_or(|removed| removed == 0) {
                    return;
                }
            }
        });
    }

    /// Finishes what is under way, and writes everything down; at once where it is told to stop again.
    async fn end(self, mut signals: Signals) -> Result<(), RunError> {
        tracing::info!("stopping: no SLO is evaluated any more, and what is under way is finished");
        tokio::select! {
            ended = self.finish() => ended,
            () = signals.stopped_again() => Err(RunError::Cut),
        }
    }

    async fn finish(mut self) -> Result<(), RunError> {
        // A watcher that is gone evaluates nothing either.
        let _ = self.commands.send(Command::Stop).await;
        let _ = (&mut self.watcher).await;
        let grace = time::Duration::from_millis(self.grace.as_ms());
        let finished = tokio::time::timeout(grace, self.delivered()).await;
        if finished.is_err() {
            tracing::warn!("not all of it was finished in time; it is repeated at the next start");
        }
        // Nobody may be left who asks.
        self.control.abort();
        self.heart.take().inspect(|(_, heart)| heart.abort());
        let _ = self.stop_server.send(());
        let _ = self.server.await;
        let thread = self.desk_thread;
        let closed = tokio::task::spawn_blocking(move || thread.close()).await;
        self.deliveries.abort();
        match closed {
            Ok(Ok(())) => {
                tracing::info!("stopped");
                Ok(())
            }
            Ok(Err(error)) => Err(RunError::Closed(error.to_string())),
            Err(_) => Err(RunError::Broken("desk")),
        }
    }

    /// Waits until nothing is under way, nothing is to be sent now, and no page waits for a receiver that fails.
    async fn delivered(&mut self) {
        loop {
            let due = self.desk.ask(|keeper, now_ms| {
                let due_ms = keeper.due_ms(now_ms);
                let is_due = due_ms.is_some_and(|due_ms| due_ms <= now_ms);
                let waits = Census::of(keeper.state(), now_ms).oldest_page.is_some();
                is_due || waits || keeper.is_sending()
            });
            let is_over = due.await.is_none_or(|is_due| !is_due);
            if is_over && *self.under_way.borrow() == 0 {
                return;
            }
            tokio::time::sleep(STOP_LOOK).await;
        }
    }
}
