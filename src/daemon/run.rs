//! The daemon as a whole: puts its parts together, reloads them, and ends them in order.
//!
//! Promise: it starts with a configuration without faults or not at all; a configuration that is faulty later changes nothing;
//! when it is told to stop, what is under way is finished within the grace, and what is not is repeated at the next start.

use std::sync::{Arc, PoisonError};
use std::time;

use tokio::sync::{oneshot, watch};

use super::asker::Asker;
use super::configuration::{Configuration, Configurations};
use super::parts::{
    Fixed, Parts, Start, book_of, courier_settings, heartbeat_settings, set_receivers,
};
use super::run_error::RunError;
use super::scene::{followers, scene};
use super::signals::{Signals, Told};
use super::watching::Command;
use crate::base::Duration;

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
) -> Result<(), RunError> {
    let mut signals = Signals::new().map_err(RunError::System)?;
    let history = first.daemon.history;
    let mut daemon = Parts::begin(first, start).await?;
    let reloads = watch::Sender::new(history);
    let ended = daemon
        .until_stopped(configurations, &mut signals, &reloads)
        .await;
    match ended {
        Ok(()) => daemon.end(signals).await,
        Err(error) => Err(error),
    }
}

impl Parts {
    /// Reloads when it is told to or files change, until it is told to stop.
    async fn until_stopped(
        &mut self,
        mut configurations: Box<dyn Configurations>,
        signals: &mut Signals,
        history: &watch::Sender<Duration>,
    ) -> Result<(), RunError> {
        let mut look = tokio::time::interval(LOOK_EVERY);
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut prune = tokio::time::interval(PRUNE_EVERY);
        prune.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        // What is in effect, and what was seen last: files that are still being written are waited for.
        let (mut in_effect, mut seen) = (None, None);
        loop {
            let mut wants = None;
            tokio::select! {
                signal = signals.next() => match signal {
                    Told::Stop => return Ok(()),
                    Told::Reload => wants = Some("by a signal"),
                },
                _ = look.tick() => {
                    let stamp;
                    (configurations, stamp) = blocking(configurations, |c| c.stamp()).await?;
                    let is_quiet = seen.replace(stamp) == Some(stamp);
                    if in_effect.is_none() {
                        in_effect = Some(stamp);
                    } else if is_quiet && in_effect != Some(stamp) {
                        wants = Some("since files changed");
                    }
                }
                _ = prune.tick() => self.prune(*history.borrow()),
                _ = &mut self.watcher => return Err(RunError::Broken("watcher")),
                _ = &mut self.deliveries => return Err(RunError::Broken("courier")),
                _ = &mut self.server => return Err(RunError::Broken("server")),
                _ = &mut self.control => return Err(RunError::Broken("socket")),
            }
            if !self.desk_thread.is_running() {
                return Err(RunError::Broken("desk"));
            }
            let Some(why) = wants else { continue };
            let read;
            (configurations, read) = blocking(configurations, |c| (c.stamp(), c.read())).await?;
            let (stamp, read) = read;
            (in_effect, seen) = (Some(stamp), Some(stamp));
            tokio::select! {
                () = self.reload(read, why, history) => {}
                () = signals.stopped() => return Ok(()),
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
        let command = Command::Change {
            book,
            scene: Box::new(move |before| {
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

    /// Finishes what is under way, and writes everything down.
    async fn end(mut self, mut signals: Signals) -> Result<(), RunError> {
        tracing::info!("stopping: no SLO is evaluated any more, and what is under way is finished");
        // A watcher that is gone evaluates nothing either.
        let _ = self.commands.send(Command::Stop).await;
        let _ = (&mut self.watcher).await;
        let grace = time::Duration::from_millis(self.grace.as_ms());
        tokio::select! {
            finished = tokio::time::timeout(grace, self.delivered()) => {
                if finished.is_err() {
                    tracing::warn!("not all of it was finished in time; it is repeated at the next start");
                }
            }
            () = signals.stopped_again() => return Err(RunError::Cut),
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

    /// Waits until nothing is under way, and nothing is to be sent now.
    async fn delivered(&mut self) {
        loop {
            let due = self.desk.ask(|keeper, now_ms| {
                let due_ms = keeper.due_ms(now_ms);
                let is_due = due_ms.is_some_and(|due_ms| due_ms <= now_ms);
                is_due || keeper.is_sending()
            });
            let is_over = due.await.is_none_or(|is_due| !is_due);
            if is_over && *self.under_way.borrow() == 0 {
                return;
            }
            tokio::time::sleep(STOP_LOOK).await;
        }
    }
}

/// Does something that may wait for a disk.
async fn blocking<T: Send + 'static>(
    mut configurations: Box<dyn Configurations>,
    work: impl FnOnce(&mut dyn Configurations) -> T + Send + 'static,
) -> Result<(Box<dyn Configurations>, T), RunError> {
    let work = move || {
        let done = work(configurations.as_mut());
        (configurations, done)
    };
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| RunError::Broken("reader of the configuration"))
}
