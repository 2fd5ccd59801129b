//! `page --test`: tells receivers a test, all the way that a page goes, and says who took it.

use super::ack::{unanswered, unchecked};
use super::data::DataArguments;
use super::report::{count, failed, printable};
use super::{Exit, Io};
use crate::daemon::control::{Ask, Said, TrialNews, TrialOutcome, Whom, ask};

/// Arguments of `page`.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Send a test; nothing else can be sent by hand
    #[arg(long, required = true)]
    test: bool,
    /// Every receiver that this team is ever told at; without it and `--receiver` every receiver there is
    #[arg(long, value_name = "TEAM", conflicts_with = "receiver")]
    team: Option<String>,
    /// This receiver; several times
    #[arg(long, value_name = "RECEIVER")]
    receiver: Vec<String>,
    #[command(flatten)]
    data: DataArguments,
}

pub(super) fn run(arguments: &Arguments, io: &mut Io<'_>) -> Exit {
    let data = match arguments.data.path(io) {
        Ok(data) => data,
        Err(error) => return failed(&error, io),
    };
    let whom = match (&arguments.team, arguments.receiver.as_slice()) {
        (Some(team), _) => Whom::Team(team.clone()),
        (None, []) => Whom::Everybody,
        (None, receivers) => Whom::Receivers(receivers.to_vec()),
    };
    let mut end = None;
    let asked = ask(&data, &Ask::Try(whom), |said| match said {
        Said::Trying { episode, receivers } => {
            let receivers = receivers.join(", ");
            progress(&format!("{episode}: a test for {receivers}"), io);
        }
        Said::News { receiver, what } => progress(&news(&receiver, &what), io),
        said => end = Some(said),
    });
    if let Err(fault) = asked {
        return unanswered(&fault, io);
    }
    match end {
        Some(Said::Tried(outcomes)) => tried(&outcomes, io),
        Some(Said::Nobody { what, known }) => {
            let known = match known.is_empty() {
                true => "there are none".to_string(),
                false => format!("there are {}", known.join(", ")),
            };
            failed(&format!("there is no {what}: {known}"), io)
        }
        Some(Said::Refused(why)) => unchecked(&why, io),
        _ => unchecked(&"burnwatch went away before the test was over", io),
    }
}

fn progress(line: &str, io: &mut Io<'_>) {
    let _ = writeln!(io.stderr, "{}", printable(line));
}

fn news(receiver: &str, what: &TrialNews) -> String {
    match what {
        TrialNews::Opened => format!("{receiver}: told"),
        TrialNews::Resolved => format!("{receiver}: told that it is over"),
        TrialNews::Failed { why } if why.is_empty() => {
            format!("{receiver}: an attempt failed; the next one comes")
        }
        TrialNews::Failed { why } => {
            format!("{receiver}: an attempt failed, {why}; the next one comes")
        }
        TrialNews::Refused { why } => format!("{receiver}: it refuses: {why}"),
    }
}

fn tried(outcomes: &[(String, TrialOutcome)], io: &mut Io<'_>) -> Exit {
    let widths = outcomes
        .iter()
        .map(|(receiver, _)| receiver.chars().count());
    let width = widths.max().unwrap_or(0);
    let mut took = 0;
    for (receiver, outcome) in outcomes {
        let what = match outcome {
            TrialOutcome::Told => {
                took += 1;
                "took the test, and that it is over".to_string()
            }
            TrialOutcome::Open { why } => {
                format!("took the test, and does not know that it is over: {why}")
            }
            TrialOutcome::Untold { why } => format!("did not take the test: {why}"),
        };
        let line = format!("{receiver:width$}  {what}");
        let _ = writeln!(io.stdout, "{}", printable(&line));
    }
    let all = count(outcomes.len(), "receiver");
    match took == outcomes.len() {
        true => Exit::Clean,
        false => {
            let _ = writeln!(io.stderr, "{took} of {all} took the test");
            Exit::Findings
        }
    }
}
