//! `burnwatch run`: the daemon.

use std::hash::{BuildHasher, RandomState};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::compile::compile;
use super::report::{failed, has_errors, printable, to_stderr};
use super::stamp::stamp;
use super::{Exit, Io};
use crate::daemon::log::{Log, LogLevel, LogStyle};
use crate::daemon::{self, Bodies, Configuration, Configurations, Reads, Start, source_settings};
use crate::diagnostics::{Colour, Level};
use crate::lint::Looked;

/// The environment variable with the level of the log.
const LOG: &str = crate::daemon::log::LEVEL_VARIABLE;
/// Where Linux says what the machine is called.
const HOST_FILE: &str = "/proc/sys/kernel/hostname";
/// How long the last lines of the log may take.
const LAST_LINES: Duration = Duration::from_secs(1);
/// Threads that ask, tell and answer.
const THREADS: usize = 2;

/// The arguments of `run`.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// How lines of the log look: `text` or `json`; text on a terminal and JSON elsewhere unless told otherwise
    #[arg(long, value_name = "STYLE")]
    log: Option<LogStyle>,
    /// Which lines are written: `error`, `warn`, `info`, `debug` or `trace`; also BURNWATCH_LOG
    #[arg(long, value_name = "LEVEL")]
    log_level: Option<LogLevel>,
    /// What decisions are made from
    #[arg(long, value_name = "SERIES", default_value = "raw")]
    from: From,
}

/// What decisions are made from.
#[derive(Clone, Copy, clap::ValueEnum)]
enum From {
    /// What is counted is asked for itself; no rules are needed
    Raw,
    /// What generated rules have recorded is read for all SLOs at once
    Recorded,
}

/// Reads the workspace around a folder.
struct Disk {
    folder: PathBuf,
    seed: u64,
}

/// What was read, and whether it can be run.
enum Read {
    Fine(Box<Configuration>),
    /// What is wrong, as it is written on a terminal.
    Faulty(Exit, String),
}

pub(super) fn run(arguments: &Arguments, io: &mut Io<'_>) -> Exit {
    let level = match level(arguments, io) {
        Ok(level) => level,
        Err(error) => return failed(&error, io),
    };
    let seed = RandomState::new().hash_one(io.now_ms);
    let disk = Disk {
        folder: io.folder.clone(),
        seed,
    };
    let first = match disk.configuration(io.stderr_colour) {
        Read::Fine(first) => *first,
        Read::Faulty(exit, text) => {
            let _ = io.stderr.write_all(text.as_bytes());
            return exit;
        }
    };
    let is_terminal = io::IsTerminal::is_terminal(&io::stderr());
    let style = arguments.log.unwrap_or(LogStyle::for_terminal(is_terminal));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(THREADS)
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return failed(&format!("the system gives no threads: {error}"), io),
    };
    let Ok(log) = Log::begin(style, level) else {
        return failed(&"the log of this process was begun before", io);
    };
    let start = Start {
        seed,
        host: host(io),
        reads: match arguments.from {
            From::Raw => Reads::Raw,
            From::Recorded => Reads::Recorded,
        },
    };
    let ended = runtime.block_on(daemon::run(first, Box::new(disk), start));
    runtime.shutdown_background();
    if let Err(error) = &ended {
        tracing::error!("{error}");
    }
    log.flush(LAST_LINES);
    match ended {
        Ok(()) => Exit::Clean,
        Err(daemon::RunError::Cut) => Exit::Findings,
        Err(_) => Exit::Usage,
    }
}

fn level(arguments: &Arguments, io: &Io<'_>) -> Result<LogLevel, String> {
    if let Some(level) = arguments.log_level {
        return Ok(level);
    }
    match (io.environment)(LOG).filter(|text| !text.is_empty()) {
        Some(text) => text.parse().map_err(|error| format!("`{LOG}`: {error}")),
        None => Ok(LogLevel::Info),
    }
}

fn host(io: &Io<'_>) -> String {
    let of_file = std::fs::read_to_string(HOST_FILE).unwrap_or_default();
    let host = match of_file.trim() {
        "" => (io.environment)("HOSTNAME").unwrap_or_default(),
        host => host.to_string(),
    };
    match host.is_empty() {
        true => "burnwatch".to_string(),
        false => printable(&host),
    }
}

impl Disk {
    fn configuration(&self, colour: Colour) -> Read {
        let mut text = Vec::new();
        let mut io = Io {
            stdin: &mut io::empty(),
            stdout: &mut io::sink(),
            stderr: &mut text,
            stdout_colour: colour,
            stderr_colour: colour,
            folder: self.folder.clone(),
            today: crate::clock::today(),
            now_ms: crate::clock::now_ms(),
            environment: &|_| None,
        };
        let read = self.read_with(&mut io);
        match read {
            Ok(configuration) => Read::Fine(Box::new(configuration)),
            Err(exit) => Read::Faulty(exit, String::from_utf8_lossy(&text).into_owned()),
        }
    }

    fn read_with(&self, io: &mut Io<'_>) -> Result<Configuration, Exit> {
        let mut compiled = compile(&[], io).map_err(|error| failed(&error, io))?;
        let mut settled = compiled.settle(io.today, Looked::OFFLINE);
        settled.findings.retain(|f| f.level == Level::Error);
        to_stderr(&settled.findings, &compiled.sources, io);
        if has_errors(&settled.findings) {
            return Err(Exit::Findings);
        }
        let Some(server) = &compiled.prometheus else {
            let error = "`burnwatch.yaml` does not say whom the daemon asks: add `prometheus: {url: http://127.0.0.1:9090}`";
            return Err(failed(&error, io));
        };
        let source = source_settings(server, &compiled.daemon, &compiled.root, self.seed);
        let source = source.map_err(|error| failed(&error, io))?;
        let bodies = Bodies::read(&compiled.settings.roster, &compiled.root);
        let bodies = bodies.map_err(|faults| {
            for fault in faults {
                failed(&fault, io);
            }
            Exit::Findings
        })?;
        Ok(Configuration {
            slos: compiled.slos.into_iter().map(Arc::new).collect(),
            settings: compiled.settings,
            daemon: compiled.daemon,
            source,
            bodies,
            root: compiled.root,
        })
    }
}

impl Configurations for Disk {
    fn read(&mut self) -> Result<Configuration, String> {
        match self.configuration(Colour::Plain) {
            Read::Fine(configuration) => Ok(*configuration),
            Read::Faulty(_, text) => Err(text),
        }
    }

    fn stamp(&mut self) -> u64 {
        stamp(&self.folder)
    }
}
