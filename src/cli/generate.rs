//! `generate`: from SLO files to a tree of generated files.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::compile::{Compiled, Extent, compile};
use super::report::{count, failed, has_errors, printable, to_stderr};
use super::routing::Routed;
use super::{Exit, Io, diff, runbooks};
use crate::base::Name;
use crate::clock::Watch;
use crate::diagnostics::code::SP017;
use crate::diagnostics::{Finding, Findings, masked};
use crate::emit::{self, Artifact, Format};
use crate::files::find::stays;
use crate::files::manifest::Made;
use crate::files::output::{self, Change, Scope, Step};
use crate::files::{FilesError, side_by_side};
use crate::lint::Looked;
use crate::lint::checks::INLINE_SECRET;
use crate::model::Slo;
use crate::model::slo::WindowMode;
use crate::spec::workspace_file::FILE_NAME;

/// Arguments of `generate`.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// SLO files, folders or globs; `-` is stdin. Without any: what the workspace names
    paths: Vec<String>,
    /// Write below this folder; `-` prints the rules
    #[arg(short, long, value_name = "DIR")]
    output: Option<String>,
    /// Write nothing; exit 1 where the folder differs
    #[arg(long)]
    check: bool,
    /// Only these outputs
    #[arg(long, value_delimiter = ',', value_name = "OUTPUT")]
    only: Vec<OnlyFormat>,
    /// What the rules are for
    #[arg(long, default_value = "prometheus")]
    target: Target,
    /// How windows beyond an hour are computed
    #[arg(long, default_value = "recorded")]
    windows: Windows,
    /// Take a base file with secrets in it, which are then in the generated file too
    #[arg(long)]
    allow_inline_secrets: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum OnlyFormat {
    Rules,
    Tests,
    Routes,
    Runbooks,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Target {
    /// Rule files
    Prometheus,
    /// A `PrometheusRule` for each service
    Operator,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Windows {
    /// From recorded series
    Recorded,
    /// From the raw series, each time
    Raw,
}

pub(super) fn run(arguments: &Arguments, io: &mut Io<'_>) -> Exit {
    let watch = Watch::start();
    let mut compiled = match compile(&arguments.paths, io) {
        Ok(compiled) => compiled,
        Err(error) => return failed(&error, io),
    };
    refuse_calendars(&compiled.slos, &mut compiled.found);
    if arguments.allow_inline_secrets {
        compiled
            .found
            .retain(|finding| finding.code != INLINE_SECRET);
    }
    let settled = compiled.settle(io.today, Looked::OFFLINE);
    to_stderr(&settled.findings, &compiled.sources, io);
    if has_errors(&settled.findings) {
        return Exit::Findings;
    }
    if arguments.output.as_deref() == Some("-") {
        return print(arguments, &compiled, io);
    }
    match write(arguments, &compiled, &watch, io) {
        Ok(exit) => exit,
        Err(error) => failed(&error, io),
    }
}

/// Rules look back over a fixed time and cannot begin anew with a month.
fn refuse_calendars(slos: &[Slo], findings: &mut Findings) {
    for slo in slos {
        if let Some(calendar) = &slo.calendar {
            findings.push(
                Finding::new(
                    SP017,
                    calendar.span,
                    format!("rules cannot follow the calendar `{}`", calendar.unit),
                )
                .label("a recorded window looks back over a fixed time")
                .help("write a duration such as `period: 30d`"),
            );
        }
    }
}

fn print(arguments: &Arguments, compiled: &Compiled, io: &mut Io<'_>) -> Exit {
    if arguments.check {
        return failed(&"`--check` compares a folder, and `-o -` names none", io);
    }
    let text = emit::service::rules_of(compiled.slos.iter(), &compiled.settings, mode(arguments));
    let _ = io.stdout.write_all(text.as_bytes());
    Exit::Clean
}

fn mode(arguments: &Arguments) -> WindowMode {
    match arguments.windows {
        Windows::Recorded => WindowMode::Recorded,
        Windows::Raw => WindowMode::Raw,
    }
}

fn formats(arguments: &Arguments) -> Vec<Format> {
    let asked = |format: &Format| {
        arguments.only.iter().any(|only| match only {
            OnlyFormat::Rules => *format == Format::Rules,
            OnlyFormat::Tests => *format == Format::Tests,
            OnlyFormat::Routes => *format == Format::Routes,
            OnlyFormat::Runbooks => *format == Format::Runbooks,
        })
    };
    Format::ALL
        .iter()
        .copied()
        .filter(|format| arguments.only.is_empty() || asked(format))
        .collect()
}

/// Services with their SLOs, in order.
fn services(slos: &[Slo]) -> Vec<(&Name, &[Slo])> {
    slos.chunk_by(|a, b| a.id.service == b.id.service)
        .map(|slos| (&slos[0].id.service, slos))
        .collect()
}

fn write(
    arguments: &Arguments,
    compiled: &Compiled,
    watch: &Watch,
    io: &mut Io<'_>,
) -> Result<Exit, FilesError> {
    let folder = folder(arguments, compiled, io)?;
    let how = How {
        formats: formats(arguments),
        mode: mode(arguments),
        target: match arguments.target {
            Target::Prometheus => emit::service::Target::Prometheus,
            Target::Operator => emit::service::Target::Operator,
        },
    };
    let Compared {
        steps,
        totals,
        files,
    } = compare(compiled, &folder, &how)?;
    let shown = shown(&folder, io);
    if arguments.check {
        return Ok(check(&steps, &shown, io));
    }
    output::apply(&folder, &steps)?;
    let tests = match totals.tests {
        0 => String::new(),
        tests => format!(" and {}", count(tests, "unit test")),
    };
    let _ = writeln!(
        io.stdout,
        "{}: {} ({}){tests} in {} below {shown}\n{} in {} ms",
        count(compiled.slos.len(), "SLO"),
        count(totals.rules, "rule"),
        count(totals.alerts, "alert"),
        count(files, "file"),
        changes(&steps),
        watch.elapsed().as_millis(),
    );
    Ok(Exit::Clean)
}

/// How files are generated.
pub(super) struct How {
    /// Which of them.
    pub formats: Vec<Format>,
    /// How windows beyond an hour are computed.
    pub mode: WindowMode,
    /// What the rules are for.
    pub target: emit::service::Target,
}

impl How {
    /// What is generated by these words of the command line, if they are its words.
    pub fn of(made: &Made, formats: Vec<Format>) -> Option<How> {
        Some(How {
            formats,
            mode: match &*made.windows {
                "recorded" => WindowMode::Recorded,
                "raw" => WindowMode::Raw,
                _ => return None,
            },
            target: match &*made.target {
                "prometheus" => emit::service::Target::Prometheus,
                "operator" => emit::service::Target::Operator,
                _ => return None,
            },
        })
    }

    fn made(&self) -> Made {
        Made {
            target: match self.target {
                emit::service::Target::Prometheus => "prometheus".to_string(),
                emit::service::Target::Operator => "operator".to_string(),
            },
            windows: match self.mode {
                WindowMode::Recorded => "recorded".to_string(),
                WindowMode::Raw => "raw".to_string(),
            },
        }
    }
}

/// What is generated, held against a folder.
pub(super) struct Compared {
    /// What must happen in the folder.
    pub steps: Vec<Step>,
    totals: emit::service::Counts,
    files: usize,
}

/// Generates everything in memory and holds it against `folder`.
pub(super) fn compare(
    compiled: &Compiled,
    folder: &Path,
    how: &How,
) -> Result<Compared, FilesError> {
    let scripts = emit::promtool::Scripts::default();
    let request = emit::service::Request {
        settings: &compiled.settings,
        formats: &how.formats,
        mode: how.mode,
        target: how.target,
        scripts: &scripts,
    };
    let services = services(&compiled.slos);
    let made = side_by_side(services.len(), |at| {
        let (service, slos) = services[at];
        let sources: BTreeSet<String> = slos
            .iter()
            .map(|slo| compiled.sources.get(slo.places.name.source).name.clone())
            .collect();
        emit::service::artifacts(service, slos, &sources, &request)
    });
    let mut totals = emit::service::Counts::default();
    let mut artifacts: Vec<Artifact> = Vec::new();
    for (files, counts) in made {
        totals = totals + counts;
        artifacts.extend(files);
    }
    let runbooks = match how.formats.contains(&Format::Runbooks) {
        true => runbooks::artifacts(compiled, how.mode)?,
        false => Vec::new(),
    };
    artifacts.extend(runbooks);
    let mut names = compiled.names.clone();
    if compiled.extent == Extent::Workspace {
        // Routes are those of all teams: they are made where all of the workspace was read.
        names.insert(FILE_NAME.to_string());
        if how.formats.contains(&Format::Routes) {
            artifacts.extend(compiled.routed.iter().flat_map(Routed::artifacts));
        }
    }
    let files = artifacts.len();
    let exists = |source: &str| compiled.root.join(source).exists();
    let scope = Scope {
        sources: &names,
        formats: &how.formats,
        exists: &exists,
        made: &how.made(),
    };
    Ok(Compared {
        steps: output::compare(folder, artifacts, &scope)?,
        totals,
        files,
    })
}

/// The folder to write; one that lies in the workspace stays there, links followed.
fn folder(arguments: &Arguments, compiled: &Compiled, io: &Io<'_>) -> Result<PathBuf, FilesError> {
    let folder = match &arguments.output {
        Some(output) => io.folder.join(output),
        None => compiled.root.join(&compiled.output),
    };
    stays(&folder, &compiled.root)?;
    Ok(folder)
}

fn shown(folder: &Path, io: &Io<'_>) -> String {
    let shown = folder.strip_prefix(&io.folder).unwrap_or(folder);
    printable(&shown.to_string_lossy())
}

/// `2 created, 1 updated, 1 removed`.
fn changes(steps: &[Step]) -> String {
    let kinds = [
        (Change::Create, "created"),
        (Change::Update, "updated"),
        (Change::Remove, "removed"),
        (Change::Keep, "unchanged"),
    ];
    let parts: Vec<String> = kinds
        .iter()
        .filter_map(|(change, word)| {
            let own = |step: &&Step| {
                step.path != crate::files::manifest::FILE_NAME && step.change == *change
            };
            match steps.iter().filter(own).count() {
                0 => None,
                number => Some(format!("{number} {word}")),
            }
        })
        .collect();
    match parts.is_empty() {
        true => "nothing to do".to_string(),
        false => parts.join(", "),
    }
}

/// Most files whose difference is shown.
const SHOWN_MAX: usize = 20;

fn check(steps: &[Step], folder: &str, io: &mut Io<'_>) -> Exit {
    let differing: Vec<&Step> = steps
        .iter()
        .filter(|step| step.change != Change::Keep)
        .collect();
    for step in differing.iter().take(SHOWN_MAX) {
        let word = match step.change {
            Change::Create => "is missing",
            Change::Update | Change::Keep => "differs",
            Change::Remove => "is no longer generated",
        };
        let _ = writeln!(io.stdout, "{folder}/{} {word}", printable(&step.path));
        if let (Change::Update, Some(before), Some(after)) =
            (step.change, &step.before, &step.after)
        {
            let _ = write!(
                io.stdout,
                "{}",
                diff::short(&masked(before), &masked(after))
            );
        }
    }
    if differing.len() > SHOWN_MAX {
        let _ = writeln!(io.stdout, "... and {} more", differing.len() - SHOWN_MAX);
    }
    match differing.is_empty() {
        true => Exit::Clean,
        false => {
            let _ = writeln!(
                io.stderr,
                "{folder} is not up to date: run `burnwatch generate`"
            );
            Exit::Findings
        }
    }
}
