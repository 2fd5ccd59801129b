//! `status`: how SLOs stand now, the worst first.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::chosen::chosen;
use super::compile::compile;
use super::numbers::{burn_text, moment};
use super::report::{count, failed, has_errors, to_stderr};
use super::server::ServerArguments;
use super::table::{Cell, Row, Tint, table};
use super::{Exit, Io};
use crate::alert::State;
use crate::base::{LabelName, Name, spoken};
use crate::clock::Watch;
use crate::diagnostics::{Colour, Level};
use crate::evaluate::Group;
use crate::lint::Looked;
use crate::model::slo::WindowMode;
use crate::model::{Slo, slo::SloId};
use crate::plan::{Plan, plan};
use crate::show::fit::indented;
use crate::show::when::percent;
use crate::status::order::{Class, class};
use crate::status::{
    Burn, Firing, GroupStanding, Known, Part, Sight, Spending, Standing, Times, stand, worst_first,
};

/// Version of the JSON.
const JSON_VERSION: u32 = 1;
/// Most groups of one SLO in the table, the worst of them; JSON has all.
const GROUPS_SHOWN_MAX: usize = 10;
/// Progress is shown from so many seconds on.
const PROGRESS_AFTER_S: u64 = 1;

/// Arguments of `status`.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// SLOs, as `service/name`, or a name alone where only one service has it. Without any: all
    #[arg(value_name = "SLO")]
    slos: Vec<String>,
    /// All SLOs of this service; several times
    #[arg(long, value_name = "SERVICE")]
    service: Vec<String>,
    #[command(flatten)]
    server: ServerArguments,
    /// How to print them
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    /// A table
    Human,
    /// One object, for tools
    Json,
}

/// What is said where no server is named.
pub(super) const NO_SERVER: &str =
    "no server is named: use `--prometheus URL` or BURNWATCH_PROMETHEUS_URL";

pub(super) fn run(arguments: &Arguments, io: &mut Io<'_>) -> Exit {
    let mut source = match arguments.server.source(io) {
        Ok(Some(source)) => source,
        Ok(None) => return failed(&NO_SERVER, io),
        Err(error) => return failed(&error, io),
    };
    let mut compiled = match compile(&[], io) {
        Ok(compiled) => compiled,
        Err(error) => return failed(&error, io),
    };
    let slos = match chosen(&mut compiled, &arguments.slos, &arguments.service, io) {
        Ok(slos) => slos,
        Err(exit) => return exit,
    };
    let mut settled = compiled.settle(io.today, Looked::OFFLINE);
    settled.findings.retain(|f| f.level == Level::Error);
    to_stderr(&settled.findings, &compiled.sources, io);
    let plans: Vec<Plan<'_>> = slos
        .iter()
        .map(|slo| plan(slo, WindowMode::Recorded))
        .collect();
    let watch = Watch::start();
    let shows = io.stderr_colour == Colour::Styled;
    let (now_ms, stderr) = (io.now_ms, &mut *io.stderr);
    let mut progress = |done: usize| {
        if shows && watch.elapsed().as_secs() >= PROGRESS_AFTER_S {
            let _ = write!(stderr, "\r\u{1b}[K{done} of {}", count(plans.len(), "SLO"));
        }
    };
    let times = Times::at(now_ms);
    let standings = stand(
        &plans,
        &compiled.settings,
        times,
        &mut source,
        &mut progress,
    );
    if shows && watch.elapsed().as_secs() >= PROGRESS_AFTER_S {
        let _ = write!(io.stderr, "\r\u{1b}[K");
    }
    let text = match arguments.format {
        Format::Human => human(&standings, &slos, io.stdout_colour),
        Format::Json => format!("{:#}\n", tool(&standings, &slos)),
    };
    let _ = io.stdout.write_all(text.as_bytes());
    let blind = standings.iter().filter(|s| s.is_blind_somewhere()).count();
    if blind > 0 {
        let _ = writeln!(io.stderr, "{} could not be seen", count(blind, "SLO"));
        return Exit::Unchecked;
    }
    match has_errors(&settled.findings) {
        true => Exit::Findings,
        false => Exit::Clean,
    }
}

const HEAD: [&str; 5] = ["slo", "budget left", "outage left", "spent in", "state"];

fn human(standings: &[Standing], slos: &[Slo], colour: Colour) -> String {
    let mut shown: BTreeMap<&SloId, usize> = BTreeMap::new();
    let mut rows = Vec::new();
    for (standing, group) in worst_first(standings) {
        let Some(slo) = slos.iter().find(|slo| slo.id == standing.id) else {
            continue;
        };
        let so_far = shown.entry(&standing.id).or_default();
        *so_far += 1;
        if *so_far <= GROUPS_SHOWN_MAX {
            rows.push(row(standing, group, slo));
        }
    }
    let mut text = table(&HEAD, &rows, colour);
    for (id, groups) in shown {
        if groups > GROUPS_SHOWN_MAX {
            let more = groups - GROUPS_SHOWN_MAX;
            let more = count(more, "group");
            text.push_str(&indented(
                &format!("{id}: {more} more stand no worse"),
                "",
                "",
            ));
        }
    }
    for standing in standings.iter().filter(|s| s.groups_refused > 0) {
        let more = count(standing.groups_refused, "group");
        let id = &standing.id;
        text.push_str(&indented(
            &format!("{id}: {more} more are not watched"),
            "",
            "",
        ));
    }
    for standing in standings {
        for note in &standing.notes {
            text.push_str(&format!("{}: {note}\n", standing.id));
        }
    }
    text
}

fn row(standing: &Standing, group: Option<&GroupStanding>, slo: &Slo) -> Row {
    let Some(group) = group else {
        let unknown = || Cell::plain("-");
        return Row {
            cells: vec![
                Cell::plain(standing.id.to_string()),
                unknown(),
                unknown(),
                unknown(),
                Cell::new("blind", Tint::Blind),
            ],
            notes: vec![blind_text(&standing.sight)],
        };
    };
    let mut notes = Vec::new();
    if group.state == State::Blind {
        notes.push(blind_text(&group.sight));
    }
    notes.extend(burns_text(&group.burns));
    notes.extend(firing_text(&group.firing));
    notes.extend(pending_text(&group.pending));
    notes.extend(known_text(&group.known).map(|known| format!("budget {known}")));
    let left = group.budget.left;
    let left_tint = match left {
        Some(left) if left <= 0.0 => Tint::Bad,
        _ => Tint::Plain,
    };
    let outage = match left {
        Some(left) if left > 0.0 => {
            let ms = (left * standing.outage_ms as f64) as u64;
            spoken(ms)
        }
        Some(_) => "none".to_string(),
        None => "-".to_string(),
    };
    let (state, tint) = state_text(group);
    Row {
        cells: vec![
            Cell::plain(name(&standing.id, &group.group, &slo.group_by)),
            Cell::new(left.map_or("-".to_string(), percent), left_tint),
            Cell::plain(outage),
            Cell::plain(spending_text(group.spending)),
            Cell::new(state, tint),
        ],
        notes,
    }
}

/// An SLO with the values of its group, as the first cell of a row.
pub(super) fn name(id: &SloId, group: &Group, labels: &[LabelName]) -> String {
    match labels.is_empty() || group.values().is_empty() {
        true => id.to_string(),
        false => format!("{id} ({})", group.show(labels)),
    }
}

fn state_text(group: &GroupStanding) -> (&'static str, Tint) {
    match class(group) {
        Class::Blind => ("blind", Tint::Blind),
        Class::Pending => ("pending", Tint::Warning),
        Class::Calm => match group.budget.left {
            Some(left) if left <= 0.0 => ("budget spent", Tint::Warning),
            Some(_) => ("ok", Tint::Good),
            None => ("no events", Tint::Plain),
        },
        Class::Waking => ("firing", Tint::Bad),
        Class::Firing => ("firing", Tint::Warning),
    }
}

/// How fast the budget is spent, where it is.
fn burns_text(burns: &[Burn]) -> Option<String> {
    let burning = burns
        .iter()
        .any(|burn| burn.rate.is_some_and(|rate| rate > 0.0));
    let text = |burn: &Burn| format!("{} {}", burn.window, burn_text(burn.rate));
    let texts: Vec<String> = burns.iter().map(text).collect();
    burning.then(|| format!("burn rate {}", texts.join(", ")))
}

/// Which tiers wait for their `for`.
fn pending_text(pending: &[Name]) -> Option<String> {
    let names: Vec<&str> = pending.iter().map(|name| name.as_str()).collect();
    (!names.is_empty()).then(|| format!("pending: {}", names.join(", ")))
}

/// Since when each severity fires, and which of its tiers.
fn firing_text(firing: &[Firing]) -> Vec<String> {
    let mut incidents: BTreeMap<(bool, &str), Vec<&Firing>> = BTreeMap::new();
    for one in firing {
        let key = (!one.wakes, one.severity.as_str());
        incidents.entry(key).or_default().push(one);
    }
    let text = |((_, severity), tiers): ((bool, &str), Vec<&Firing>)| {
        let names: Vec<&str> = tiers.iter().map(|one| one.tier.as_str()).collect();
        let first = tiers.first()?;
        let before = if first.or_earlier { "before " } else { "" };
        let since = moment(first.opened_ms);
        let names = names.join(", ");
        Some(format!("{severity} since {before}{since}: {names}"))
    };
    incidents.into_iter().filter_map(text).collect()
}

/// Which part of the period is known, where it is not all: `known: last 15 d of 30 d`.
pub(super) fn known_text(known: &Known) -> Option<String> {
    let last = match known.part {
        Part::All => return None,
        Part::Last => "last ",
        Part::Pieces => "",
    };
    let [part, whole] = [known.known_ms, known.whole_ms].map(|ms| spoken(ms.max(0) as u64));
    Some(format!("known: {last}{part} of {whole}"))
}

/// Why nothing can be seen.
pub(super) fn blind_text(sight: &Sight) -> String {
    match sight {
        Sight::Clear => "it can be seen".to_string(),
        Sight::Never => "the server has no series for it".to_string(),
        Sight::Stale {
            since_ms,
            or_longer,
        } => {
            let before = if *or_longer { "before " } else { "" };
            format!("no data since {before}{}", moment(*since_ms))
        }
        Sight::NoCount {
            since_ms,
            or_longer,
        } => {
            let before = if *or_longer { "before " } else { "" };
            format!(
                "its numbers are no counts (NaN, infinite or negative) since {before}{}",
                moment(*since_ms)
            )
        }
        Sight::Unasked(failure) => failure.to_string(),
    }
}

fn spending_text(spending: Spending) -> String {
    match spending {
        Spending::Spent => "spent".to_string(),
        Spending::In(ms) => spoken(ms.max(0) as u64),
        Spending::Never | Spending::Unknown => "-".to_string(),
    }
}

fn tool(standings: &[Standing], slos: &[Slo]) -> Value {
    let rows = worst_first(standings);
    let rows: Vec<Value> = rows
        .into_iter()
        .filter_map(|(standing, group)| {
            let slo = slos.iter().find(|slo| slo.id == standing.id)?;
            Some(object(standing, group, slo))
        })
        .collect();
    json!({"version": JSON_VERSION, "slos": rows})
}

fn object(standing: &Standing, group: Option<&GroupStanding>, slo: &Slo) -> Value {
    let reason = match group.map_or(&standing.sight, |group| &group.sight) {
        Sight::Clear => None,
        sight => Some(blind_text(sight)),
    };
    let mut object = json!({
        "slo": standing.id.to_string(),
        "service": standing.id.service.as_str(),
        "name": standing.id.name.as_str(),
        "owner": slo.owner.as_ref().map(|owner| owner.as_str()),
        "at_ms": standing.at_ms,
        "state": "blind",
        "reason": reason,
        "notes": standing.notes.iter().map(|note| note.to_string()).collect::<Vec<_>>(),
    });
    let Some(group) = group else {
        return object;
    };
    let labels = slo.group_by.iter().zip(group.group.values());
    let labels: serde_json::Map<String, Value> = labels
        .map(|(label, value)| (label.to_string(), Value::from(value.as_str())))
        .collect();
    let state = match group.state {
        State::Ok => "ok",
        State::Pending => "pending",
        State::Firing => "firing",
        State::Blind => "blind",
    };
    object["state"] = json!(state);
    object["group"] = Value::Object(labels);
    object["budget"] = budget(standing, group);
    object["burn_rates"] = group
        .burns
        .iter()
        .map(|burn| json!({"window": burn.window.to_string(), "rate": burn.rate}))
        .collect();
    object["firing"] = group.firing.iter().map(fires).collect();
    object["pending"] = group
        .pending
        .iter()
        .map(|name| json!(name.as_str()))
        .collect();
    object
}

fn budget(standing: &Standing, group: &GroupStanding) -> Value {
    let budget = &group.budget;
    json!({
        "left_percent": budget.left.map(|left| left * 100.0),
        "left_text": budget.left.map(percent),
        "outage_left_ms": budget.left.map(|left| (left * standing.outage_ms as f64) as i64),
        "outage_ms": standing.outage_ms,
        "events": budget.contents.events,
        "errors": budget.contents.errors,
        "known_ms": group.known.known_ms,
        "known_part": part_key(group.known.part),
        "period_ms": group.known.whole_ms,
        "spent_in_ms": match group.spending {
            Spending::Spent => Some(0),
            Spending::In(ms) => Some(ms),
            Spending::Never | Spending::Unknown => None,
        },
    })
}

/// Which part of a period is known, for tools.
pub(super) fn part_key(part: Part) -> &'static str {
    match part {
        Part::All => "all",
        Part::Last => "last",
        Part::Pieces => "pieces",
    }
}

fn fires(firing: &Firing) -> Value {
    json!({
        "tier": firing.tier.as_str(),
        "severity": firing.severity.as_str(),
        "wakes": firing.wakes,
        "since_ms": firing.opened_ms,
        "or_earlier": firing.or_earlier,
    })
}
