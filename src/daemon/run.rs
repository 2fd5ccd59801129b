//! The daemon as a whole: puts its parts together, reloads them, and ends them in order.
//!
//! Promise: it starts with a configuration without faults or not at all; a configuration that is faulty later changes nothing;
//! when it is told to stop, what is under way is finished within the grace, and what is not is repeated at the next start.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use super::asker::Asker;
use super::book::book;
use super::checkpoints::Checkpoints;
use super::clockwork::Clockwork;
use super::configuration::{Configuration, Configurations};
use super::courier::{Courier, CourierSettings};
use super::deliveries::{Couriers, Deliveries};
use super::desk::{Desk, DeskThread};
use super::face::DaemonFace;
use super::keeper::{Keeper, KeeperError, Opened};
use super::metrics::Metrics;
use super::observer::{OfDesk, OfWatcher, Said};
use super::scene::{followers, remembered, scene};
use super::serve_settings::serve_settings;
use super::traces::Traces;
use super::vitals::Vitals;
use super::watcher::{Command, Watcher};
use crate::base::Duration;
use crate::model::Slo;
use crate::serve::{AckOutcome, ServeError, Server};
use crate::source::ClientError;
use crate::transport::{Transport, TransportError, TransportSettings};

/// How often it is looked whether files changed.
const LOOK_EVERY: time::Duration = time::Duration::from_secs(5);
/// How often old history is removed.
const PRUNE_EVERY: time::Duration = time::Duration::from_secs(600);
/// Most rows of history that are kept, however young they are.
const HISTORY_ROWS_MAX: u64 = 5_000_000;
/// Signals within this time are one.
const STOP_TOGETHER: time::Duration = time::Duration::from_millis(500);
/// How often it is looked whether everything is delivered when it is told to stop.
const STOP_LOOK: time::Duration = time::Duration::from_millis(20);

/// What a start is given.
#[derive(Clone, Debug)]
pub struct Start {
    /// What cannot be foreseen: pauses and names of traces come from it.
    pub seed: u64,
    /// The name of the machine.
    pub host: String,
}

/// Why the daemon cannot run, or could not end in order.
#[derive(Debug)]
pub enum RunError {
    /// The store cannot be opened.
    Keeper(KeeperError),
    /// What happened last could not be written down.
    Closed(String),
    /// Nobody can be asked.
    Client(ClientError),
    /// Nobody can be told.
    Transport(TransportError),
    /// Nobody can be served.
    Serve(ServeError),
    /// The system gives no thread or no signals.
    System(std::io::Error),
    /// It was told twice to stop.
    Cut,
    /// A part of burnwatch ended by a fault of its own.
    Broken(&'static str),
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RunError::Keeper(error) => error.fmt(f),
            RunError::Closed(why) => write!(f, "what happened last is not kept: {why}"),
            RunError::Client(error) => error.fmt(f),
            RunError::Transport(error) => error.fmt(f),
            RunError::Serve(error) => error.fmt(f),
            RunError::System(error) => {
                write!(f, "the system refuses what the daemon needs: {error}")
            }
            RunError::Cut => {
                f.write_str("stopped at once; what was under way is repeated at the next start")
            }
            RunError::Broken(what) => {
                write!(f, "the {what} ended by a fault of burnwatch's own")
            }
        }
    }
}

/// The parts of a daemon that runs.
struct Daemon {
    start: Start,
    clock: Clockwork,
    metrics: Arc<Metrics>,
    vitals: Arc<Vitals>,
    desk: Desk,
    desk_thread: DeskThread,
    couriers: Couriers,
    commands: mpsc::Sender<Command>,
    watcher: JoinHandle<()>,
    deliveries: JoinHandle<()>,
    under_way: watch::Receiver<usize>,
    server: JoinHandle<()>,
    stop_server: oneshot::Sender<()>,
    grace: Duration,
    /// What cannot change while it runs.
    fixed: Fixed,
}

/// Settings that hold from a start to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Fixed {
    data: PathBuf,
    listen: SocketAddr,
    web_config: Option<String>,
}

/// Signals to the process.
struct Signals {
    stop: Signal,
    interrupt: Signal,
    reload: Signal,
}

/// What a signal tells.
enum Told {
    Stop,
    Reload,
}

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
    let mut daemon = Daemon::begin(first, start).await?;
    let reloads = watch::Sender::new(history);
    let ended = daemon
        .until_stopped(configurations, &mut signals, &reloads)
        .await;
    match ended {
        Ok(()) => daemon.end(signals).await,
        Err(error) => Err(error),
    }
}

impl Signals {
    fn new() -> std::io::Result<Signals> {
        Ok(Signals {
            stop: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            reload: signal(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) -> Told {
        tokio::select! {
            _ = self.stop.recv() => Told::Stop,
            _ = self.interrupt.recv() => Told::Stop,
            _ = self.reload.recv() => Told::Reload,
        }
    }

    /// Told to stop a second time, by somebody who is tired of waiting: what comes together is one signal to several addressees.
    async fn stopped_again(&mut self) {
        let together = tokio::time::sleep(STOP_TOGETHER);
        tokio::pin!(together);
        loop {
            tokio::select! {
                () = self.stopped() => if together.is_elapsed() { return },
                () = &mut together, if !together.is_elapsed() => {}
            }
        }
    }

    async fn stopped(&mut self) {
        tokio::select! {
            _ = self.stop.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

impl Fixed {
    fn of(configuration: &Configuration) -> Fixed {
        Fixed {
            data: configuration.data(),
            listen: configuration.daemon.listen,
            web_config: configuration.daemon.web_config.clone(),
        }
    }
}

impl Daemon {
    async fn begin(first: Configuration, start: Start) -> Result<Daemon, RunError> {
        let clock = Clockwork::start();
        let metrics = Arc::new(Metrics::new(env!("CARGO_PKG_VERSION")));
        set_receivers(&metrics, &first);
        let vitals = Arc::new(Vitals::new(first.settings.interval));
        let now_ms = clock.wall_ms();
        let book = Arc::new(book_of(&first));
        let data = first.data();
        let Opened {
            keeper,
            damage,
            is_new,
        } = Keeper::open(&data, book, start.seed, now_ms).map_err(RunError::Keeper)?;
        if let Some(damage) = damage {
            tracing::error!(damage, "what was kept is damaged; the owner is told");
        }
        if is_new {
            tracing::info!(data = %data.display(), "a store was made");
        }
        let asker = Asker::new(first.source.clone(), clock, metrics.clone());
        let asker = asker.map_err(RunError::Client)?;
        let remembered = remembered(keeper.state());
        let mut followers = followers(&first, Vec::new(), remembered);
        let checkpoints = {
            let mut all: Vec<_> = followers.iter_mut().map(|(follower, _)| follower).collect();
            open_checkpoints(&data, &mut all, now_ms)
        };
        let transport = Transport::new(TransportSettings::default());
        let transport = Arc::new(transport.map_err(RunError::Transport)?);
        let courier = Courier::new(transport, courier_settings(&first, &start));
        let couriers: Couriers = Arc::new(RwLock::new(Arc::new(courier)));

        let (sends, sent) = mpsc::unbounded_channel();
        let mut of_desk = OfDesk {
            vitals: vitals.clone(),
            metrics: metrics.clone(),
            kept: 0,
            is_behind: false,
            counts_ms: 0,
        };
        let opened = Desk::open(keeper, clock, sends, move |turn| of_desk.take(&turn));
        let (desk, desk_thread) = opened.map_err(RunError::System)?;
        let traces = Arc::new(Traces::new(start.seed));
        let (deliveries, under_way) = Deliveries::new(
            couriers.clone(),
            desk.clone(),
            metrics.clone(),
            traces.clone(),
        );

        let face = DaemonFace::new(
            vitals.clone(),
            metrics.clone(),
            Arc::new(clock.watch()),
            Box::new(|_| AckOutcome::Unknown),
        );
        let settings = serve_settings(&first.daemon, &first.root);
        let server = Server::bind(settings, Arc::new(face)).await;
        let server = server.map_err(RunError::Serve)?;
        let address = server.address();
        let (stop_server, stopped) = oneshot::channel::<()>();
        let grace = Duration::from_ms(1_000);
        let server = tokio::spawn(server.run(
            async move {
                // A sender that is gone means the same.
                let _ = stopped.await;
            },
            grace,
        ));

        let deliveries = tokio::spawn(deliveries.run(sent));
        let mut of_watcher = OfWatcher {
            vitals: vitals.clone(),
            metrics: metrics.clone(),
            checkpoints,
            clock,
            said: Said::default(),
        };
        let (commands, asked) = mpsc::channel(4);
        let slos = followers.len();
        let watcher = Watcher::new(
            scene(&first, followers, asker),
            desk.clone(),
            clock,
            traces,
            move |event| of_watcher.take(event),
        );
        let watcher = tokio::spawn(watcher.run(asked));
        metrics.reloaded(true, now_ms);
        tracing::info!(slos, %address, version = env!("CARGO_PKG_VERSION"), "burnwatch runs");
        Ok(Daemon {
            start,
            clock,
            metrics,
            vitals,
            desk,
            desk_thread,
            couriers,
            commands,
            watcher,
            deliveries,
            under_way,
            server,
            stop_server,
            grace: first.daemon.shutdown_grace,
            fixed: Fixed::of(&first),
        })
    }

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
        let settings = courier_settings(&next, &self.start);
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
        if self.commands.send(command).await.is_err() || is_done.await.is_err() {
            return;
        }
        {
            let mut couriers = self
                .couriers
                .write()
                .unwrap_or_else(PoisonError::into_inner);
            let courier = couriers.with(settings);
            *couriers = Arc::new(courier);
        }
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

fn open_checkpoints(
    data: &std::path::Path,
    followers: &mut [&mut crate::follow::Follower],
    now_ms: i64,
) -> Checkpoints {
    match Checkpoints::open(data, followers, now_ms) {
        Ok((checkpoints, resumed)) => {
            tracing::info!(
                resumed,
                slos = followers.len(),
                "pasts that were kept go on"
            );
            checkpoints
        }
        Err(error) => {
            tracing::warn!(%error, "what is known of the past cannot be kept; a restart will ask for it again");
            Checkpoints::none()
        }
    }
}

fn book_of(configuration: &Configuration) -> crate::engine::Book {
    let slos: Vec<&Slo> = configuration.slos.iter().map(AsRef::as_ref).collect();
    book(&slos, &configuration.settings, &configuration.daemon)
}

fn courier_settings(configuration: &Configuration, start: &Start) -> CourierSettings {
    let namespace = configuration.daemon.namespace.clone();
    CourierSettings {
        sender: match namespace.is_empty() {
            true => start.host.clone(),
            false => namespace.clone(),
        },
        namespace,
        root: configuration.root.clone(),
        bodies: configuration.bodies.clone(),
        links: None,
    }
}

fn set_receivers(metrics: &Metrics, configuration: &Configuration) {
    let receivers = &configuration.settings.roster.receivers;
    metrics.set_receivers(receivers.keys().map(|name| name.as_str()));
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
