//! A real program that serves HTTP on a port of its own, for as long as its handle lives.
//!
//! Which program and what it is told is the caller's.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::http;

/// How long a program may take from its start until it is ready.
const READY_DEADLINE: Duration = Duration::from_secs(60);

/// How long one question whether it is ready may take.
const ASK_DEADLINE: Duration = Duration::from_secs(5);

/// How often a start is tried when another process took the free port in between.
const START_ATTEMPTS: usize = 3;

/// A running program; it is killed when this is dropped.
#[derive(Debug)]
pub struct Server {
    process: Child,
    port: u16,
}

impl Server {
    /// Starts what `command` gives for a free port, and waits until `path` answers with 200. Its standard error goes to
    /// the file `log`.
    ///
    /// # Panics
    ///
    /// When it is not ready in a minute, with its log.
    pub fn start(log: &Path, path: &str, command: impl Fn(u16) -> Command) -> Server {
        Server::start_until(log, path, 200, command)
    }

    /// As [`Server::start`], until `path` answers with `status`.
    ///
    /// # Panics
    ///
    /// When it does not in a minute, with its log.
    pub fn start_until(
        log: &Path,
        path: &str,
        status: u16,
        command: impl Fn(u16) -> Command,
    ) -> Server {
        let mut program = String::new();
        for _ in 0..START_ATTEMPTS {
            let port = free_port();
            let output = std::fs::File::create(log).expect("the folder of the log is writable");
            let mut command = command(port);
            program = command.get_program().to_string_lossy().into_owned();
            let process = command
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(output)
                .spawn()
                .unwrap_or_else(|error| panic!("cannot start `{program}`: {error}"));
            let mut running = Server { process, port };
            if running.becomes_ready(path, status) {
                return running;
            }
        }
        let log = std::fs::read_to_string(log).unwrap_or_default();
        panic!("`{program}` is not ready after {READY_DEADLINE:?}\n{log}");
    }

    fn becomes_ready(&mut self, path: &str, status: u16) -> bool {
        let deadline = Instant::now() + READY_DEADLINE;
        while Instant::now() < deadline {
            if !matches!(self.process.try_wait(), Ok(None)) {
                return false;
            }
            let ready = http::get(self.port, path, ASK_DEADLINE);
            if ready.is_ok_and(|answer| answer.status == status) {
                return true;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        false
    }

    /// The port of 127.0.0.1 that it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Killing a process that has ended already is the only way to fail, and it is what we want.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a local port is free");
    listener
        .local_addr()
        .expect("a bound socket has an address")
        .port()
}
