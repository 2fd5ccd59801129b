//! `history`: what the daemon did, and why. It reads beside a daemon that runs, and disturbs nobody.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::compile::workspace_alone;
use super::moment::Moment;
use super::report::{failed, to_stderr};
use super::table::{Cell, Row, Tint, table};
use super::{Exit, Io};
use crate::base::{Duration, grouped};
use crate::diagnostics::{Colour, Level};
use crate::engine::episode;
use crate::model::SloId;
use crate::show::when::{minute, rfc3339, second};
use crate::spec::workspace_file::FILE_NAME;
use crate::store::{History, HistoryEntry, HistoryFilter, HistoryRow};

/// Version of the JSON.
const JSON_VERSION: u32 = 1;
/// How far back is shown, unless told otherwise.
const SINCE_DEFAULT: Duration = Duration::hours(24);
/// Most rows that are shown: the newest.
pub const ROWS_MAX: usize = 10_000;

/// Arguments of `history`.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// All of this episode, such as `e42`. Without it: what happened in the last 24h
    #[arg(value_name = "EPISODE", value_parser = episode_name)]
    episode: Option<String>,
    /// Of this SLO alone, as `service/name`
    #[arg(long, value_name = "SLO", value_parser = slo)]
    slo: Option<SloId>,
    /// Of this service alone
    #[arg(long, value_name = "SERVICE")]
    service: Option<String>,
    /// What this receiver was sent, and what it answered
    #[arg(long, value_name = "RECEIVER")]
    receiver: Option<String>,
    /// From when on: so long ago, or a time
    #[arg(long, value_name = "WHEN")]
    since: Option<Moment>,
    /// The daemon's file; without it what the workspace's `daemon.data` names
    #[arg(long, value_name = "PATH")]
    data: Option<PathBuf>,
    /// How to print it
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

fn episode_name(text: &str) -> Result<String, String> {
    let number = episode::number(text);
    number
        .map(episode::name)
        .ok_or_else(|| "an episode is written as `e42`".to_string())
}

fn slo(text: &str) -> Result<SloId, String> {
    SloId::try_from(text.to_string()).map_err(|_| "an SLO is written as `service/name`".to_string())
}

pub(super) fn run(arguments: &Arguments, io: &mut Io<'_>) -> Exit {
    let path = match data(arguments, io) {
        Ok(path) => path,
        Err(exit) => return exit,
    };
    if !path.exists() {
        let error = format!(
            "there is no `{}`: no daemon has run with it; `--data` and `daemon.data` of `{FILE_NAME}` name its file",
            path.display()
        );
        return failed(&error, io);
    }
    let filter = filter(arguments, io.now_ms);
    let read = History::open(&path).and_then(|history| history.rows(&filter));
    let mut entries = match read {
        Ok(entries) => entries,
        Err(error) => return failed(&error, io),
    };
    if let (true, Some(episode)) = (entries.is_empty(), &filter.episode) {
        let error = format!("nothing is remembered of an episode `{episode}` that fits");
        return failed(&error, io);
    }
    let beyond = entries.len().saturating_sub(ROWS_MAX);
    entries.drain(..beyond);
    let text = match arguments.format {
        Format::Human => human(&entries, io.stdout_colour),
        Format::Json => format!("{:#}\n", tool(&entries, beyond > 0)),
    };
    let _ = io.stdout.write_all(text.as_bytes());
    if beyond > 0 {
        let most = grouped(&ROWS_MAX.to_string());
        let _ = writeln!(io.stderr, "there is more: these are the newest {most} rows");
    }
    if let (true, Some(since_ms)) = (entries.is_empty(), filter.since_ms) {
        let since = minute(since_ms);
        let _ = writeln!(io.stderr, "nothing that fits happened since {since} UTC");
    }
    Exit::Clean
}

/// The daemon's file.
fn data(arguments: &Arguments, io: &mut Io<'_>) -> Result<PathBuf, Exit> {
    if let Some(path) = &arguments.data {
        return Ok(io.folder.join(path));
    }
    let (mut resolved, root) = workspace_alone(io).map_err(|error| failed(&error, io))?;
    resolved.findings.retain(|f| f.level == Level::Error);
    to_stderr(&resolved.findings, &resolved.sources, io);
    match resolved.findings.is_empty() {
        true => Ok(root.join(&resolved.daemon.data)),
        // Where the daemon's file is would be a guess.
        false => {
            let error = format!("`{FILE_NAME}` has errors; name the daemon's file with `--data`");
            Err(failed(&error, io))
        }
    }
}

fn filter(arguments: &Arguments, now_ms: i64) -> HistoryFilter {
    let since = match (&arguments.since, &arguments.episode) {
        (Some(since), _) => Some(*since),
        (None, Some(_)) => None,
        (None, None) => Some(Moment::Back(SINCE_DEFAULT)),
    };
    HistoryFilter {
        episode: arguments.episode.clone(),
        slo: arguments.slo.as_ref().map(SloId::to_string),
        service: arguments.service.clone(),
        receiver: arguments.receiver.clone(),
        since_ms: since.map(|since| since.at_ms(now_ms)),
        // One more, to know whether there are.
        rows_max: Some(ROWS_MAX as u64 + 1),
    }
}

const HEAD: [&str; 4] = ["time (UTC)", "episode", "what", "why"];

fn human(entries: &[HistoryEntry], colour: Colour) -> String {
    if entries.is_empty() {
        return String::new();
    }
    let row = |entry: &HistoryEntry| {
        let row = &entry.row;
        Row {
            cells: vec![
                Cell::plain(second(row.at_ms)),
                Cell::plain(&row.episode),
                Cell::new(&row.what, tint(&row.what)),
                Cell::plain(why(row)),
            ],
            notes: Vec::new(),
        }
    };
    let rows: Vec<Row> = entries.iter().map(row).collect();
    table(&HEAD, &rows, colour)
}

fn tint(what: &str) -> Tint {
    match what {
        "opened" | "reopened" => Tint::Bad,
        "resolved" => Tint::Good,
        "failed" | "refused" | "fallback" | "escalated" => Tint::Warning,
        _ => Tint::Plain,
    }
}

/// Whom or what it is about, and why. What an episode is called begins with its SLO.
fn why(row: &HistoryRow) -> String {
    let group = match row.group_labels.is_empty() {
        true => String::new(),
        false => format!(" ({})", row.group_labels),
    };
    let whose = match (&*row.receiver, &*row.slo) {
        ("", "") => String::new(),
        ("", slo) if row.why.starts_with(slo) => String::new(),
        ("", slo) => format!("{slo}{group}"),
        (receiver, _) => receiver.to_string(),
    };
    match (&*whose, &*row.why) {
        ("", why) => why.to_string(),
        (whose, "") => whose.to_string(),
        (whose, why) => format!("{whose}: {why}"),
    }
}

fn tool(entries: &[HistoryEntry], has_more: bool) -> Value {
    let given = |text: &str| (!text.is_empty()).then(|| text.to_string());
    let row = |entry: &HistoryEntry| {
        let row = &entry.row;
        json!({
            "id": entry.id,
            "at": rfc3339(row.at_ms),
            "at_ms": row.at_ms,
            "episode": row.episode,
            "kind": row.kind,
            "what": row.what,
            "why": given(&row.why),
            "severity": given(&row.severity),
            "service": given(&row.service),
            "slo": given(&row.slo),
            "group": given(&row.group_labels),
            "receiver": given(&row.receiver),
        })
    };
    let rows: Vec<Value> = entries.iter().map(row).collect();
    json!({"version": JSON_VERSION, "rows": rows, "has_more": has_more})
}
