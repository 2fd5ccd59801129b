//! A backtest as text for a terminal of 80 columns.

use std::fmt::Write as _;

use crate::replay::past::Incident;

use super::chart::{Band, chart};
use super::digest::{Digest, GroupDigest, TierTally, open_ms};
use super::threshold::threshold;
use super::{Backtest, NOT_SIMULATED, Outcome, Tested, when};

/// Most groups of an SLO that are shown, the worst ones.
pub const GROUPS_MAX: usize = 5;
/// Most episodes of a group that are shown.
pub const EPISODES_MAX: usize = 50;
/// What a line has room for.
const TERMINAL_COLUMNS: usize = 80;
/// Most times without data that are shown.
pub const BLIND_MAX: usize = 5;

/// The whole text.
pub fn text(backtest: &Backtest<'_>) -> String {
    let mut out = String::new();
    for (at, tested) in backtest.slos.iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        match &tested.outcome {
            Outcome::Past(past) => {
                let digest = Digest::of(tested.slo, past, backtest.severity);
                slo(&mut out, backtest, tested, &digest);
            }
            Outcome::Unanswered(reason) => {
                let _ = writeln!(out, "{}: not known", tested.slo.id);
                said(&mut out, reason);
            }
        }
    }
    let _ = writeln!(out, "\n{NOT_SIMULATED}");
    out
}

fn slo(out: &mut String, backtest: &Backtest<'_>, tested: &Tested<'_>, digest: &Digest<'_>) {
    let past = digest.past;
    let _ = writeln!(
        out,
        "{}: {}",
        tested.slo.id,
        verdict(digest, backtest.severity)
    );
    let _ = writeln!(
        out,
        "  objective {} % over {}, {} to {} UTC",
        tested.slo.objective.percent(),
        digest.period(),
        when::minute(past.from_ms),
        when::minute(past.to_ms),
    );
    if past.known_from_ms.is_none() {
        return;
    }
    let notes = digest.reach(tested.span.from_ms);
    for note in notes.iter().chain(&tested.notes) {
        said(out, &format!("note: {note}"));
    }
    blind(out, digest);
    if tested.slo.group_by.is_empty() {
        tiers(out, &digest.tiers);
        for only in &digest.groups {
            group(out, digest, only);
        }
    } else {
        grouped(out, digest);
    }
    for episode in &digest.missing {
        let (opened_ms, open_ms) = (episode.opened_ms, open_ms(episode, past.to_ms));
        let _ = writeln!(
            out,
            "\n  missing data: {} from {} for {}",
            episode.severity,
            when::minute(opened_ms),
            when::long(open_ms)
        );
    }
}

/// What would have happened, in a few words.
fn verdict(digest: &Digest<'_>, severity: Option<&str>) -> String {
    let past = digest.past;
    let told = digest.by_severity().into_iter();
    let told = told.map(|(severity, times)| format!("{severity} {}", often(times)));
    let by_severity: Vec<String> = told.collect();
    if by_severity.is_empty() && past.is_unseen() {
        return "no data".to_string();
    }
    match (by_severity.is_empty(), severity) {
        (false, _) => by_severity.join(", "),
        (true, Some(severity)) => format!("calm, no {severity}"),
        (true, None) => "calm, it would have told nobody".to_string(),
    }
}

fn blind(out: &mut String, digest: &Digest<'_>) {
    let times = &digest.past.blind;
    if times.is_empty() {
        return;
    }
    let shown = times.iter().take(BLIND_MAX).map(|(from_ms, to_ms)| {
        format!(
            "{} for {}",
            when::minute(*from_ms),
            when::long(to_ms - from_ms)
        )
    });
    let shown: Vec<String> = shown.collect();
    let more = match times.len().saturating_sub(BLIND_MAX) {
        0 => String::new(),
        more => format!(", and {more} times more"),
    };
    said(
        out,
        &format!(
            "no data for {}: {}{more}",
            when::long(digest.blind_ms()),
            shown.join("; ")
        ),
    );
}

fn tiers(out: &mut String, tallies: &[TierTally<'_>]) {
    if tallies.is_empty() {
        let _ = writeln!(out, "  no tier alerts");
        return;
    }
    let head = ["tier", "severity", "threshold", "windows", "fired", "for"].map(String::from);
    let row = |tally: &TierTally<'_>| {
        let tier = tally.tier;
        [
            tier.name.to_string(),
            tier.severity.to_string(),
            threshold(tier, "x"),
            format!("{}, {}", tier.long, tier.short),
            often(tally.times),
            match tally.firing_ms {
                0 => String::new(),
                firing_ms => when::long(firing_ms),
            },
        ]
    };
    let rows = std::iter::once(head).chain(tallies.iter().map(row));
    table(out, &rows.collect::<Vec<_>>());
}

fn often(times: usize) -> String {
    match times {
        0 => "never".to_string(),
        1 => "once".to_string(),
        times => format!("{times} times"),
    }
}

/// Many groups: those that are worst.
fn grouped(out: &mut String, digest: &Digest<'_>) {
    let (groups, burning) = (digest.groups.len(), digest.burning_groups());
    let by: Vec<&str> = digest
        .slo
        .group_by
        .iter()
        .map(|label| label.as_str())
        .collect();
    let _ = writeln!(
        out,
        "  {groups} groups by {}, {burning} with episodes",
        by.join(", ")
    );
    if digest.past.groups_refused > 0 {
        let _ = writeln!(
            out,
            "  note: {} groups more are not watched: an SLO has at most {}",
            digest.past.groups_refused,
            crate::evaluate::GROUPS_MAX
        );
    }
    tiers(out, &digest.tiers);
    for one in digest.groups.iter().take(GROUPS_MAX) {
        let _ = writeln!(out, "\n  {}", one.group.show(&digest.slo.group_by));
        match one.incidents.is_empty() {
            true => summary(out, digest, one),
            false => group(out, digest, one),
        }
    }
    if groups > GROUPS_MAX {
        let rest = &digest.groups[GROUPS_MAX..];
        let burning = rest.iter().filter(|one| !one.incidents.is_empty()).count();
        let _ = writeln!(
            out,
            "\n  and {} groups more, {burning} of them with episodes; `--format json` has all",
            rest.len()
        );
    }
}

fn summary(out: &mut String, digest: &Digest<'_>, one: &GroupDigest<'_>) {
    let total = one.past.total;
    let unit = match digest.slo.core {
        crate::model::core::Core::Events { .. } => ["events", "errors"],
        crate::model::core::Core::Slices { .. } => ["seconds", "bad ones"],
    };
    let _ = writeln!(
        out,
        "  {}; {} {}, {} {}",
        left(one.left()),
        when::whole(total.events),
        unit[0],
        when::whole(total.errors),
        unit[1]
    );
}

fn group(out: &mut String, digest: &Digest<'_>, one: &GroupDigest<'_>) {
    summary(out, digest, one);
    episodes(out, digest, one);
    let points: Vec<(i64, Option<f64>)> = one
        .past
        .budget
        .iter()
        .map(|(at, b)| (*at, b.left))
        .collect();
    out.push_str("\n  budget left\n");
    let span = (digest.past.from_ms, digest.past.to_ms);
    for line in chart(&points, span, &bands(digest, one)) {
        let _ = writeln!(out, "{line}");
    }
}

fn left(left: Option<f64>) -> String {
    match left {
        None => "budget unknown, there are no events in the period".to_string(),
        Some(left) if left < 0.0 => format!(
            "budget overspent, {} spent at the end",
            when::percent(1.0 - left)
        ),
        Some(left) => format!("{} of the budget left at the end", when::percent(left)),
    }
}

fn bands<'a>(digest: &Digest<'_>, one: &GroupDigest<'a>) -> Vec<Band<'a>> {
    let to_ms = digest.past.to_ms;
    let mut bands: Vec<Band<'a>> = Vec::new();
    for incident in &one.incidents {
        let (name, time) = (incident.episode.severity.as_str(), times(incident, to_ms));
        match bands.iter_mut().find(|band| band.name == name) {
            Some(band) => band.times.push(time),
            None => bands.push(Band {
                name,
                times: vec![time],
            }),
        }
    }
    bands.sort_by_key(|band| band.name);
    bands
}

fn times(incident: &Incident, to_ms: i64) -> (i64, i64) {
    let opened_ms = incident.episode.opened_ms;
    (opened_ms, incident.episode.resolved_ms.unwrap_or(to_ms))
}

fn episodes(out: &mut String, digest: &Digest<'_>, one: &GroupDigest<'_>) {
    if one.incidents.is_empty() {
        return;
    }
    let head = ["opened", "severity", "open for", "peak", "spent"].map(String::from);
    let row = |incident: &&Incident| {
        let episode = &incident.episode;
        let mut open = when::long(open_ms(episode, digest.past.to_ms));
        if episode.resolved_ms.is_none() {
            open.push_str(", still");
        }
        [
            when::minute(episode.opened_ms),
            episode.severity.to_string(),
            open,
            format!("{}x", when::plain(incident.burn_max)),
            incident.spent.map_or("-".to_string(), when::percent),
        ]
    };
    let shown = || one.incidents.iter().take(EPISODES_MAX);
    let rows: Vec<[String; 5]> = std::iter::once(head).chain(shown().map(row)).collect();
    let fired = shown().map(|incident| digest.fired(incident));
    let behind: Vec<String> = std::iter::once("tiers".to_string()).chain(fired).collect();
    out.push('\n');
    beside(out, &rows, &behind);
    if one.incidents.len() > EPISODES_MAX {
        let more = one.incidents.len() - EPISODES_MAX;
        let _ = writeln!(out, "  and {more} episodes more; `--format json` has all");
    }
}

/// Rows with columns as wide as they must be, two spaces between and before them.
fn table<const N: usize>(out: &mut String, rows: &[[String; N]]) {
    for row in padded(rows) {
        let _ = writeln!(out, "  {}", row.trim_end());
    }
}

/// The same with a text behind each row; below it where the terminal is too narrow for one of them.
fn beside<const N: usize>(out: &mut String, rows: &[[String; N]], behind: &[String]) {
    let rows: Vec<String> = padded(rows).collect();
    let width = |text: &String| text.chars().count();
    let widest = |texts: &[String]| texts.iter().map(width).max().unwrap_or(0);
    let fits = widest(&rows) + widest(behind) + 4 <= TERMINAL_COLUMNS;
    for (at, (row, text)) in rows.iter().zip(behind).enumerate() {
        let _ = match (fits, at) {
            (true, _) => writeln!(out, "  {row}  {text}"),
            (false, 0) => writeln!(out, "  {}", row.trim_end()),
            (false, _) => writeln!(out, "  {}\n      {text}", row.trim_end()),
        };
    }
}

fn padded<const N: usize>(rows: &[[String; N]]) -> impl Iterator<Item = String> {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..N).map(width).collect();
    rows.iter().map(move |row| {
        let cells = row.iter().zip(&widths);
        let cells = cells.map(|(cell, width)| format!("{cell:<width$}"));
        cells.collect::<Vec<_>>().join("  ")
    })
}

/// A sentence in lines that a terminal has room for, without control characters.
fn said(out: &mut String, text: &str) {
    let mut line = String::new();
    let is_space = |c: char| c.is_whitespace() || c.is_control();
    for word in text.split(is_space).filter(|word| !word.is_empty()) {
        let width = line.chars().count() + 1 + word.chars().count();
        if width + 2 > TERMINAL_COLUMNS && !line.is_empty() {
            let _ = writeln!(out, "  {}", line.trim_end());
            line = "  ".to_string();
        }
        line.push_str(word);
        line.push(' ');
    }
    let _ = writeln!(out, "  {}", line.trim_end());
}
