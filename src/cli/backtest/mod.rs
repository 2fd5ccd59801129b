//! `backtest`: the same engine over history, and what would have paged.

mod data;
mod requested;
mod server;
mod times;

use super::chosen::chosen;
use super::compile::compile;
use super::moment::Moment;
use super::report::{count, failed, has_errors, to_stderr};
use super::server::ServerArguments;
use super::severity::is_known;
use super::{Exit, Io};
use crate::lint::Looked;
use crate::replay::Span;
use crate::show::{Backtest, Outcome, Tested};
use requested::Requested;
use times::Times;

/// Arguments of `backtest`.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// SLOs, as `service/name`, a name or a glob such as `checkout/*`. Without any: all of the workspace
    slos: Vec<String>,
    /// From when on: so long before `--to`, or a time in UTC, such as `2026-11-03`. Without it: 30d, or all of a file
    #[arg(long, value_name = "WHEN")]
    from: Option<Moment>,
    /// Until when: so long ago, or a time in UTC. Without it: now, or the end of a file
    #[arg(long, value_name = "WHEN")]
    to: Option<Moment>,
    /// Only episodes of this severity
    #[arg(long, value_name = "SEVERITY")]
    severity: Option<String>,
    /// FORMAT or FORMAT=FILE, several times: human, json, html
    #[arg(long, value_name = "FORMAT[=FILE]")]
    format: Vec<Requested>,
    /// Counts from this file instead of a server: CSV (time,events,errors and labels), or counters as OpenMetrics
    #[arg(long, value_name = "FILE", conflicts_with = "prometheus")]
    data: Option<String>,
    #[command(flatten)]
    server: ServerArguments,
}

pub(super) fn run(arguments: &Arguments, io: &mut Io<'_>) -> Exit {
    match backtest(arguments, io) {
        Ok(exit) | Err(Refused::Said(exit)) => exit,
        Err(Refused::Because(reason)) => failed(&reason, io),
    }
}

/// Why there is no backtest.
enum Refused {
    /// It has been said.
    Said(Exit),
    /// It has not.
    Because(String),
}

fn because(reason: impl ToString) -> Refused {
    Refused::Because(reason.to_string())
}

fn backtest(arguments: &Arguments, io: &mut Io<'_>) -> Result<Exit, Refused> {
    let requests = requested::all(&arguments.format).map_err(because)?;
    let mut compiled = compile(&[], io).map_err(because)?;
    let slos = chosen(&mut compiled, &arguments.slos, &[], io).map_err(Refused::Said)?;
    let settled = compiled.settle(io.today, Looked::OFFLINE);
    let is_faulty = has_errors(&settled.findings);
    if is_faulty {
        to_stderr(&settled.findings, &compiled.sources, io);
    }
    if let Some(severity) = &arguments.severity {
        is_known(severity, &slos).map_err(because)?;
    }
    let times = Times {
        from: arguments.from,
        to: arguments.to,
    };
    let tested = match &arguments.data {
        None => server::ask(&arguments.server, times, &slos, &compiled.settings, io),
        Some(file) => data::read(file, times, &slos, &compiled.settings, io),
    }?;
    let backtest = Backtest {
        span: whole(&tested),
        severity: arguments.severity.as_deref(),
        slos: tested,
    };
    let read = arguments.data.as_deref();
    requested::write(&backtest, &requests, &compiled, read, io).map_err(because)?;
    let is_unanswered = |one: &&Tested<'_>| match &one.outcome {
        Outcome::Unanswered(_) => true,
        Outcome::Past(past) => past.is_unseen(),
    };
    let unanswered = backtest.slos.iter().filter(is_unanswered).count();
    let all = backtest.slos.len();
    if unanswered > 0 {
        let all = count(all, "SLO");
        let _ = writeln!(io.stderr, "{unanswered} of {all} could not be told");
        return Ok(Exit::Unchecked);
    }
    Ok(match is_faulty {
        true => Exit::Findings,
        false => Exit::Clean,
    })
}

/// The time of all SLOs together.
fn whole(tested: &[Tested<'_>]) -> Span {
    let known = |one: &&Tested<'_>| matches!(one.outcome, Outcome::Past(_));
    let known: Vec<Span> = tested.iter().filter(known).map(|one| one.span).collect();
    let all: Vec<Span> = tested.iter().map(|one| one.span).collect();
    let spans = if known.is_empty() { all } else { known };
    Span {
        from_ms: spans.iter().map(|span| span.from_ms).min().unwrap_or(0),
        to_ms: spans.iter().map(|span| span.to_ms).max().unwrap_or(0),
    }
}
