//! `--format human`: what each tier makes of incidents, and what each set of guards costs and saves.

use std::fmt::Write as _;

use super::alternatives::{Alternative, Guards};
use super::arguments::Options;
use super::experiment::{OUTAGE, Outcome, SPENDS, Tried};
use super::kinds::lowest;
use super::layout::{Block, blocks, prose};
use super::{Simulated, Subject};
use crate::base::{Name, Ratio, grouped, spoken};
use crate::model::core::Core;
use crate::model::slo::{Slo, WindowMode};
use crate::plan::{Reach, plan};
use crate::replay::synthetic::{Kind, TierFigures, Told};

/// What stands where nothing happened.
const NOTHING: &str = "-";

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
    out.push_str(&prose(&format!(
        "{}: {} % over {}",
        ids.join(", "),
        slo.objective.percent(),
        slo.period
    )));
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

const INCIDENT_HEAD: [&str; 7] = [
    "tier",
    "severity",
    "in theory",
    "detected",
    "median, 90 %",
    "spent",
    "resets",
];
/// Names, which are shortened where there is no room.
const INCIDENT_NAMES: [usize; 2] = [0, 1];

fn incidents(out: &mut String, each: &Simulated) {
    for (nth, alternative) in each.subject.alternatives.iter().enumerate() {
        if alternative.guards != Guards::Own {
            continue;
        }
        for outcome in &each.outcomes {
            let title = format!("{}, policy {}", volume(outcome), called(&alternative.slo));
            let _ = write!(out, "\n{}", prose(&title));
            let tried = &outcome.alternatives[nth];
            let kinds = tried.kinds.iter();
            let kinds: Vec<Block> = kinds
                .map(|(kind, tiers)| Block {
                    title: incident(*kind),
                    rows: rows(&alternative.slo, tiers),
                })
                .collect();
            if !kinds.is_empty() {
                let head = INCIDENT_HEAD.map(str::to_string);
                out.push_str(&blocks(&head, &kinds, &INCIDENT_NAMES));
            }
            out.push_str(&left_out(&alternative.slo, &tried.left_out));
        }
    }
}

/// The policy of an SLO, with its guards.
fn called(slo: &Slo) -> String {
    format!("{}, {}", slo.policy.name, guards(slo))
}

/// `15 % errors for 57 min 36 s`.
fn incident(kind: Kind) -> String {
    let percent = (kind.errors * Ratio::whole(100)).round_to(3);
    format!("{percent} % errors for {}", spoken(kind.lasts_ms as u64))
}

/// Why some error ratios are no incidents.
fn left_out(slo: &Slo, ratios: &[Ratio]) -> String {
    let budget = slo.objective.budget();
    let one = |errors: &Ratio| {
        let percent = (*errors * Ratio::whole(100)).round_to(3);
        let burn = (*errors / budget).round_to_significant(3);
        format!("{percent} % (a burn rate of {burn})")
    };
    let ratios: Vec<String> = ratios.iter().map(one).collect();
    if ratios.is_empty() {
        return String::new();
    }
    let plan = plan(slo, WindowMode::Recorded);
    let because = match lowest(&plan) {
        Some((tier, least)) => {
            let least = least.round_to_significant(3);
            format!("the lowest tier, `{}`, fires above {least}", tier)
        }
        None => "the policy has no tiers".to_string(),
    };
    let text = format!("nothing can fire at {}: {because}", ratios.join(", "));
    prose(&text)
}

/// A row for each tier that fires in theory or did; one that says so where none does.
fn rows(slo: &Slo, figures: &[TierFigures]) -> Vec<Vec<String>> {
    let nothing = || NOTHING.to_string();
    let mut rows = Vec::new();
    for (tier, figures) in slo.policy.tiers.iter().zip(figures) {
        let fires = match figures.theory {
            Reach::Fires { fires_ms, .. } => brief(fires_ms),
            Reach::Below | Reach::Never if figures.told.detected == 0 => continue,
            Reach::Below | Reach::Never => nothing(),
        };
        let spent = figures
            .spent
            .map(|spent| format!("{} %", rounded(spent.median * 100.0)));
        let reset = figures.resets_ms.map(|reset| brief(reset.median as u64));
        rows.push(vec![
            tier.name.to_string(),
            tier.severity.to_string(),
            fires,
            share(&figures.told),
            times(&figures.told),
            spent.unwrap_or_else(nothing),
            reset.unwrap_or_else(nothing),
        ]);
    }
    if rows.is_empty() {
        let mut row = vec![nothing(); INCIDENT_HEAD.len()];
        row[0] = "none".to_string();
        rows.push(row);
    }
    rows
}

fn noise(out: &mut String, each: &Simulated, options: &Options) {
    let alternatives = &each.subject.alternatives;
    let mut severities: Vec<&Name> = Vec::new();
    for tier in alternatives.iter().flat_map(|a| &a.slo.policy.tiers) {
        if !severities.contains(&&tier.severity) {
            severities.push(&tier.severity);
        }
    }
    let false_ones = severities
        .iter()
        .map(|severity| format!("false {severity}s"));
    let mut head = vec!["traffic".to_string()];
    head.extend(false_ones);
    head.extend(["outage told of", "median, 90 %"].map(str::to_string));
    let names: Vec<usize> = (1..=severities.len()).collect();
    let block = |(nth, alternative): (usize, &Alternative)| Block {
        title: called(&alternative.slo),
        rows: each
            .outcomes
            .iter()
            .map(|outcome| quiet_row(outcome, nth, &severities))
            .collect(),
    };
    let all: Vec<Block> = alternatives.iter().enumerate().map(block).collect();
    let title = format!(
        "false alerts in 30 days at a burn rate of {}, and how soon somebody is told of a complete outage",
        options.burn
    );
    let _ = write!(out, "\n{}", prose(&title));
    out.push_str(&blocks(&head, &all, &names));
}

/// What an alternative does at a volume without incidents, and in an outage.
fn quiet_row(outcome: &Outcome, nth: usize, severities: &[&Name]) -> Vec<String> {
    let tried = &outcome.alternatives[nth];
    let mut row = vec![volume(outcome)];
    row.extend(
        severities
            .iter()
            .map(|severity| false_alerts(tried, severity)),
    );
    row.extend([share(&tried.outage), times(&tried.outage)]);
    row
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
        Some(ms) => format!("{}, {}", brief(ms.median as u64), brief(ms.p90 as u64)),
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
         incidents is {background}, the seed {seed}.",
        interval = options.interval,
        runs = options.runs,
        months = options.months,
        swing = options.swing * Ratio::whole(100),
        background = options.background,
        seed = options.seed,
    );
    out.push('\n');
    out.push_str(&prose(&text));
}

/// A time in a narrow column, such as `14m24s`; none is no time to wait.
fn brief(ms: u64) -> String {
    match ms {
        0 => "at once".to_string(),
        ms => spoken(ms).replace(" min", "m").replace(' ', ""),
    }
}
