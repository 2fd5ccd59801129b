//! A daemon as far as commands meet it: desk, store, courier and socket, without evaluations.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use burnwatch::base;
use burnwatch::cli::{self, Io};
use burnwatch::daemon::control::{Control, Said, TRIAL_MAX};
use burnwatch::daemon::{Acks, Bodies, Links};
use burnwatch::daemon::{Clockwork, Courier, CourierSettings, Desk, DeskThread, Keeper, ack_key};
use burnwatch::diagnostics::Colour;
use burnwatch::engine::{Book, Limits, Own, State};
use burnwatch::model::roster;
use burnwatch::notify::pagers;
use burnwatch::transport::{Transport, TransportSettings};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::mpsc::unbounded_channel;

use super::looks::Looks;
use super::office::trace;
use super::slos;

/// Long enough for whatever comes.
const PATIENCE: Duration = Duration::from_secs(30);

/// A daemon with its folder.
pub struct Running {
    pub folder: TempDir,
    pub desk: Desk,
    pub runtime: Runtime,
    pub looks: Arc<Looks>,
    thread: Option<DeskThread>,
}

/// What a command said.
#[derive(Debug)]
pub struct Outcome {
    pub code: u8,
    pub stdout: String,
    pub stderr: String,
}

fn book(workspace: &str) -> Book {
    let (_, settings) = slos::read_all(workspace, &[]);
    let own = Own {
        namespace: "tests".to_string(),
        owner: None,
        limits: Limits {
            blind_after: base::Duration::minutes(10),
            expire_after: base::Duration::hours(4),
            fallback_after: base::Duration::minutes(15),
        },
    };
    Book::of(&[], &settings, own, |pager: &roster::Pager| {
        let is = pagers::of(pager);
        (is.identity(), is.budget(), is.cadence())
    })
}

impl Running {
    /// With these teams and receivers; the secret of each is in the file `key`.
    pub fn start(workspace: &str) -> Running {
        Running::watching_for(workspace, TRIAL_MAX)
    }

    /// One that watches a test for so long.
    pub fn watching_for(workspace: &str, trial_max: Duration) -> Running {
        let daemon = "daemon: {data: state/burnwatch.db}";
        let workspace = format!("apiVersion: burnwatch/v1\n{daemon}\n{workspace}");
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("burnwatch.yaml"), &workspace).unwrap();
        fs::write(folder.path().join("key"), "R0UTING").unwrap();
        let clock = Clockwork::start();
        let data = folder.path().join("state/burnwatch.db");
        fs::create_dir(folder.path().join("state")).unwrap();
        let book = Arc::new(book(&workspace));
        let keeper = Keeper::open(&data, book, 7, clock.wall_ms())
            .unwrap()
            .keeper;
        let (sends, mut inbox) = unbounded_channel();
        let (desk, thread) = Desk::open(keeper, clock, sends, |_| {}).unwrap();
        let runtime = Runtime::new().unwrap();
        let settings = CourierSettings {
            sender: "tests".to_string(),
            root: folder.path().to_path_buf(),
            bodies: Bodies::default(),
            links: None,
        };
        let transport = Arc::new(Transport::new(TransportSettings::default()).unwrap());
        let courier = Arc::new(Courier::new(transport, settings));
        let answers = desk.clone();
        runtime.spawn(async move {
            while let Some(send) = inbox.recv().await {
                let (courier, answers) = (courier.clone(), answers.clone());
                tokio::spawn(
                    async move { answers.take(courier.deliver(send, trace()).await.input) },
                );
            }
        });
        let control = runtime.block_on(async { Control::open(&data) }).unwrap();
        let control = control.watching_for(trial_max);
        let asked = desk.clone();
        let looks = Arc::new(Looks::new());
        let face = looks.clone();
        runtime.spawn(async move { control.serve(&asked, face).await });
        Running {
            folder,
            desk,
            runtime,
            looks,
            thread: Some(thread),
        }
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("state/burnwatch.db")
    }

    /// From now on nothing can be kept: the folder of the state is `away`, and cannot be made again.
    pub fn lose_disk(&self) {
        let state = self.folder.path().join("state");
        fs::rename(&state, self.folder.path().join("away")).unwrap();
        fs::write(&state, "in the way").unwrap();
    }

    /// Runs a command in its folder.
    pub fn run(&self, arguments: &[&str]) -> Outcome {
        run(&self.folder, arguments)
    }

    /// What is remembered says.
    pub fn state<T: Send + 'static>(&self, see: impl Fn(&State) -> T + Send + 'static) -> T {
        let asked = self.desk.ask(move |keeper, _| see(keeper.state()));
        self.runtime.block_on(asked).unwrap()
    }

    /// Waits until what is remembered is so.
    pub fn wait_until(&self, is_so: impl Fn(&State) -> bool + Send + Clone + 'static) {
        wait_until(|| self.state(is_so.clone()));
    }

    pub fn acks(&self) -> Acks {
        Acks::new(
            "https://burnwatch.example.com",
            &ack_key(&self.data()).unwrap(),
        )
    }

    pub fn links(&self) -> Links {
        Links::new(
            self.acks(),
            self.desk.clone(),
            self.runtime.handle().clone(),
        )
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(thread) = self.thread.take() {
            // A test may have taken its disk away.
            let _ = thread.close();
        }
    }
}

pub fn run(folder: &TempDir, arguments: &[&str]) -> Outcome {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut io = Io {
        stdin: &mut std::io::empty(),
        stdout: &mut stdout,
        stderr: &mut stderr,
        stdout_colour: Colour::Plain,
        stderr_colour: Colour::Plain,
        folder: folder.path().to_path_buf(),
        today: jiff::civil::date(2026, 11, 21),
        now_ms: 0,
        environment: &|name| (name == "USER").then(|| "ann".to_string()),
    };
    let arguments = ["burnwatch"].iter().chain(arguments).map(Into::into);
    let code = cli::run(arguments, &mut io);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Outcome {
        code,
        stdout: text(stdout),
        stderr: text(stderr),
    }
}

#[allow(clippy::disallowed_methods, reason = "a test waits with a deadline")]
pub fn wait_until(is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "it did not come to that");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A line that the socket said.
pub fn said(line: &str) -> Said {
    serde_json::from_str(line).unwrap()
}
