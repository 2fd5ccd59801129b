//! `routes`: where each alert lands, how fast, and when it is muted.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::compile::compile;
use super::report::{failed, has_errors, printable, to_stderr};
use super::routing::Planned;
use super::{Exit, Io};
use crate::alertmanager::{Arrival, GroupBy};
use crate::lint::Looked;
use crate::lint::arrival::{Arrivals, Sent};
use crate::lint::landing::ANY;
use crate::model::slo::WindowMode;
use crate::plan::plan;
use crate::routing::tree::PREFIX;

/// Version of the JSON.
const JSON_VERSION: u32 = 1;
/// What is said where nothing is routed.
const NONE: &str = "no routes: the workspace has no `alertmanager` section";

/// Arguments of `routes`.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// SLO files, folders or globs. Without any: what the workspace names
    paths: Vec<String>,
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

pub(super) fn run(arguments: &Arguments, io: &mut Io<'_>) -> Exit {
    let mut compiled = match compile(&arguments.paths, io) {
        Ok(compiled) => compiled,
        Err(error) => return failed(&error, io),
    };
    let settled = compiled.settle(io.today, Looked::OFFLINE);
    to_stderr(&settled.findings, &compiled.sources, io);
    let plan = |slo| plan(slo, WindowMode::Recorded);
    let plans = compiled.slos.iter().map(plan).collect();
    let planned = Planned::of(plans, &compiled.settings);
    let Some((routed, planned)) = compiled.routed.as_ref().zip(planned) else {
        return failed(&NONE, io);
    };
    let text = routed.arrivals(&planned, |arrivals| {
        let rows = rows(arrivals);
        match arguments.format {
            Format::Human => table(&rows),
            Format::Json => format!("{:#}\n", tool(&rows)),
        }
    });
    let _ = io.stdout.write_all(text.as_bytes());
    match has_errors(&settled.findings) {
        true => Exit::Findings,
        false => Exit::Clean,
    }
}

/// One line of the table: alerts of one SLO and severity, and one place where they land.
struct Row {
    /// The SLO, its severity and the values of its group labels that a matcher tells apart.
    subject: (String, String, Vec<(String, String)>),
    tiers: Vec<String>,
    /// The workspace's receivers behind that of the route.
    members: Vec<String>,
    path: Arrival,
}

fn rows(arrivals: &Arrivals<'_>) -> Vec<Row> {
    let routes = arrivals.routing.routes.iter();
    let members: BTreeMap<&str, Vec<String>> = routes
        .map(|route| {
            let names = route.members.iter().map(|name| name.to_string());
            (route.receiver.as_str(), names.collect())
        })
        .collect();
    let mut rows: Vec<Row> = Vec::new();
    for sent in &arrivals.sent {
        for path in sent.paths().iter() {
            let subject = subject(sent);
            let same = |row: &&mut Row| row.subject == subject && row.path == *path;
            let tier = sent.alert.tier.to_string();
            match rows.iter_mut().rev().take(NEAR_ROWS).find(same) {
                Some(row) => row.tiers.push(tier),
                None => rows.push(Row {
                    subject,
                    tiers: vec![tier],
                    members: members
                        .get(path.receiver.as_str())
                        .cloned()
                        .unwrap_or_default(),
                    path: path.clone(),
                }),
            }
        }
    }
    rows
}

/// How far back a row of the same SLO is looked for.
const NEAR_ROWS: usize = 256;

fn subject(sent: &Sent<'_>) -> (String, String, Vec<(String, String)>) {
    let group = sent.group().iter().map(|(label, value)| {
        let value = match value.as_str() {
            ANY => "*",
            value => value,
        };
        (label.clone(), value.to_string())
    });
    (
        sent.slo.id.to_string(),
        sent.alert.severity.to_string(),
        group.collect(),
    )
}

impl Row {
    fn cells(&self) -> [String; 6] {
        let (slo, severity, group) = &self.subject;
        let group: Vec<String> = group
            .iter()
            .map(|(label, value)| format!("{label}={value}"))
            .collect();
        let slo = match group.is_empty() {
            true => slo.clone(),
            false => format!("{slo} ({})", group.join(", ")),
        };
        let receivers = match self.members.is_empty() {
            true => self.path.receiver.clone(),
            false => self.members.join(", "),
        };
        let path = &self.path;
        [
            slo,
            self.tiers.join(", "),
            severity.clone(),
            receivers,
            format!(
                "{}, {}, {}",
                path.group_wait, path.group_interval, path.repeat_interval
            ),
            self.muted(),
        ]
    }

    fn muted(&self) -> String {
        let short = |name: &String| match name.strip_prefix(PREFIX) {
            Some(own) => own.trim_start_matches('/').to_string(),
            None => name.clone(),
        };
        let outside = self
            .path
            .active
            .iter()
            .map(|name| format!("outside {}", short(name)));
        let within = self
            .path
            .mute
            .iter()
            .map(|name| format!("in {}", short(name)));
        let all: Vec<String> = outside.chain(within).collect();
        match all.is_empty() {
            true => "never".to_string(),
            false => all.join(", "),
        }
    }
}

const HEAD: [&str; 6] = [
    "slo",
    "tiers",
    "severity",
    "receivers",
    "wait, change, repeat",
    "muted",
];

fn table(rows: &[Row]) -> String {
    let lines: Vec<[String; 6]> = rows
        .iter()
        .map(|row| row.cells().map(|cell| printable(&cell)))
        .collect();
    let width = |column: usize| {
        let cells = lines.iter().map(|line| line[column].chars().count());
        cells.chain([HEAD[column].len()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..HEAD.len()).map(width).collect();
    let mut text = String::new();
    let mut line = |cells: [&str; 6]| {
        let padded = cells
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"));
        let joined = padded.collect::<Vec<_>>().join("  ");
        text.push_str(joined.trim_end());
        text.push('\n');
    };
    line(HEAD);
    for cells in &lines {
        line([0, 1, 2, 3, 4, 5].map(|at| cells[at].as_str()));
    }
    text
}

fn tool(rows: &[Row]) -> Value {
    let row = |row: &Row| {
        let (slo, severity, group) = &row.subject;
        let group: serde_json::Map<String, Value> = group
            .iter()
            .map(|(label, value)| (label.clone(), Value::from(value.as_str())))
            .collect();
        let path = &row.path;
        let group_by = match &path.group_by {
            GroupBy::All => vec!["...".to_string()],
            GroupBy::Labels(labels) => labels.clone(),
        };
        json!({
            "slo": slo,
            "tiers": row.tiers,
            "severity": severity,
            "group": group,
            "receiver": path.receiver,
            "members": row.members,
            "group_by": group_by,
            "group_wait": path.group_wait.to_string(),
            "group_interval": path.group_interval.to_string(),
            "repeat_interval": path.repeat_interval.to_string(),
            "active": path.active,
            "mute": path.mute,
        })
    };
    json!({"version": JSON_VERSION, "routes": rows.iter().map(row).collect::<Vec<_>>()})
}
