//! `--format human`: what each tier makes of incidents, and what each set of guards costs and saves.

use std::fmt::Write as _;

use super::super::report::printable;
use super::super::wrap::wrap;
use super::alternatives::Guards;
use super::arguments::Options;
use super::experiment::{OUTAGE, Outcome, SPENDS, Tried};
use super::{Simulated, Subject};
use crate::base::{Name, Ratio, grouped, spoken};
use crate::model::core::Core;
use crate::model::slo::Slo;
use crate::plan::Reach;
use crate::replay::synthetic::{Kind, TierFigures, Told};

/// What stands where nothing happened.
const NOTHING: &str = "-";
/// Widest line of what stands below the tables.
const LEGEND_COLUMNS: usize = 100;

/// All tables.
pub(super) fn text(simulated: &[Simulated], options: &Options) -> String {
    let mut out = String::new();
    for (at, each) in simulated.iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        head(&mut out, &each.subject);
        if each
            .subject
            .alternatives
            .iter()
            .all(|a| a.slo.policy.tiers.is_empty() || is_silent(&a.slo))
        {
            out.push_str("no alerts: its mode is `observe`\n");
            continue;
        }
        incidents(&mut out, each);
        noise(&mut out, each, options);
    }
    legend(&mut out, options);
    out
}

fn is_silent(slo: &Slo) -> bool {
    slo.mode == crate::model::policy::Mode::Observe
}

fn head(out: &mut String, subject: &Subject) {
    let slo = &subject.slos[0];
    let ids: Vec<String> = subject.slos.iter().map(|slo| slo.id.to_string()).collect();
    let _ = writeln!(
        out,
        "{}: {} % over {}",
        ids.join(", "),
        slo.objective.percent(),
        slo.period
    );
}

/// How a volume is called.
fn volume(outcome: &Outcome) -> String {
    match outcome.per_hour {
        Some(rate) => format!("{}/h", with_groups(rate)),
        None => "time".to_string(),
    }
}

/// `100,000` of a whole number, else the decimal.
fn with_groups(rate: Ratio) -> String {
    let text = rate.round_to(3).to_string();
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    match (grouped(whole), part) {
        (whole, "") => whole,
        (whole, part) => format!("{whole}.{part}"),
    }
}

const INCIDENT_HEAD: [&str; 9] = [
    "errors",
    "lasts",
    "tier",
    "severity",
    "in theory",
    "detected",
    "median, 90 %",
    "spent",
    "resets, in theory",
];

fn incidents(out: &mut String, each: &Simulated) {
    for (nth, alternative) in each.subject.alternatives.iter().enumerate() {
        if alternative.guards != Guards::Own {
            continue;
        }
        for outcome in &each.outcomes {
            let guards = guards(&alternative.slo);
            let policy = printable(&alternative.slo.policy.name);
            let _ = writeln!(out, "\n{}, policy {policy}, {guards}", volume(outcome));
            let kinds = &outcome.alternatives[nth].kinds;
            let rows = kinds
                .iter()
                .flat_map(|(kind, tiers)| rows(&alternative.slo, *kind, tiers));
            out.push_str(&table(&INCIDENT_HEAD, &rows.collect::<Vec<_>>()));
        }
    }
}

/// A row for each tier that fires in theory or did; one that says so where none does.
fn rows(slo: &Slo, kind: Kind, figures: &[TierFigures]) -> Vec<[String; 9]> {
    let percent = (kind.errors * Ratio::whole(100)).round_to(3);
    let mut subject = [format!("{percent} %"), spoken(kind.lasts_ms as u64)];
    let mut rows = Vec::new();
    for (tier, figures) in slo.policy.tiers.iter().zip(figures) {
        let (fires, resets) = match figures.theory {
            Reach::Fires {
                fires_ms,
                resets_ms,
            } => (spoken(fires_ms), spoken(resets_ms)),
            Reach::Below | Reach::Never if figures.told.detected == 0 => continue,
            Reach::Below | Reach::Never => (NOTHING.to_string(), NOTHING.to_string()),
        };
        let [errors, lasts] = std::mem::take(&mut subject);
        let spent = figures
            .spent
            .map(|spent| format!("{} %", rounded(spent.median * 100.0)));
        let reset = figures.resets_ms.map(|reset| time(reset.median as u64));
        rows.push([
            errors,
            lasts,
            printable(tier.name.as_str()),
            printable(tier.severity.as_str()),
            fires,
            share(&figures.told),
            times(&figures.told),
            spent.unwrap_or_else(|| NOTHING.to_string()),
            match reset {
                Some(reset) => format!("{reset}, {resets}"),
                None => NOTHING.to_string(),
            },
        ]);
    }
    if rows.is_empty() {
        let [errors, lasts] = subject;
        let nothing = || NOTHING.to_string();
        rows.push([
            errors,
            lasts,
            "none".to_string(),
            nothing(),
            nothing(),
            nothing(),
            nothing(),
            nothing(),
            nothing(),
        ]);
    }
    rows
}

fn noise(out: &mut String, each: &Simulated, options: &Options) {
    let tiers = each
        .subject
        .alternatives
        .iter()
        .flat_map(|a| &a.slo.policy.tiers);
    let mut severities: Vec<&Name> = Vec::new();
    for tier in tiers {
        if !severities.contains(&&tier.severity) {
            severities.push(&tier.severity);
        }
    }
    let mut head = vec![
        "policy".to_string(),
        "guards".to_string(),
        "traffic".to_string(),
    ];
    head.extend(
        severities
            .iter()
            .map(|severity| format!("false {severity}s")),
    );
    head.extend(["outage told of", "median, 90 %"].map(str::to_string));
    let mut rows = Vec::new();
    for (nth, alternative) in each.subject.alternatives.iter().enumerate() {
        for (at, outcome) in each.outcomes.iter().enumerate() {
            let tried = &outcome.alternatives[nth];
            let mut row = match at {
                0 => vec![
                    alternative.slo.policy.name.clone(),
                    guards(&alternative.slo),
                ],
                _ => vec![String::new(), String::new()],
            };
            row.push(volume(outcome));
            row.extend(
                severities
                    .iter()
                    .map(|severity| false_alerts(tried, severity)),
            );
            row.extend([share(&tried.outage), times(&tried.outage)]);
            rows.push(row.iter().map(|cell| printable(cell)).collect());
        }
    }
    let _ = writeln!(
        out,
        "\nfalse alerts in 30 days at a burn rate of {}, and how soon somebody is told of a complete outage",
        options.burn
    );
    out.push_str(&lines(&head, &rows));
}

fn false_alerts(tried: &Tried, severity: &Name) -> String {
    match tried.false_alerts.get(severity) {
        Some(count) => format!("{count:.2}"),
        None => NOTHING.to_string(),
    }
}

/// The guards of an SLO, in the words of its file.
pub(super) fn guards(slo: &Slo) -> String {
    let policy = &slo.policy;
    let (least, is_any) = match &slo.core {
        Core::Events { .. } => (
            format!("min_errors {}", policy.min_errors),
            policy.min_errors > 1,
        ),
        Core::Slices { slice, .. } => (
            format!("min_bad {}", policy.min_bad),
            policy.min_bad > *slice,
        ),
    };
    let confidence = policy
        .confidence
        .map(|c| format!("confidence {} %", c.percent));
    let said: Vec<String> = is_any
        .then_some(least)
        .into_iter()
        .chain(confidence)
        .collect();
    match said.is_empty() {
        true => "no guards".to_string(),
        false => said.join(", "),
    }
}

fn share(told: &Told) -> String {
    match told.share() {
        Some(share) => format!("{} %", (share * 100.0).round()),
        None => NOTHING.to_string(),
    }
}

fn times(told: &Told) -> String {
    match told.fires_ms {
        Some(ms) => format!("{}, {}", time(ms.median as u64), time(ms.p90 as u64)),
        None => NOTHING.to_string(),
    }
}

/// With as many digits as say something.
fn rounded(number: f64) -> String {
    match number < 10.0 {
        true => format!("{number:.1}"),
        false => format!("{number:.0}"),
    }
}

fn legend(out: &mut String, options: &Options) {
    let lasts = match options.lasting.is_empty() {
        true => {
            format!("An incident lasts until it has spent {SPENDS} % of the budget of the period. ")
        }
        false => String::new(),
    };
    let text = format!(
        "{lasts}Figures of incidents are of {runs} each: the share that a tier fired for, the median and what 90 % do not \
         exceed of the time until then, and the median of the budget spent by then and of the time until the reset. \
         `in theory` is what the formulas say where nothing is left to chance and evaluations never wait; they come once \
         in {interval}. False alerts are of {months} times 30 days. A complete outage lasts {OUTAGE}, and somebody is told of \
         it by the first tier that wakes anybody. Traffic rises and falls by {swing} % in a day. The burn rate beside \
         incidents is {background}, the seed {seed}.\n",
        interval = options.interval,
        runs = options.runs,
        months = options.months,
        swing = options.swing * Ratio::whole(100),
        background = options.background,
        seed = options.seed,
    );
    out.push('\n');
    out.push_str(&wrap(&text, LEGEND_COLUMNS));
}

/// A time; none is no time to wait.
fn time(ms: u64) -> String {
    match ms {
        0 => "at once".to_string(),
        ms => spoken(ms),
    }
}

fn table<const N: usize>(head: &[&str; N], rows: &[[String; N]]) -> String {
    let head: Vec<String> = head.iter().map(|cell| cell.to_string()).collect();
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.to_vec()).collect();
    lines(&head, &rows)
}

/// Columns that line up.
fn lines(head: &[String], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells
            .chain([head[column].chars().count()])
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let line = |cells: &[String]| {
        let padded = cells.iter().zip(&widths);
        let padded = padded.map(|(cell, width)| format!("{cell:<width$}"));
        let joined = padded.collect::<Vec<_>>().join("  ");
        format!("{}\n", joined.trim_end())
    };
    let all = rows.iter().map(|row| line(row));
    std::iter::once(line(head)).chain(all).collect()
}
