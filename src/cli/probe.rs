//! `probe`: how the daemon is, asked on its machine.
//!
//! It is asked through the socket beside its state, so that neither a password nor a certificate is needed, whatever
//! `daemon.web_config` wants of those who come over the network.

use super::data::DataArguments;
use super::report::{failed, printable};
use super::{Exit, Io};
use crate::daemon::control::{Ask, Health, Said, ask};

/// Arguments of `probe`.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Whether it is ready, and not only alive
    #[arg(long)]
    ready: bool,
    #[command(flatten)]
    data: DataArguments,
}

pub(super) fn run(arguments: &Arguments, io: &mut Io<'_>) -> Exit {
    let data = match arguments.data.path(io) {
        Ok(data) => data,
        Err(error) => return failed(&error, io),
    };
    let mut answer = None;
    // Whoever cannot be asked is not well: for a probe that is an answer.
    match ask(&data, &Ask::Health, |said| answer = Some(said)) {
        Err(fault) => unwell(&fault, io),
        Ok(()) => match answer {
            Some(Said::Health(health)) => judged(&health, arguments.ready, io),
            Some(Said::Refused(why)) => unwell(&why, io),
            _ => unwell(&"the burnwatch that runs is of another version", io),
        },
    }
}

fn unwell(why: &dyn std::fmt::Display, io: &mut Io<'_>) -> Exit {
    failed(why, io);
    Exit::Findings
}

fn judged(health: &Health, wants_ready: bool, io: &mut Io<'_>) -> Exit {
    let (exit, word) = match (&health.wedged, wants_ready) {
        (Some(why), _) => (Exit::Findings, format!("not alive: {why}")),
        (None, false) => (Exit::Clean, "alive".to_string()),
        (None, true) if health.is_ready => (Exit::Clean, "ready".to_string()),
        (None, true) => (Exit::Findings, "not ready".to_string()),
    };
    let _ = writeln!(io.stdout, "{}", printable(&word));
    if wants_ready {
        for need in &health.needs {
            let _ = writeln!(io.stdout, "{}", printable(need));
        }
    }
    exit
}
