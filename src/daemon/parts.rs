//! The parts of a daemon, put together.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, RwLock};

use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use super::ack_key::ack_key;
use super::acknowledge::Links;
use super::acks::{Acks, KEY_BYTES};
use super::asker::Asker;
use super::book::book;
use super::checkpoints::{Checkpoints, SourceMark};
use super::clockwork::Clockwork;
use super::configuration::Configuration;
use super::control::Control;
use super::courier::{Courier, CourierSettings};
use super::deliveries::{Couriers, Deliveries};
use super::desk::{Desk, DeskThread};
use super::face::DaemonFace;
use super::heartbeat::{Heartbeat, HeartbeatSettings};
use super::keeper::{Keeper, Opened};
use super::metrics::Metrics;
use super::observer::{OfDesk, OfWatcher, Said};
use super::recorded::RecordedWatcher;
use super::run_error::RunError;
use super::scene::{followers, remembered, scene};
use super::serve_settings::serve_settings;
use super::traces::Traces;
use super::vitals::Vitals;
use super::watcher::Watcher;
use super::watching::{Command, Event};
use crate::base::Duration;
use crate::follow::Follower;
use crate::model::Slo;
use crate::serve::Server;
use crate::transport::{Transport, TransportSettings};

/// How long those who asked over HTTP may take when it stops.
const SERVER_GRACE: Duration = Duration::from_ms(1_000);

/// What decisions are made from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reads {
    /// What is counted is asked for itself.
    #[default]
    Raw,
    /// What generated rules have recorded.
    Recorded,
}

impl Reads {
    /// What it is called.
    fn name(self) -> &'static str {
        match self {
            Reads::Raw => "raw",
            Reads::Recorded => "recorded",
        }
    }
}

/// What a start is given.
#[derive(Clone, Debug)]
pub struct Start {
    /// What cannot be foreseen: pauses and names of traces come from it.
    pub seed: u64,
    /// The name of the machine.
    pub host: String,
    /// The stamp of the files that were read first.
    pub stamp: u64,
    /// What decisions are made from, until the next start.
    pub reads: Reads,
}

/// The parts of a daemon that runs.
pub(super) struct Parts {
    pub start: Start,
    pub clock: Clockwork,
    pub metrics: Arc<Metrics>,
    pub vitals: Arc<Vitals>,
    pub traces: Arc<Traces>,
    pub transport: Arc<Transport>,
    /// What links are signed with.
    pub acks: [u8; KEY_BYTES],
    pub desk: Desk,
    pub desk_thread: DeskThread,
    pub couriers: Couriers,
    /// Which source is asked.
    pub source_mark: SourceMark,
    pub commands: mpsc::Sender<Command>,
    pub watcher: JoinHandle<()>,
    pub deliveries: JoinHandle<()>,
    pub under_way: watch::Receiver<usize>,
    pub server: JoinHandle<()>,
    pub stop_server: oneshot::Sender<()>,
    pub control: JoinHandle<()>,
    pub heart: Option<(HeartbeatSettings, JoinHandle<()>)>,
    pub grace: Duration,
    /// What cannot change while it runs.
    pub fixed: Fixed,
}

/// Settings that hold from a start to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fixed {
    data: PathBuf,
    listen: SocketAddr,
    web_config: Option<String>,
}

impl Fixed {
    /// Those of a configuration.
    pub(super) fn of(configuration: &Configuration) -> Fixed {
        Fixed {
            data: configuration.data(),
            listen: configuration.daemon.listen,
            web_config: configuration.daemon.web_config.clone(),
        }
    }
}

impl Parts {
    /// Puts them together, and lets them run.
    ///
    /// # Errors
    ///
    /// The first part that cannot be.
    pub(super) async fn begin(first: Configuration, start: Start) -> Result<Parts, RunError> {
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
        let source_mark: SourceMark = Arc::new(Mutex::new(first.source_mark()));
        let checkpoints = match start.reads {
            Reads::Raw => {
                let mut all: Vec<_> = followers.iter_mut().map(|(follower, _)| follower).collect();
                open_checkpoints(&data, source_mark.clone(), &mut all, now_ms)
            }
            Reads::Recorded => Checkpoints::none(source_mark.clone()),
        };
        let transport = Transport::new(TransportSettings::default());
        let transport = Arc::new(transport.map_err(RunError::Transport)?);
        let acks = ack_key(&data).map_err(RunError::Key)?;
        let settings = courier_settings(&first, &start, &acks);
        let courier = Courier::new(transport.clone(), settings);
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

        let control = Control::open(&data).map_err(RunError::Control)?;
        // What a link is signed with does not depend on where it leads.
        let links = Links::new(Acks::new("", &acks), desk.clone(), Handle::current());
        let face = DaemonFace::new(
            vitals.clone(),
            metrics.clone(),
            clock,
            Box::new(move |token| links.follow(token)),
        );
        let settings = serve_settings(&first.daemon, &first.root);
        let face = Arc::new(face);
        let server = Server::bind(settings, face.clone()).await;
        let server = server.map_err(RunError::Serve)?;
        let web = server.web_fault();
        face.look_at_web(Box::new(move || web().map(|fault| fault.to_string())));
        let address = server.address();
        let (stop_server, stopped) = oneshot::channel::<()>();
        let server = tokio::spawn(server.run(
            async move {
                // A sender that is gone means the same.
                let _ = stopped.await;
            },
            SERVER_GRACE,
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
        let scene = scene(&first, followers, asker);
        let (at, with) = (desk.clone(), traces.clone());
        let tell = move |event: Event<'_>| of_watcher.take(event);
        let watcher = match start.reads {
            Reads::Raw => tokio::spawn(Watcher::new(scene, at, clock, with, tell).run(asked)),
            Reads::Recorded => {
                tokio::spawn(RecordedWatcher::new(scene, at, clock, with, tell).run(asked))
            }
        };
        let at_desk = desk.clone();
        let control = tokio::spawn(async move { control.serve(&at_desk, face).await });
        metrics.reloaded(true, now_ms);
        tracing::info!(slos, from = start.reads.name(), %address, version = env!("CARGO_PKG_VERSION"), "burnwatch runs");
        let mut parts = Parts {
            start,
            clock,
            metrics,
            vitals,
            desk,
            desk_thread,
            couriers,
            source_mark,
            commands,
            watcher,
            deliveries,
            under_way,
            server,
            stop_server,
            grace: first.daemon.shutdown_grace,
            fixed: Fixed::of(&first),
            acks,
            transport,
            traces,
            control,
            heart: None,
        };
        parts.beat(heartbeat_settings(&first));
        Ok(parts)
    }

    /// Has a heart that beats as `wanted` from now on, and not as before.
    pub(super) fn beat(&mut self, wanted: Option<HeartbeatSettings>) {
        if self.heart.as_ref().map(|(settings, _)| settings) == wanted.as_ref() {
            return;
        }
        if let Some((_, heart)) = self.heart.take() {
            heart.abort();
        }
        self.heart = wanted.map(|settings| {
            let heart = Heartbeat::new(
                settings.clone(),
                self.desk.clone(),
                self.transport.clone(),
                self.vitals.clone(),
                self.metrics.clone(),
                self.clock,
            );
            (settings, tokio::spawn(heart.run(self.traces.clone())))
        });
    }
}

fn open_checkpoints(
    data: &Path,
    source: SourceMark,
    followers: &mut [&mut Follower],
    now_ms: i64,
) -> Checkpoints {
    match Checkpoints::open(data, source.clone(), followers, now_ms) {
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
            Checkpoints::none(source)
        }
    }
}

pub(super) fn book_of(configuration: &Configuration) -> crate::engine::Book {
    let slos: Vec<&Slo> = configuration.slos.iter().map(AsRef::as_ref).collect();
    book(&slos, &configuration.settings, &configuration.daemon)
}

pub(super) fn courier_settings(
    configuration: &Configuration,
    start: &Start,
    key: &[u8; KEY_BYTES],
) -> CourierSettings {
    let namespace = configuration.daemon.namespace.clone();
    CourierSettings {
        sender: match namespace.is_empty() {
            true => start.host.clone(),
            false => namespace.clone(),
        },
        root: configuration.root.clone(),
        bodies: configuration.bodies.clone(),
        links: configuration
            .daemon
            .external_url
            .as_ref()
            .map(|url| Acks::new(url, key)),
    }
}

pub(super) fn set_receivers(metrics: &Metrics, configuration: &Configuration) {
    let receivers = &configuration.settings.roster.receivers;
    metrics.set_receivers(receivers.keys().map(|name| name.as_str()));
}

/// The heartbeat that a configuration wants.
pub(super) fn heartbeat_settings(configuration: &Configuration) -> Option<HeartbeatSettings> {
    let heartbeat = configuration.daemon.heartbeat.as_ref()?;
    Some(HeartbeatSettings {
        url_file: configuration.root.join(&heartbeat.url_file),
        every: heartbeat.every,
        canary: heartbeat.canary.as_ref().map(|name| name.value.clone()),
    })
}
