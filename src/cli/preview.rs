//! `preview`: what a branch changes and what would have paged, as one comment.

use std::collections::{BTreeMap, BTreeSet};

use super::changed::{COMMIT_CHARS, ChangedError, refused, resolve_base};
use super::compile::{Compiled, compile_what_is_there};
use super::moment::Moment;
use super::report::{failed, printable, shown};
use super::server::ServerArguments;
use super::validate::Answers;
use super::{Exit, Io, drift};
use crate::base::{Duration, Name, SourceId};
use crate::diagnostics::code::{CODES, SP001};
use crate::diagnostics::{Colour, Finding, Level, Sources};
use crate::files;
use crate::files::git::Revision;
use crate::lint::Looked;
use crate::model::Slo;
use crate::plan::Settings;
use crate::preview::{
    Base, Check, Checks, Comparison, Row, Stage, State, comment, json, moved, pairs, simulate,
};
use crate::replay::Span;
use crate::report::ReportedSlo;
use crate::source::Source;
use crate::spec::workspace_file::FILE_NAME;

/// Findings that the comment shows.
const CHECKS_SHOWN_MAX: usize = 5;
/// The longest time that is simulated.
const FROM_MAX: Duration = Duration::days(366);

/// Arguments of `preview`.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The revision of git that the branch will be merged into, such as `origin/main`
    #[arg(long, value_name = "REF", allow_hyphen_values = true)]
    base: String,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "markdown")]
    format: Format,
    /// Write it to this file; without it to stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<String>,
    /// Tell the comment of this workspace from those of others in the same repository
    #[arg(long, value_name = "NAME", value_parser = name)]
    name: Option<Name>,
    /// Exit with 1 where an SLO changes in meaning
    #[arg(long)]
    exit_code: bool,
    #[command(flatten)]
    server: ServerArguments,
    /// What to do where the server does not answer: exit 3, or go on
    #[arg(long, value_name = "HOW", default_value = "required")]
    online: Answers,
    /// How far back to simulate, where a server is named
    #[arg(long, value_name = "DURATION", default_value = "30d", value_parser = from)]
    from: Duration,
    /// Until when: so long ago, or a time in UTC, such as `2026-11-20`. Without it: now
    #[arg(long, value_name = "WHEN")]
    at: Option<Moment>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    /// A comment
    Markdown,
    /// One object, for tools
    Json,
}

fn name(text: &str) -> Result<Name, String> {
    let error = "a name has letters, digits, `-`, `_` and `.`, and begins and ends with one of the first two";
    text.parse().map_err(|_| error.to_string())
}

fn from(text: &str) -> Result<Duration, String> {
    let from: Duration = text.parse().map_err(|error| format!("{error}"))?;
    match from <= FROM_MAX {
        true => Ok(from),
        false => Err(format!("at most {FROM_MAX} are simulated")),
    }
}

/// Which time is simulated, where a server is named.
fn span(arguments: &Arguments, now_ms: i64) -> Result<Span, &'static str> {
    let to_ms = arguments.at.map_or(now_ms, |at| at.at_ms(now_ms));
    if to_ms > now_ms {
        return Err("`--at` lies in the future");
    }
    let from_ms = Moment::Back(arguments.from).at_ms(to_ms);
    if from_ms < 0 {
        return Err("`--from` lies before 1970");
    }
    Ok(Span { from_ms, to_ms })
}

pub(super) fn run(arguments: &Arguments, io: &mut Io<'_>) -> Exit {
    let mut server = match arguments.server.source(io) {
        Ok(server) => server,
        Err(error) => return failed(&error, io),
    };
    let span = match span(arguments, io.now_ms) {
        Ok(span) => span,
        Err(error) => return failed(&error, io),
    };
    let asked = server.as_mut().map(|server| (server, span));
    let compared = match compared(arguments, asked, io) {
        Ok(compared) => compared,
        Err(error) => return refused(&error, io),
    };
    let name = arguments.name.as_ref();
    let text = match arguments.format {
        Format::Markdown => comment(&compared, name),
        Format::Json => format!("{:#}\n", json(&compared, name)),
    };
    match &arguments.output {
        None => drop(io.stdout.write_all(text.as_bytes())),
        Some(file) => {
            if let Err(error) = files::report::write(&io.folder, file, &text) {
                return failed(&error, io);
            }
        }
    }
    if !compared.is_complete() && arguments.online == Answers::Required {
        let _ = writeln!(io.stderr, "not everything could be simulated");
        return Exit::Unchecked;
    }
    match arguments.exit_code && compared.is_changed() {
        true => Exit::Findings,
        false => Exit::Clean,
    }
}

fn compared(
    arguments: &Arguments,
    asked: Option<(&mut Source, Span)>,
    io: &mut Io<'_>,
) -> Result<Comparison, ChangedError> {
    let (mut compiled, unmatched) = compile_what_is_there(io)?;
    let faults = Faults::of(&compiled.found);
    let root = compiled.root.clone();
    let revision = Revision::common(&root, &arguments.base)?;
    let (base, left_out) = resolve_base(&revision, &[], &compiled, io)?;
    if let Some(error) = unmatched {
        // A branch may remove its last SLO file; where there was none before either, it is the wrong folder.
        if compiled.names.is_empty() && base.names.is_empty() && left_out == 0 {
            return Err(error.into());
        }
        let _ = writeln!(io.stderr, "note: {}", printable(&error.to_string()));
    }
    let checks = checks(&mut compiled, io)?;
    let old_faults = Faults::of(&base.findings);
    let unread = old_faults.faulty.len() + left_out;
    let old = old_faults.state(Read {
        slos: &base.slos,
        settings: &base.settings,
        sources: &base.sources,
        names: &base.names,
        reported: &base.reported,
    });
    let new = faults.state(Read {
        slos: &compiled.slos,
        settings: &compiled.settings,
        sources: &compiled.sources,
        names: &compiled.names,
        reported: &compiled.reported,
    });
    let pairs = pairs(&old, &new);
    let touched = pairs.iter().filter(|pair| pair.new.is_some()).count();
    let row = |pair| Row::of(pair, &base.settings, &compiled.settings);
    let mut comparison = Comparison {
        base: Base {
            reference: arguments.base.clone(),
            commit: revision.commit.chars().take(COMMIT_CHARS).collect(),
            unread,
        },
        unread: faults.faulty.len(),
        rows: pairs.iter().map(row).collect(),
        unchanged: compiled.slos.len() - touched,
        moved: moved(&old, &new),
        checks,
        span: None,
    };
    comparison.sort();
    if let Some((server, span)) = asked
        && comparison.is_changed()
    {
        let stage = Stage {
            base: &base.settings,
            head: &compiled.settings,
            span,
        };
        let is_terminal = io.stderr_colour == Colour::Styled;
        simulate(&mut comparison, &pairs, stage, server, &mut |done, all| {
            if is_terminal {
                let _ = writeln!(io.stderr, "simulating SLO {} of {all}", done + 1);
            }
        });
    }
    Ok(comparison)
}

/// What was read of one state.
struct Read<'a> {
    slos: &'a [Slo],
    settings: &'a Settings,
    sources: &'a Sources,
    names: &'a BTreeSet<String>,
    reported: &'a [ReportedSlo],
}

/// Which texts have errors.
struct Faults {
    garbled: BTreeSet<SourceId>,
    faulty: BTreeSet<SourceId>,
}

impl Faults {
    fn of(findings: &[Finding]) -> Faults {
        // What only a check says keeps nothing from being understood.
        let hides =
            |finding: &&Finding| finding.level == Level::Error && CODES.contains(&finding.code);
        let errors = findings.iter().filter(hides);
        let source = |finding: &Finding| finding.primary.span.source;
        Faults {
            garbled: errors
                .clone()
                .filter(|finding| finding.code == SP001)
                .map(source)
                .collect(),
            faulty: errors.map(source).collect(),
        }
    }

    fn state<'a>(&self, read: Read<'a>) -> State<'a> {
        let name = |id: SourceId| read.sources.get(id).name.clone();
        let file = |slo: &Slo| (slo.id.clone(), name(slo.places.node.source));
        let mut written: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for slo in read.reported {
            let ids = written.entry(name(slo.span.source)).or_default();
            ids.insert(slo.id.clone());
        }
        State {
            slos: read.slos,
            settings: read.settings,
            files: read.slos.iter().map(file).collect(),
            read: read.names.clone(),
            written,
            garbled: self.garbled.iter().map(|id| name(*id)).collect(),
            faulty: self.faulty.iter().map(|id| name(*id)).collect(),
            workspace: FILE_NAME,
        }
    }
}

/// What `validate` says of the branch.
fn checks(compiled: &mut Compiled, io: &Io<'_>) -> Result<Checks, ChangedError> {
    drift::find(compiled, io.today)?;
    let settled = compiled.settle(io.today, Looked::OFFLINE);
    let mut findings = shown(&settled.findings, &compiled.sources);
    findings.retain(|finding| finding.level > Level::Info);
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    let count = |level| findings.iter().filter(|f| f.level == level).count();
    let first = findings.iter().take(CHECKS_SHOWN_MAX).map(|finding| {
        let span = finding.primary.span;
        let (line, column) = compiled.sources.line_column(span);
        Check {
            place: format!("{}:{line}:{column}", compiled.sources.get(span.source).name),
            level: finding.level.to_string(),
            code: finding.code.id,
            title: finding.title.clone(),
        }
    });
    Ok(Checks {
        errors: count(Level::Error),
        warnings: count(Level::Warning),
        first: first.collect(),
    })
}
