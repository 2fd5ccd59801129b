//! `gate`: whether a deployment goes on. The shell around a decision that is made elsewhere: asks, waits, says.

use jiff::Timestamp;

use super::chosen::chosen;
use super::compile::compile;
use super::pause::{Pause, Woken};
use super::report::{failed, has_errors, printable, to_stderr};
use super::rulings::Made;
use super::server::ServerArguments;
use super::status::NO_SERVER;
use super::{Exit, Io};
use crate::base::{Duration, Ratio};
use crate::clock::Watch;
use crate::diagnostics::Level;
use crate::gate::look::look;
use crate::gate::reading::KNOWN_MIN;
use crate::gate::{Decided, Gate, Look, Outcome, Terms};
use crate::lint::Looked;
use crate::model::Slo;
use crate::model::slo::WindowMode;
use crate::plan::{Plan, Settings, plan};
use crate::prometheus::{Failure, Fault, Memory, Server};
use crate::status::{Standing, Times, stand};

/// What is judged where nobody says when the deployment began.
const WINDOW_DEFAULT: Duration = Duration::minutes(5);
/// Longest time back to the beginning of a deployment, and longest that one is watched.
const LONGEST: Duration = Duration::days(1);
/// All of a deployment: it began a day before its watch at most, which lasts a day at most.
const WHOLE: Duration = Duration::days(2);
/// Shortest watch: samples need a moment to arrive, and a burn rate some minutes.
const WATCH_MIN: Duration = Duration::minutes(5);
/// Shortest time between two looks.
const INTERVAL_MIN: Duration = Duration::from_ms(10_000);
/// Answers about times so long ago do not change any more.
const SETTLED: Duration = Duration::hours(1);

/// Arguments of `gate`.
#[derive(clap::Args)]
#[command(group = clap::ArgGroup::new("which").args(["slo", "service"]).multiple(true).required(true))]
pub(super) struct Arguments {
    /// This SLO, as `service/name`, or its name alone where only one service has it; several times
    #[arg(long, value_name = "SLO")]
    slo: Vec<String>,
    /// All SLOs of this service; several times
    #[arg(long, value_name = "SERVICE")]
    service: Vec<String>,
    /// Roll back above this burn rate, where there are enough errors for the policy
    #[arg(long, value_name = "RATE", value_parser = rate, allow_negative_numbers = true)]
    max_burn: Option<Ratio>,
    /// Roll back with less of the budget left, such as `10%`
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    min_budget: Option<Ratio>,
    /// When the deployment began: `2026-11-21T10:00:00Z`, Unix seconds, or how long ago, such as `10m`
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Judge the burn rate of so long a time; without it since the deployment began, or 5m
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    window: Option<Duration>,
    /// Follow the deployment for so long, and decide at the end, or earlier where it is clear
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    watch: Option<Duration>,
    /// How often to look while watching
    #[arg(long, value_name = "DURATION", value_parser = duration, default_value = "1m", requires = "watch")]
    interval: Duration,
    #[command(flatten)]
    server: ServerArguments,
    /// How to print the decision
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    /// Lines
    Human,
    /// One object, for tools
    Json,
}

fn duration(text: &str) -> Result<Duration, String> {
    text.parse().map_err(|error| format!("{error}"))
}

fn rate(text: &str) -> Result<Ratio, String> {
    let rate: Ratio = text.parse().map_err(|error| format!("{error}"))?;
    match rate < Ratio::whole(0) {
        true => Err("a burn rate is not below 0".to_string()),
        false => Ok(rate),
    }
}

/// A share, written in percent.
fn percent(text: &str) -> Result<Ratio, String> {
    let number = text.strip_suffix('%').unwrap_or(text).trim_end();
    let percent: Ratio = number.parse().map_err(|error| format!("{error}"))?;
    match percent < Ratio::whole(0) || percent > Ratio::whole(100) {
        true => Err("a share is between 0% and 100%".to_string()),
        false => Ok(percent / Ratio::whole(100)),
    }
}

pub(super) fn run(arguments: &Arguments, io: &mut Io<'_>) -> Exit {
    let began_ms = match began_ms(arguments, io.now_ms) {
        Ok(began_ms) => began_ms,
        Err(error) => return failed(&error, io),
    };
    match arguments.server.source(io) {
        Ok(Some(_)) => {}
        Ok(None) => return failed(&NO_SERVER, io),
        Err(error) => return failed(&error, io),
    }
    let mut compiled = match compile(&[], io) {
        Ok(compiled) => compiled,
        Err(error) => return failed(&error, io),
    };
    let slos = match chosen(&mut compiled, &arguments.slo, &arguments.service, io) {
        Ok(slos) => slos,
        Err(exit) => return exit,
    };
    let mut settled = compiled.settle(io.today, Looked::OFFLINE);
    settled.findings.retain(|f| f.level == Level::Error);
    if has_errors(&settled.findings) {
        to_stderr(&settled.findings, &compiled.sources, io);
        return failed(&"an SLO may be missing because of the errors above", io);
    }
    let plans: Vec<Plan<'_>> = slos
        .iter()
        .map(|slo| plan(slo, WindowMode::Recorded))
        .collect();
    let demands = arguments.max_burn.is_some() || arguments.min_budget.is_some();
    if !demands && !plans.iter().any(|plan| pages(plan, &compiled.settings)) {
        return failed(
            &"nothing can stop this deployment: no tier of these SLOs wakes anybody, and there is neither `--max-burn` \
              nor `--min-budget`",
            io,
        );
    }
    let watched_ms = arguments.watch.map_or(0, |watch| watch.as_ms() as i64);
    let terms = Terms {
        max_burn: arguments.max_burn,
        min_budget: arguments.min_budget,
        began_ms,
        until_ms: io.now_ms + watched_ms,
    };
    let gate = Gate::new(terms);
    follow(arguments, gate, (&slos, &plans), &compiled.settings, io)
}

fn pages(plan: &Plan<'_>, settings: &Settings) -> bool {
    let mut tiers = plan.tiers.iter();
    tiers.any(|planned| settings.roster.wakes(&planned.tier.severity))
}

/// When the deployment began, where that is known; with a watch it is its beginning, unless somebody knows better.
fn began_ms(arguments: &Arguments, now_ms: i64) -> Result<Option<i64>, String> {
    let least = |flag: &str, value: Option<Duration>, least: Duration| match value {
        Some(value) if value < least => Err(format!("`{flag}` is at least {least}")),
        Some(value) if value > LONGEST => Err(format!("`{flag}` is at most {LONGEST}")),
        Some(_) | None => Ok(()),
    };
    least("--watch", arguments.watch, WATCH_MIN)?;
    least("--window", arguments.window, KNOWN_MIN)?;
    least("--interval", Some(arguments.interval), INTERVAL_MIN)?;
    let Some(since) = &arguments.since else {
        return Ok(arguments.watch.map(|_| now_ms));
    };
    let at_ms = time_ms(since, now_ms).ok_or_else(|| {
        format!(
            "`--since`: `{since}` is no time: write `2026-11-21T10:00:00Z`, Unix seconds, or how long ago, such as `10m`"
        )
    })?;
    if at_ms > now_ms {
        return Err("`--since` is in the future".to_string());
    }
    match now_ms.saturating_sub(at_ms) > LONGEST.as_ms() as i64 {
        true => Err(format!("`--since` is at most {LONGEST} ago")),
        false => Ok(Some(at_ms)),
    }
}

fn time_ms(text: &str, now_ms: i64) -> Option<i64> {
    if let Ok(ago) = text.parse::<Duration>() {
        return Some(now_ms - ago.as_ms() as i64);
    }
    if let Ok(seconds) = text.parse::<i64>() {
        return seconds.checked_mul(1_000);
    }
    let at: Timestamp = text.parse().ok()?;
    Some(at.as_millisecond())
}

/// Looks until there is a decision.
fn follow(
    arguments: &Arguments,
    mut gate: Gate,
    (slos, plans): (&[Slo], &[Plan<'_>]),
    settings: &Settings,
    io: &mut Io<'_>,
) -> Exit {
    let terms = *gate.terms();
    let pause = arguments.watch.map(|_| Pause::new());
    let clock = Watch::start();
    let mut memory = Memory::new();
    loop {
        let now_ms = io.now_ms + clock.elapsed().as_millis() as i64;
        let times = times(arguments, &terms, now_ms);
        let standings = poll(arguments, plans, settings, times, &mut memory, io);
        let seen: Look = plans
            .iter()
            .zip(&standings)
            .flat_map(|(plan, standing)| look(plan, standing))
            .collect();
        let now_ms = io.now_ms + clock.elapsed().as_millis() as i64;
        let (next, decided) = gate.next(&seen, now_ms);
        gate = next;
        let made = Made {
            terms: &terms,
            decided: &decided,
            look: &seen,
            standings: &standings,
            slos,
        };
        let Some(pause) = pause.as_ref().filter(|_| decided.outcome == Outcome::Wait) else {
            return say(arguments, &decided, &made, io);
        };
        let left_ms = terms.until_ms - now_ms;
        let left = Duration::from_ms((left_ms.max(0) as u64).div_ceil(1_000) * 1_000);
        let line = format!("wait: {left} left; {}", made.worst());
        let _ = writeln!(io.stderr, "{}", printable(&line));
        let wait_ms = left_ms.min(arguments.interval.as_ms() as i64);
        if let Woken::Stopped(signal) = pause.wait(wait_ms) {
            let _ = writeln!(io.stderr, "stopped by {signal}: nothing is decided");
            return Exit::Unchecked;
        }
    }
}

fn say(arguments: &Arguments, decided: &Decided, made: &Made<'_>, io: &mut Io<'_>) -> Exit {
    let text = match arguments.format {
        Format::Human => made.human(io.stdout_colour),
        Format::Json => format!("{:#}\n", made.tool()),
    };
    let _ = io.stdout.write_all(text.as_bytes());
    match decided.outcome {
        Outcome::Go => Exit::Clean,
        Outcome::RollBack => Exit::Findings,
        Outcome::Unseen | Outcome::Wait => Exit::Unchecked,
    }
}

/// Which times matter: what is judged begins with the deployment, unless it is said how much is judged.
fn times(arguments: &Arguments, terms: &Terms, now_ms: i64) -> Times {
    let window = match (arguments.window, terms.began_ms) {
        (Some(window), _) => window,
        (None, Some(_)) => WHOLE,
        (None, None) => WINDOW_DEFAULT,
    };
    Times {
        now_ms,
        since_ms: terms.began_ms.unwrap_or(now_ms),
        counted_from_ms: terms.began_ms.unwrap_or(i64::MIN),
        counted_max_ms: window.as_ms() as i64,
    }
}

/// One look. Each has a connection and a deadline of its own, and credentials that are read anew.
fn poll(
    arguments: &Arguments,
    plans: &[Plan<'_>],
    settings: &Settings,
    times: Times,
    memory: &mut Memory,
    io: &Io<'_>,
) -> Vec<Standing> {
    let mut source = match arguments.server.source(io) {
        Ok(Some(source)) => source,
        Ok(None) => return unasked(plans, times, NO_SERVER.to_string()),
        Err(error) => return unasked(plans, times, error),
    };
    let settled_ms = times.now_ms - SETTLED.as_ms() as i64;
    let mut server = memory.of(&mut source as &mut dyn Server, settled_ms);
    stand(plans, settings, times, &mut server, &mut |_| ())
}

fn unasked(plans: &[Plan<'_>], times: Times, why: String) -> Vec<Standing> {
    let failure = Failure {
        asked: "the server".to_string(),
        fault: Fault::Unreachable(why),
    };
    let one = |plan| Standing::unasked(plan, times.now_ms, failure.clone());
    plans.iter().map(one).collect()
}
