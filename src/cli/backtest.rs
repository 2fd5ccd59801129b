//! `backtest`: the same engine over history, and what would have paged.

use super::chosen::chosen;
use super::compile::compile;
use super::moment::Moment;
use super::progress::Progress;
use super::report::{count, failed, has_errors, to_stderr};
use super::requested::{self, Requested};
use super::server::ServerArguments;
use super::severity::is_known;
use super::{Exit, Io};
use crate::base::Duration;
use crate::evaluate::Resolution;
use crate::lint::Looked;
use crate::model::Slo;
use crate::model::slo::WindowMode;
use crate::plan::{Settings, plan};
use crate::prometheus::{Failure, Fault};
use crate::replay::{self, Depth, Span};
use crate::show::{Backtest, Outcome, Tested};

/// Arguments of `backtest`.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// SLOs, as `service/name`, a name or a glob such as `checkout/*`. Without any: all of the workspace
    slos: Vec<String>,
    /// From when on: so long before `--to`, or a time in UTC, such as `2026-11-03` [default: 30d]
    #[arg(long, value_name = "WHEN")]
    from: Option<Moment>,
    /// Until when: so long ago, or a time in UTC [default: now]
    #[arg(long, value_name = "WHEN")]
    to: Option<Moment>,
    /// Only episodes of this severity
    #[arg(long, value_name = "SEVERITY")]
    severity: Option<String>,
    /// FORMAT or FORMAT=FILE, several times: human, json, html
    #[arg(long, value_name = "FORMAT[=FILE]")]
    format: Vec<Requested>,
    #[command(flatten)]
    server: ServerArguments,
}

/// How far back, unless told otherwise.
const BACK_DEFAULT: Duration = Duration::days(30);
/// Most steps of a backtest: two years of minutes.
const STEPS_MAX: i64 = 1_100_000;
/// After so many SLOs in a row for which the server could not be reached, it is not asked for the others.
const UNREACHED_MAX: usize = 3;

pub(super) fn run(arguments: &Arguments, io: &mut Io<'_>) -> Exit {
    match backtest(arguments, io) {
        Ok(exit) => exit,
        Err(Refused::Said(exit)) => exit,
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
    if slos.is_empty() {
        return Err(because("there are no SLOs"));
    }
    if let Some(severity) = &arguments.severity {
        is_known(severity, &slos).map_err(because)?;
    }
    let span = span(arguments, io.now_ms).map_err(because)?;
    let tested = from_server(arguments, &slos, &compiled.settings, span, io).map_err(because)?;
    let backtest = Backtest {
        span,
        severity: arguments.severity.as_deref(),
        slos: tested,
    };
    requested::write(&backtest, &requests, &compiled, io).map_err(because)?;
    let unanswered = backtest.slos.iter();
    let unanswered = unanswered.filter(|one| matches!(one.outcome, Outcome::Unanswered(_)));
    let (unanswered, all) = (unanswered.count(), backtest.slos.len());
    if unanswered > 0 {
        let _ = writeln!(
            io.stderr,
            "{} of {} could not be told",
            unanswered,
            count(all, "SLO")
        );
        return Ok(Exit::Unchecked);
    }
    Ok(match is_faulty {
        true => Exit::Findings,
        false => Exit::Clean,
    })
}

/// From when to when.
fn span(arguments: &Arguments, now_ms: i64) -> Result<Span, String> {
    let to_ms = arguments.to.map_or(now_ms, |to| to.at_ms(now_ms));
    let from = arguments.from.unwrap_or(Moment::Back(BACK_DEFAULT));
    let span = Span {
        from_ms: from.at_ms(to_ms),
        to_ms,
    };
    if span.to_ms > now_ms {
        return Err("`--to` lies in the future".to_string());
    }
    if span.from_ms >= span.to_ms {
        return Err("`--from` does not lie before `--to`".to_string());
    }
    if span.from_ms < 0 {
        return Err("`--from` lies before 1970".to_string());
    }
    Ok(span)
}

/// Asks the server, SLO by SLO: what it cannot say of one stops no other.
fn from_server<'a>(
    arguments: &Arguments,
    slos: &'a [Slo],
    settings: &Settings,
    span: Span,
    io: &mut Io<'_>,
) -> Result<Vec<Tested<'a>>, String> {
    let mut progress = Progress::new(io);
    let mut tested = Vec::with_capacity(slos.len());
    let mut unreached = 0;
    for (at, slo) in slos.iter().enumerate() {
        progress.says(
            io,
            &format!("asking for {} ({} of {})", slo.id, at + 1, slos.len()),
        );
        let outcome = if unreached >= UNREACHED_MAX {
            let reason =
                format!("not asked: the server could not be reached for {UNREACHED_MAX} others");
            Outcome::Unanswered(reason)
        } else {
            // Each SLO has a run of its own, with all the time and answers of one.
            let source = arguments.server.source(io)?;
            let mut source = source.ok_or(NO_SERVER)?;
            let plan = plan(slo, WindowMode::Recorded);
            fits(span, Resolution::of(&plan, settings))?;
            match replay::ask(&plan, settings, span, Depth::Period, &mut source) {
                Ok(past) => {
                    unreached = 0;
                    Outcome::Past(past)
                }
                Err(failure) => {
                    unreached = if is_unreached(&failure) {
                        unreached + 1
                    } else {
                        0
                    };
                    Outcome::Unanswered(failure.to_string())
                }
            }
        };
        tested.push(Tested {
            slo,
            outcome,
            notes: Vec::new(),
        });
    }
    progress.ends(io);
    Ok(tested)
}

/// What is said where nobody can be asked.
const NO_SERVER: &str =
    "nobody to ask: name a server with `--prometheus URL` or in BURNWATCH_PROMETHEUS_URL";

fn is_unreached(failure: &Failure) -> bool {
    matches!(
        failure.fault,
        Fault::Unreachable(_) | Fault::TooSlow(_) | Fault::RunOver(_)
    )
}

/// Whether a span has few enough steps.
fn fits(span: Span, resolution: Resolution) -> Result<(), String> {
    let steps = (span.to_ms - span.from_ms) / resolution.step_ms();
    if steps <= STEPS_MAX {
        return Ok(());
    }
    let step = Duration::from_ms(resolution.step_ms() as u64);
    let most =
        Duration::from_ms((STEPS_MAX * resolution.step_ms()) as u64 / 86_400_000 * 86_400_000);
    Err(format!(
        "`--from` lies too far back: in steps of {step} a backtest covers at most {most}"
    ))
}
