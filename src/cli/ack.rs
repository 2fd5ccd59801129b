//! `ack`: takes an episode over at the daemon that runs.

use super::data::DataArguments;
use super::report::{failed, printable};
use super::{Exit, Io};
use crate::daemon::Acknowledged;
use crate::daemon::control::{Ask, AskFault, Said, ask};
use crate::engine::episode;

/// Arguments of `ack`.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// What the message calls it, such as `e42`
    #[arg(value_name = "EPISODE", value_parser = number)]
    episode: u64,
    /// Who takes it over; without it who you are on this machine
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    #[command(flatten)]
    data: DataArguments,
}

fn number(text: &str) -> Result<u64, String> {
    episode::number(text).ok_or_else(|| "an episode is called as in its message: `e42`".to_string())
}

pub(super) fn run(arguments: &Arguments, io: &mut Io<'_>) -> Exit {
    let data = match arguments.data.path(io) {
        Ok(data) => data,
        Err(error) => return failed(&error, io),
    };
    let user = || {
        ["USER", "LOGNAME"]
            .iter()
            .find_map(|name| (io.environment)(name))
    };
    let asked = Ask::Acknowledge {
        episode: arguments.episode,
        by: arguments.by.clone().or_else(user).unwrap_or_default(),
    };
    let mut answer = None;
    match ask(&data, &asked, |said| answer = Some(said)) {
        Ok(()) => {}
        Err(fault) => return unanswered(&fault, io),
    }
    match answer {
        Some(Said::Acknowledged(acknowledged)) => said(arguments.episode, &acknowledged, io),
        Some(Said::Refused(why)) => unchecked(&why, io),
        _ => unchecked(&"the burnwatch that runs is of another version", io),
    }
}

fn said(number: u64, acknowledged: &Acknowledged, io: &mut Io<'_>) -> Exit {
    let name = episode::name(number);
    let line = match acknowledged {
        Acknowledged::Now { title } => format!("{name} is acknowledged: {title}"),
        Acknowledged::Before { title, by } => {
            format!("{name} was acknowledged before, by {by}: {title}")
        }
        Acknowledged::Over { title } => format!("{name} is over: {title}"),
        Acknowledged::Unkept { title, why } => {
            let why = printable(why);
            let _ = writeln!(
                io.stderr,
                "warning: it holds until burnwatch stops, and cannot be written down: {why}"
            );
            format!("{name} is acknowledged: {title}")
        }
        Acknowledged::Unknown => {
            let why = format!("there is no episode `{name}`, or it is over for some time");
            return failed(&why, io);
        }
        Acknowledged::Undecided => {
            return unchecked(&"burnwatch decides nothing at the moment; try again", io);
        }
    };
    let _ = writeln!(io.stdout, "{}", printable(&line));
    Exit::Clean
}

/// The daemon cannot be asked.
pub(super) fn unanswered(fault: &AskFault, io: &mut Io<'_>) -> Exit {
    unchecked(fault, io)
}

/// The daemon does not do it.
pub(super) fn unchecked(why: &dyn std::fmt::Display, io: &mut Io<'_>) -> Exit {
    failed(why, io);
    Exit::Unchecked
}
