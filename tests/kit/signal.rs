//! Signals to other processes.

use rustix::process::{Pid, Signal, kill_process};

/// Sends `TERM`, `HUP`, `INT`, `STOP` or `CONT` to a process.
///
/// # Panics
///
/// When it is not there, or the name is another one.
#[track_caller]
pub fn send(process: u32, name: &str) {
    let signal = match name {
        "TERM" => Signal::TERM,
        "HUP" => Signal::HUP,
        "INT" => Signal::INT,
        "STOP" => Signal::STOP,
        "CONT" => Signal::CONT,
        _ => panic!("no signal {name}"),
    };
    let process = i32::try_from(process).ok().and_then(Pid::from_raw);
    kill_process(process.expect("a process has a number"), signal).expect("it runs");
}
