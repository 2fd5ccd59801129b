//! A backtest as text for a terminal of 80 columns.

use std::fmt::Write as _;

use crate::replay::past::Incident;

use super::chart::{Band, chart};
use super::digest::{Digest, GroupDigest, TierTally, open_ms};
use super::fit::{TERMINAL_COLUMNS, fitted, indented, shorten, width};
use super::threshold::threshold;
use super::{Backtest, NOT_SIMULATED, Outcome, Tested, when};

/// Most groups of an SLO that are shown, the worst ones.
pub const GROUPS_MAX: usize = 5;
/// Most episodes of a group that are shown.
pub const EPISODES_MAX: usize = 50;
/// What stands before a line, once or several times.
const INDENT: &str = "  ";
/// What stands between two columns.
const GAP: &str = "  ";
/// A column of names keeps so many characters where there is no room.
const NAME_LEAST: usize = 8;
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
                below(&mut out, 0, &format!("{}: not known", tested.slo.id));
                said(&mut out, reason);
            }
        }
    }
    let _ = writeln!(out, "\n{NOT_SIMULATED}");
    out
}

fn slo(out: &mut String, backtest: &Backtest<'_>, tested: &Tested<'_>, digest: &Digest<'_>) {
    let past = digest.past;
    let id = &tested.slo.id;
    let first = format!("{id}: {}", verdict(digest, backtest.severity));
    below(out, 0, &first);
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
    let notes = digest.notes(tested.span.from_ms);
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
        out.push('\n');
        said(
            out,
            &format!(
                "missing data: {} from {} for {}",
                episode.severity,
                when::minute(opened_ms),
                when::long(open_ms)
            ),
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
    let rows: Vec<[String; 6]> = rows.collect();
    for row in padded(&rows, &[0, 1]) {
        let _ = writeln!(out, "{INDENT}{}", row.trim_end());
    }
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
    let by = by.join(", ");
    said(
        out,
        &format!("{groups} groups by {by}, {burning} with episodes"),
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
        let labels = one.group.show(&digest.slo.group_by).to_string();
        let labels = shorten(&labels, TERMINAL_COLUMNS - INDENT.len());
        let _ = writeln!(out, "\n{INDENT}{labels}");
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

/// Rows with a text behind each; below it where the terminal is too narrow for one of them.
fn beside<const N: usize>(out: &mut String, rows: &[[String; N]], behind: &[String]) {
    let rows: Vec<String> = padded(rows, &[1]).collect();
    let widest = |texts: &[String]| texts.iter().map(|text| width(text)).max().unwrap_or(0);
    let all = INDENT.len() + widest(&rows) + GAP.len() + widest(behind);
    let fits = all <= TERMINAL_COLUMNS;
    for (at, (row, text)) in rows.iter().zip(behind).enumerate() {
        match fits {
            true => {
                let _ = writeln!(out, "{INDENT}{row}{GAP}{text}");
            }
            false => {
                let _ = writeln!(out, "{INDENT}{}", row.trim_end());
            }
        }
        if !fits && at > 0 {
            below(out, 3, text);
        }
    }
}

/// Rows with columns as wide as they must be. Names are at `names`: they are shortened where there is no room.
fn padded<const N: usize>(rows: &[[String; N]], names: &[usize]) -> impl Iterator<Item = String> {
    let widest = |column: usize| {
        let cells = rows.iter().map(|row| width(&row[column]));
        cells.max().unwrap_or(0)
    };
    let natural: Vec<usize> = (0..N).map(widest).collect();
    let columns = TERMINAL_COLUMNS - INDENT.len();
    let widths = fitted(&natural, names, NAME_LEAST, GAP.len(), columns).unwrap_or(natural);
    rows.iter().map(move |row| {
        let cells = row.iter().zip(&widths);
        let cells = cells.map(|(cell, width)| format!("{:<width$}", shorten(cell, *width)));
        cells.collect::<Vec<_>>().join(GAP)
    })
}

/// A sentence below an SLO.
fn said(out: &mut String, text: &str) {
    below(out, 1, text);
}

/// A text in lines that a terminal has room for, without control characters, so many indents deep; what goes on is a step
/// deeper.
fn below(out: &mut String, depth: usize, text: &str) {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let text: String = text.chars().map(plain).collect();
    let [first, further] = [depth, depth + 1].map(|depth| INDENT.repeat(depth));
    out.push_str(&indented(&text, &first, &further));
}
