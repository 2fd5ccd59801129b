//! `explain`: what an SLO means, in numbers that can be checked by hand, and what a check finds.

use std::fmt::Write as _;

use super::compile::{Compiled, compile};
use super::report::{count, failed, has_errors, to_stderr};
use super::wrap::wrap;
use super::{Exit, Io};
use crate::base::{Duration, Ratio, spoken};
use crate::lint::{CHECKS, Looked, levels, page};
use crate::model::core::{Core, Errors, Slices};
use crate::model::policy::{Mode, Of, Pace, Policy};
use crate::model::slo::{Slo, WindowMode};
use crate::plan::threshold::Scale;
use crate::plan::{Plan, PlannedTier, Reach, Settings, Window, link, plan};
use crate::spec::check::closest;

/// Arguments of `explain`.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// A check's code or name; or an SLO, as `service/name`, its name alone where only one service has it
    #[arg(value_name = "SLO or CODE")]
    subject: String,
    /// SLO files, folders or globs; `-` is stdin. Without any: what the workspace names
    paths: Vec<String>,
}

/// Widest line of a check's page.
const PAGE_COLUMNS: usize = 100;

pub(super) fn run(arguments: &Arguments, io: &mut Io<'_>) -> Exit {
    if let Some(check) = levels::find(&arguments.subject) {
        let page = wrap(&page::page(check, None), PAGE_COLUMNS);
        let _ = io.stdout.write_all(page.as_bytes());
        return Exit::Clean;
    }
    let mut compiled = match compile(&arguments.paths, io) {
        Ok(compiled) => compiled,
        Err(error) => return failed(&error, io),
    };
    match one(
        &mut compiled,
        &arguments.subject,
        Candidates::SlosAndChecks,
        io,
    ) {
        Ok(slo) => {
            let _ = write!(io.stdout, "{}", text(&slo, &compiled.settings));
            Exit::Clean
        }
        Err(exit) => exit,
    }
}

/// What a name may mean.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Candidates {
    Slos,
    SlosAndChecks,
}

/// The one SLO that is called so; else what is similar has been said.
pub(super) fn one(
    compiled: &mut Compiled,
    name: &str,
    candidates: Candidates,
    io: &mut Io<'_>,
) -> Result<Slo, Exit> {
    let wanted = |slo: &&Slo| slo.id.to_string() == name || slo.id.name.as_str() == name;
    let found: Vec<Slo> = compiled.slos.iter().filter(wanted).cloned().collect();
    match &found[..] {
        [slo] => Ok(slo.clone()),
        [] => Err(unknown(compiled, name, candidates, io)),
        several => {
            let ids: Vec<String> = several.iter().map(|slo| format!("`{}`", slo.id)).collect();
            Err(failed(&format!("`{name}` may be {}", ids.join(" or ")), io))
        }
    }
}

pub(super) fn unknown(
    compiled: &mut Compiled,
    name: &str,
    candidates: Candidates,
    io: &mut Io<'_>,
) -> Exit {
    let settled = compiled.settle(io.today, Looked::OFFLINE);
    to_stderr(&settled.findings, &compiled.sources, io);
    let ids: Vec<String> = compiled.slos.iter().map(|slo| slo.id.to_string()).collect();
    let with_checks = candidates == Candidates::SlosAndChecks;
    let checks = CHECKS
        .iter()
        .filter(|_| with_checks)
        .flat_map(|check| [check.code.id, check.code.name]);
    let known = ids.iter().map(String::as_str).chain(checks);
    let meant = closest(name, known);
    // A slash stands in the name of an SLO and nowhere else.
    let what = match with_checks && !name.contains('/') {
        true => "no SLO and no check",
        false => "no SLO",
    };
    let help = match meant {
        Some(meant) => format!("; `{meant}` is similar"),
        None if has_errors(&settled.findings) => "; the findings above may hide it".to_string(),
        None => format!("; there are {}", count(ids.len(), "SLO")),
    };
    failed(&format!("{what} is called `{name}`{help}"), io)
}

/// The error ratios at which each tier's times are said, in percent.
const AT_PERCENT: [i128; 3] = [100, 10, 1];

fn text(slo: &Slo, settings: &Settings) -> String {
    let plan = plan(slo, WindowMode::Recorded);
    let mut out = String::new();
    head(&mut out, slo);
    sli(&mut out, slo);
    if slo.mode == Mode::Observe {
        out.push_str("\nalerts: none, its mode is `observe`\n");
    }
    for planned in &plan.tiers {
        tier(&mut out, &plan, planned);
        let (name, severity) = (planned.tier.name.as_str(), planned.tier.severity.as_str());
        if let Some(url) = link::runbook(slo, settings, name, severity) {
            let _ = writeln!(out, "  runbook: {url}");
        }
    }
    guards(&mut out, slo, &slo.policy, &plan);
    windows(&mut out, &plan);
    out
}

fn head(out: &mut String, slo: &Slo) {
    let _ = writeln!(out, "{}", slo.id);
    if let Some(description) = &slo.description {
        let _ = writeln!(out, "  {}", description.trim());
    }
    let period = match &slo.calendar {
        Some(calendar) => format!("each {} of {}", calendar.unit, calendar.time_zone),
        None => slo.period.to_string(),
    };
    let _ = writeln!(
        out,
        "\nobjective: {} % over {period}",
        slo.objective.percent()
    );
    let budget = slo.objective.budget() * Ratio::whole(100);
    let time = spoken(slo.objective.budget_ms(slo.period));
    let _ = writeln!(
        out,
        "error budget: {budget} % of all, or {time} of complete failure"
    );
    if let Some(rate) = slo.expected_per_hour {
        let events = rate * Ratio::of_durations(slo.period, Duration::hours(1));
        let errors = events * slo.objective.budget();
        let _ = writeln!(
            out,
            "in events: about {} errors among {} events, at {} an hour",
            errors.round_to(1),
            events.round_to(0),
            rate.round_to(3)
        );
    }
    if !slo.group_by.is_empty() {
        let labels: Vec<&str> = slo.group_by.iter().map(|l| l.as_str()).collect();
        let _ = writeln!(out, "one budget for each: {}", labels.join(", "));
    }
}

fn sli(out: &mut String, slo: &Slo) {
    let _ = writeln!(out, "\nSLI: {}", slo.kind);
    match &slo.core {
        Core::Events { events, errors } => {
            let _ = writeln!(out, "  events: {}", events.text(None));
            let _ = match errors {
                Errors::Counted(errors) => {
                    writeln!(out, "  errors: {}", errors.text(None))
                }
                Errors::Remaining(good) => {
                    writeln!(out, "  errors: events - {}", good.text(None))
                }
            };
            out.push_str("  weighted by events: a busy hour counts for more than a quiet one\n");
        }
        Core::Slices { source, slice } => {
            let _ = match source {
                Slices::Samples { known, bad } => {
                    writeln!(
                        out,
                        "  seconds: {}\n  bad: {}",
                        known.text(None),
                        bad.text(None)
                    )
                }
                Slices::Condition(bad) => {
                    writeln!(out, "  bad, asked each {slice}: {}", bad.text(None))
                }
                Slices::Ratio(ratio) => writeln!(out, "  error ratio: {}", ratio.text(None)),
            };
            out.push_str(
                "  weighted by time: each moment counts the same, however much happened in it\n",
            );
        }
    }
}

fn tier(out: &mut String, plan: &Plan<'_>, planned: &PlannedTier<'_>) {
    let (slo, tier) = (plan.slo, planned.tier);
    let theta = planned.threshold.theta;
    let _ = writeln!(out, "\ntier {} ({})", tier.name, tier.severity);
    let _ = writeln!(out, "  windows: {} and {}", tier.long, tier.short);
    let named = match tier.pace {
        Pace::Budget(share) => format!(
            "{} % of the budget in {}",
            share * Ratio::whole(100),
            tier.long
        ),
        Pace::ExhaustsIn(duration) => format!("the budget would be gone in {duration}"),
        Pace::BurnRate(_) => "as written".to_string(),
    };
    let _ = writeln!(out, "  burn rate: {} ({named})", tier.burn_rate);
    let _ = writeln!(
        out,
        "  threshold: an error ratio of {} %",
        theta * Ratio::whole(100)
    );
    if let (Of::Remaining, Scale::Remaining { floor }) = (tier.of, planned.threshold.scale) {
        let least = theta * floor * Ratio::whole(100);
        let _ = writeln!(
            out,
            "    times the share of the budget that is left, down to {least} %"
        );
    }
    if !planned.can_fire() {
        let most = Ratio::ONE / slo.objective.budget();
        let _ = writeln!(
            out,
            "  can never fire: even when everything fails the burn rate is {}, and it would have to exceed {}",
            most, tier.burn_rate
        );
        return;
    }
    let spent = planned.threshold.budget_spent(tier, slo.period) * Ratio::whole(100);
    let _ = writeln!(out, "  budget spent when it fires: {} %", spent.round_to(2));
    for percent in AT_PERCENT {
        let line = match plan.detection(planned, Ratio::new(percent, 100)) {
            Reach::Fires {
                fires_ms,
                resets_ms,
            } => format!(
                "fires after {}, resets {} after the errors end",
                spoken(fires_ms),
                spoken(resets_ms)
            ),
            Reach::Below => "does not fire".to_string(),
            Reach::Never => unreachable!("a tier that can never fire is said above"),
        };
        let _ = writeln!(out, "  at {percent} % errors: {line}");
    }
    if let (Some(rate), Core::Events { .. }) = (slo.expected_per_hour, &slo.core) {
        let events = rate * Ratio::of_durations(tier.long, Duration::hours(1));
        let errors = (events * theta).floor() + 1;
        let needed = errors.max(i128::from(slo.policy.min_errors));
        let _ = writeln!(
            out,
            "  at the expected rate: {needed} errors among {} events in {}",
            events.round_to(1),
            tier.long
        );
    }
    if let Some(hold) = tier.hold {
        let _ = writeln!(out, "  for: the condition must hold for {hold}");
    }
    if let Some(keep) = tier.keep_firing_for {
        let _ = writeln!(out, "  keep_firing_for: goes on for {keep} afterwards");
    }
    if let Some(after) = planned.armed_after {
        let _ = writeln!(out, "  waits until there is history from {after} ago");
    }
}

fn guards(out: &mut String, slo: &Slo, policy: &Policy, plan: &Plan<'_>) {
    if plan.tiers.is_empty() {
        return;
    }
    let least = match &slo.core {
        Core::Events { .. } => format!("{} errors", policy.min_errors),
        Core::Slices { .. } => format!("{} of bad time", policy.min_bad),
    };
    let _ = writeln!(
        out,
        "\npolicy {}: silent below {least} in the long window",
        policy.name
    );
    if let Some(confidence) = policy.confidence {
        let _ = writeln!(
            out,
            "  silent unless the threshold is exceeded at {} % confidence (z = {})",
            confidence.percent, confidence.z
        );
    }
    if let Some(no_data) = &policy.no_data {
        let _ = writeln!(
            out,
            "  {} when there is no data at all for {}",
            no_data.severity, no_data.after
        );
    }
    if slo.mode == Mode::TicketOnly {
        out.push_str("  its mode is `ticket-only`: nobody is woken\n");
    }
}

fn windows(out: &mut String, plan: &Plan<'_>) {
    out.push_str("\nwindows\n");
    for window in &plan.windows {
        let _ = match window {
            Window::Raw(length) => writeln!(out, "  {length}: read raw"),
            Window::Tiled(length, tiles) => {
                let parts: Vec<String> = tiles
                    .chunk_by(|a, b| a.window == b.window)
                    .map(|run| format!("{} x {}", run.len(), run[0].window))
                    .collect();
                writeln!(out, "  {length}: {}", parts.join(" + "))
            }
        };
    }
}
