//! A daemon that runs, for as long as its handle lives.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use super::kit::http::{self, Answer};
use super::kit::signal;
use super::world::wait::{DEADLINE, until, until_so, within};

/// How long one question to it may take.
const ASK_DEADLINE: Duration = Duration::from_secs(10);

/// A running daemon; it is killed when this is dropped.
pub struct Daemon {
    child: Child,
    port: u16,
    log: PathBuf,
}

impl Daemon {
    /// Starts what is told, with its standard error in the file `log`.
    pub fn spawn(mut command: Command, port: u16, log: &Path) -> Daemon {
        let output = fs::File::create(log).unwrap();
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(output)
            .spawn()
            .unwrap();
        Daemon {
            child,
            port,
            log: log.to_path_buf(),
        }
    }

    /// Waits until it serves.
    ///
    /// # Panics
    ///
    /// When it ends instead, with its log.
    #[track_caller]
    pub fn lives(mut self) -> Daemon {
        let what = "the daemon serves";
        until(what, || {
            let ended = self.child.try_wait().unwrap();
            assert_eq!(ended, None, "{}", self.log());
            http::get(self.port, "/livez", ASK_DEADLINE).ok()
        });
        self
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    /// A page of it.
    pub fn page(&self, path: &str) -> Answer {
        let answer = http::get(self.port, path, ASK_DEADLINE);
        answer.unwrap_or_else(|error| panic!("{path}: {error}\n{}", self.log()))
    }

    /// What it says of being ready, the status first.
    pub fn ready(&self) -> String {
        let answer = self.page("/readyz");
        format!("{} {}", answer.status, answer.body)
    }

    /// The value of a series, named as its page names it.
    #[track_caller]
    pub fn metric(&self, series: &str) -> f64 {
        value(&self.page("/metrics").body, series)
    }

    /// How many messages it has delivered, and written that down.
    pub fn delivered(&self) -> usize {
        self.log().matches("\"message\":\"delivered\"").count()
    }

    /// Waits until it has delivered so many messages, and written that down.
    #[track_caller]
    pub fn has_delivered(&self, messages: usize) {
        until_so("messages are known to be delivered", || {
            self.delivered() >= messages
        });
    }

    /// Sends it a signal, such as `TERM`.
    pub fn signal(&self, name: &str) {
        signal::send(self.child.id(), name);
    }

    /// Kills it at once.
    pub fn kill(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Tells it to stop, and waits until it has.
    #[track_caller]
    pub fn stop(mut self) -> ExitStatus {
        self.signal("TERM");
        self.ends()
    }

    /// Waits until it has ended.
    #[track_caller]
    pub fn ends(&mut self) -> ExitStatus {
        until("the daemon ends", || self.child.try_wait().unwrap())
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Waits until its log says this.
    #[track_caller]
    pub fn says(&self, text: &str) {
        let said = within(DEADLINE, || self.log().contains(text).then_some(()));
        assert!(said.is_some(), "`{text}` is not in\n{}", self.log());
    }
}

#[track_caller]
fn value(page: &str, series: &str) -> f64 {
    let mut lines = page.lines();
    let value = lines.find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    let value = value.and_then(|value| value.split(' ').next()?.parse().ok());
    value.unwrap_or_else(|| panic!("`{series}` is not in\n{page}"))
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // Killing a process that has ended already is the only way to fail, and it is what we want.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            let log = fs::read_to_string(&self.log).unwrap_or_default();
            let tail: Vec<&str> = log.lines().rev().take(40).collect();
            let tail: Vec<&str> = tail.into_iter().rev().collect();
            let mut error = std::io::stderr().lock();
            let _ = std::io::Write::write_all(&mut error, tail.join("\n").as_bytes());
        }
    }
}
