//! A daemon in a process of its own, which can be killed and told what to do by lines.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::scene::{Daemon, START_MS};

/// Where the child's store is.
const STORE: &str = "BURNWATCH_TEST_STORE";

/// A daemon that obeys.
pub struct Process {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Process {
    /// Starts one on the store at `path`; `set` may change how.
    pub fn start(path: &Path, set: impl FnOnce(Command) -> Command) -> Process {
        let test = std::env::current_exe().unwrap();
        let mut command = set(Command::new(test));
        command
            .args(["--exact", "child::daemon", "--ignored", "--nocapture"])
            .env(STORE, path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        Process {
            input: child.stdin.take().unwrap(),
            output: BufReader::new(child.stdout.take().unwrap()),
            child,
        }
    }

    /// What it says next.
    pub fn says(&mut self) -> Option<String> {
        loop {
            let mut line = String::new();
            if self.output.read_line(&mut line).ok()? == 0 || !line.ends_with('\n') {
                return None;
            }
            if let Some((_, said)) = line.trim_end().split_once("> ") {
                return Some(said.to_string());
            }
        }
    }

    /// Tells it something and returns the answer.
    pub fn tell(&mut self, line: &str) -> String {
        writeln!(self.input, "{line}").unwrap();
        self.says()
            .unwrap_or_else(|| panic!("the daemon is gone after `{line}`"))
    }

    /// SIGKILL; returns the numbers that it said were committed and nobody has read yet.
    pub fn kill(mut self) -> Vec<u64> {
        self.child.kill().unwrap();
        let mut committed = Vec::new();
        while let Some(said) = self.says() {
            committed.extend(number(&said));
        }
        self.child.wait().unwrap();
        committed
    }
}

/// The number in `committed N`.
pub fn number(said: &str) -> Option<u64> {
    said.strip_prefix("committed ")?.parse().ok()
}

fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "> {text}").unwrap();
    out.flush().unwrap();
}

fn step(daemon: &mut Daemon, order: &str) -> String {
    let result = match order {
        "commit" => {
            return match daemon.commit() {
                Ok(n) => format!("committed {n}"),
                Err(error) => format!("failed {:?} {:?}", error.doing, error.fault),
            };
        }
        "snapshot" => {
            let body = daemon.body();
            daemon.store.snapshot(START_MS, &body)
        }
        "heal" => daemon.heal(),
        other => panic!("unknown order `{other}`"),
    };
    match result {
        Ok(()) => "done".to_string(),
        Err(error) => format!("failed {:?} {:?}", error.doing, error.fault),
    }
}

#[test]
#[ignore = "other tests run it as a process of its own"]
fn daemon() {
    let Some(path) = std::env::var_os(STORE) else {
        return;
    };
    let (mut daemon, recovered) = Daemon::open(Path::new(&path));
    let behind = daemon
        .store
        .behind()
        .map(|error| format!("{:?}", error.fault));
    let damaged = if recovered.damage.is_some() {
        "damaged"
    } else {
        "whole"
    };
    say(&format!(
        "{} {damaged} {}",
        daemon.state.len(),
        behind.unwrap_or("-".to_string())
    ));
    for line in std::io::stdin().lines() {
        let line = line.unwrap();
        let Some(every) = line.strip_prefix("run ") else {
            say(&step(&mut daemon, &line));
            continue;
        };
        let every: u64 = every.parse().unwrap();
        loop {
            let said = step(&mut daemon, "commit");
            say(&said);
            if number(&said).is_some_and(|n| n % every == 0) {
                step(&mut daemon, "snapshot");
            }
        }
    }
}
