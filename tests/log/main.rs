//! The log of a real process, on its stderr: what is in it, and what becomes of a process whose log nobody reads.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "helpers of tests are tests, and a test waits with a deadline, which needs a clock"
)]

use std::io::{BufRead, BufReader, Write};
use std::num::{NonZeroU64, NonZeroU128};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

use burnwatch::base::{Secret, Trace};
use burnwatch::daemon::log::{self, Log, LogLevel, LogStyle};

/// What the child is to do.
const TASK: &str = "BURNWATCH_TEST_LOG";
/// Nothing here takes longer, unless it is broken.
const PATIENCE: Duration = Duration::from_secs(60);
/// More than any pipe of the system and the queue of the log take.
const MANY: usize = 20_000;

fn start(task: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--ignored", "--nocapture"])
        .env(TASK, task)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
#[ignore = "the others start it as a process of its own"]
fn child() {
    let task = std::env::var(TASK).unwrap();
    let log = Log::begin(LogStyle::Json, LogLevel::Info).unwrap();
    assert!(Log::begin(LogStyle::Text, LogLevel::Info).is_err());
    let at_most = match task.as_str() {
        "work" => {
            let trace = Trace::new(NonZeroU128::MIN, NonZeroU64::MIN);
            let secret = Secret::new("c4nary");
            {
                let _within = log::span(trace).entered();
                tracing::info!(target: "burnwatch::work", ?secret, reply = "a\nb", "told");
            }
            tracing::warn!(target: "hyper", "c4nary");
            let thread = std::thread::Builder::new().name("desk".to_owned());
            let thread = thread.spawn(|| panic!("a state\nthat cannot be"));
            thread.unwrap().join().unwrap_err();
            PATIENCE
        }
        _ => {
            for number in 0..MANY {
                tracing::info!(target: "burnwatch::work", number, "evaluated");
            }
            Duration::from_millis(100)
        }
    };
    let is_written = log.flush(at_most);
    writeln!(std::io::stdout(), "> {is_written}").unwrap();
}

/// What the child says of its log when it has done its work.
fn done(child: &mut Child) -> String {
    let stdout = BufReader::new(child.stdout.take().unwrap());
    let (tell, told) = channel();
    std::thread::spawn(move || {
        let lines = stdout.lines().map_while(Result::ok);
        let said = lines.filter_map(|line| line.split_once("> ").map(|(_, said)| said.to_owned()));
        said.for_each(|said| drop(tell.send(said)));
    });
    told.recv_timeout(PATIENCE).expect("it gets done")
}

#[test]
fn p1_a_line_is_an_object_with_its_trace_and_without_secrets_and_a_panic_is_one_too() {
    let mut child = start("work");
    assert_eq!(done(&mut child), "true");
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(!text.contains("c4nary"), "{text}");
    let lines: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert_eq!(lines[0]["message"], "told");
    assert_eq!(lines[0]["reply"], "a\nb");
    assert_eq!(lines[0]["secret"], "Secret(..)");
    assert_eq!(lines[0]["span_id"], "0000000000000001");
    assert_eq!(lines[1]["level"], "error");
    assert_eq!(lines[1]["thread"], "desk");
    assert_eq!(lines[1]["why"], "a state\nthat cannot be");
    assert!(lines[1]["place"].as_str().unwrap().contains("main.rs:"));
}

#[test]
fn a_process_whose_log_nobody_reads_goes_on() {
    let mut child = start("much");
    assert_eq!(done(&mut child), "false");
    child.kill().unwrap();
    child.wait().unwrap();
}
