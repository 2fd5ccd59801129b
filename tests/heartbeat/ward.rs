//! A daemon that is looked after: its desk and its heart are real, what it sees and who it tells are the test's.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use burnwatch::base;
use burnwatch::daemon::vitals::Covered;
use burnwatch::daemon::{
    Clockwork, Desk, DeskThread, Heartbeat, HeartbeatSettings, Keeper, Metrics, Traces, Vitals,
};
use burnwatch::engine::{Answer, Book, Input, Limits, Own, Send};
use burnwatch::notify::{Budget, Cadence, Identity, Judged, Reason, ReasonKind, Receipt};
use burnwatch::plan;
use burnwatch::transport::{Transport, TransportSettings};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::kit::fake::{Behaviour, Fake};
use super::slos;

/// What must not be seen anywhere: a part of the URL that is told.
pub const CANARY: &str = "c4nary-0123";
/// Nothing here takes longer, unless it is broken.
const PATIENCE: Duration = Duration::from_secs(60);
const EVERY: base::Duration = base::Duration::from_ms(100);

const WORKSPACE: &str = "
apiVersion: burnwatch/v1
severities: {page: {wakes: true}}
policies:
  fast: {tiers: [{name: fast, severity: page, burn_rate: 14.4, long: 1h, short: 5m}]}
teams: {payments: {notify: {page: [pager]}}}
receivers:
  pager: {pagerduty: {routing_key_file: /run/secrets/pager}}
  probe: {webhook: {url: 'https://probe.example.com'}}
";
const SLOS: &str = "
apiVersion: burnwatch/v1
service: shop
owner: payments
runbook: https://runbooks.example.com/shop
slos:
  - {name: orders, objective: 99.9, sli: {ratio: {events: r, errors_where: 'c=\"5\"'}}, alerting: {policy: fast}}
";

/// A daemon that is looked after.
pub struct Ward {
    runtime: Option<Runtime>,
    pub desk: Desk,
    thread: Option<DeskThread>,
    clock: Clockwork,
    pub vitals: Arc<Vitals>,
    pub metrics: Arc<Metrics>,
    told: Fake,
    /// The status that whoever is told answers with.
    pub status: Arc<AtomicU16>,
    /// What receivers answer: 0 that they took it, 1 that they may later, 2 that they never will.
    pub mood: Arc<AtomicU64>,
    /// What was sent to receivers.
    pub sent: Arc<Mutex<Vec<Send>>>,
    folder: TempDir,
}

impl Ward {
    /// A daemon that sees everything; with or without test messages to `probe`.
    pub fn start(canary: Option<&str>) -> Ward {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("data")).unwrap();
        let clock = Clockwork::start();
        let vitals = Arc::new(Vitals::new(base::Duration::hours(1)));
        let metrics = Arc::new(Metrics::new("0"));
        let status = Arc::new(AtomicU16::new(200));
        let answer = status.clone();
        let told = Fake::start(move |_| {
            Behaviour::Answer(answer.load(Ordering::SeqCst), vec![], "a reply".to_owned())
        });
        let url_file = folder.path().join("url");
        fs::write(&url_file, format!("{}/ping/{CANARY}\n", told.url())).unwrap();

        let database = folder.path().join("data").join("b.db");
        let opened = Keeper::open(&database, Arc::new(book()), 7, clock.wall_ms()).unwrap();
        let (give, sends) = unbounded_channel();
        let (desk, thread) = Desk::open(opened.keeper, clock, give, |_| {}).unwrap();
        let runtime = Runtime::new().unwrap();
        let (mood, sent) = (Arc::<AtomicU64>::default(), Arc::default());
        runtime.spawn(deliver(
            sends,
            desk.clone(),
            mood.clone(),
            Arc::clone(&sent),
        ));
        let settings = HeartbeatSettings {
            url_file,
            every: EVERY,
            canary: canary.map(|name| name.parse().unwrap()),
        };
        let transport = Arc::new(Transport::new(TransportSettings::default()).unwrap());
        let heart = Heartbeat::new(
            settings,
            desk.clone(),
            transport,
            vitals.clone(),
            metrics.clone(),
            clock,
        );
        runtime.spawn(heart.run(Arc::new(Traces::new(7))));
        let ward = Ward {
            runtime: Some(runtime),
            desk,
            thread: Some(thread),
            clock,
            vitals,
            metrics,
            told,
            status,
            mood,
            sent,
            folder,
        };
        ward.sees(1);
        ward
    }

    /// From now on so many of its SLOs are seen: it has one.
    pub fn sees(&self, fresh: usize) {
        let now_ms = self.clock.steady_ms();
        self.vitals.source(Ok(()), now_ms);
        let covered = Covered {
            slos: 1,
            pages: 1,
            whole: 1,
            fresh,
            faulty: 0,
        };
        self.vitals.covered(covered, now_ms);
    }

    /// The folder of the store.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The file with the URL that is told.
    pub fn url_file(&self) -> PathBuf {
        self.folder.path().join("url")
    }

    /// Runs on the daemon's threads.
    pub fn spawn(&self, work: impl Future<Output = ()> + std::marker::Send + 'static) {
        self.runtime.as_ref().unwrap().spawn(work);
    }

    /// How often whoever watches it was told that it is alive.
    pub fn beats(&self) -> usize {
        let requests = self.told.requests();
        for request in &requests {
            assert_eq!(request.method, "POST");
            assert_eq!(request.path, format!("/ping/{CANARY}"));
            let mut headers = request.headers.iter();
            assert!(headers.any(|line| line.starts_with("traceparent: 00-")));
        }
        requests.len()
    }

    /// How often beats came to this.
    pub fn counted(&self, result: &str) -> u64 {
        let text = self.metrics.text();
        let name = format!("burnwatch_heartbeats_total{{result=\"{result}\"}} ");
        let line = text.lines().find_map(|line| line.strip_prefix(&name));
        line.unwrap().parse().unwrap()
    }

    /// Waits until it is so.
    #[track_caller]
    pub fn until(&self, what: &str, mut is_so: impl FnMut() -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !is_so() {
            let now_ms = self.clock.steady_ms();
            self.vitals.scheduler_ticked(now_ms);
            self.vitals.desk_ticked(now_ms);
            assert!(Instant::now() < deadline, "{what}\n{}", self.metrics.text());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// It beats, and goes on to.
    #[track_caller]
    pub fn is_alive(&self) {
        let before = self.beats();
        self.until("it beats", || self.beats() >= before + 2);
    }

    /// It does not beat any more.
    #[track_caller]
    pub fn is_silent(&self) {
        // What is under way when something breaks may still be sent, and one more within two of them.
        let before = self.counted("withheld");
        self.until("it withholds", || self.counted("withheld") > before + 1);
        let (beats, before) = (self.beats(), self.counted("withheld"));
        self.until("it goes on to", || self.counted("withheld") > before + 5);
        assert_eq!(self.beats(), beats);
    }
}

impl Drop for Ward {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
        if let Some(thread) = self.thread.take() {
            // A store that the test broke cannot be written down.
            let _ = thread.close();
        }
    }
}

/// Answers for receivers.
async fn deliver(
    mut sends: UnboundedReceiver<Send>,
    desk: Desk,
    mood: Arc<AtomicU64>,
    sent: Arc<Mutex<Vec<Send>>>,
) {
    while let Some(send) = sends.recv().await {
        let reason = |kind, text: &str| Reason {
            kind,
            text: text.to_owned(),
        };
        let judged = match mood.load(Ordering::SeqCst) {
            0 => Judged::Delivered { handle: None },
            1 => Judged::Retry {
                reason: reason(ReasonKind::Troubled, "status 503"),
                after: None,
                receipt: Receipt::None,
            },
            _ => Judged::Refused {
                reason: reason(ReasonKind::Denied, "status 401"),
            },
        };
        desk.take(Input::Answered {
            episode: send.episode,
            lane: send.lane.clone(),
            answer: Answer::Judged(judged, None),
        });
        sent.lock().unwrap().push(send);
    }
}

fn book() -> Book {
    let (slos, settings) = slos::read(WORKSPACE, SLOS);
    let plans: Vec<plan::Plan<'_>> = slos
        .iter()
        .map(|slo| plan::plan(slo, slo.windows))
        .collect();
    let own = Own {
        namespace: "test".to_owned(),
        owner: Some("payments".parse().unwrap()),
        limits: Limits {
            blind_after: base::Duration::minutes(10),
            expire_after: base::Duration::hours(4),
            fallback_after: base::Duration::minutes(5),
        },
    };
    let budget = Budget {
        burst: 1_000,
        refill: base::Duration::from_ms(1),
    };
    Book::of(&plans, &settings, own, |_| {
        (Identity::Keyed, budget, Cadence::Once)
    })
}
