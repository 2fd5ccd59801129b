//! `validate`: every fault of everything, in one run.

use super::changed::{Changed, changed_since, refused};
use super::compile::{Compiled, compile};
use super::fix::{FixError, fix};
use super::links::{self, LinkArguments};
use super::report::{count, failed, to_stderr};
use super::reports::{self, Found};
use super::server::ServerArguments;
use super::{Exit, Io, drift, online};
use crate::diagnostics::{Finding, Level};
use crate::lint::online::{Online, Unchecked};
use crate::lint::{Looked, Suppressed};
use crate::model::Slo;
use crate::report::Request;
use crate::source::{Links, Source};

/// Arguments of `validate`.
#[derive(clap::Args)]
#[command(group = clap::ArgGroup::new("asked").args(["prometheus", "check_links"]).multiple(true))]
pub(super) struct Arguments {
    /// SLO files, folders or globs; `-` is stdin. Without any: what the workspace names
    paths: Vec<String>,
    /// Only what concerns SLOs whose meaning changed since this revision of git
    #[arg(long, value_name = "REF", allow_hyphen_values = true)]
    changed_since: Option<String>,
    /// Make the changes that are certain, in files of the workspace
    #[arg(long)]
    fix: bool,
    /// Show these changes and write nothing; exit 1 where there are any
    #[arg(long, conflicts_with = "format")]
    diff: bool,
    /// FORMAT or FORMAT=FILE, several times: human, concise, json, github, sarif, gitlab, junit, checkstyle, rdjson
    #[arg(long, value_name = "FORMAT[=FILE]")]
    format: Vec<Request>,
    #[command(flatten)]
    server: ServerArguments,
    #[command(flatten)]
    links: LinkArguments,
    /// What to do where the server or a link does not say: exit 3, or go on
    #[arg(
        long,
        value_name = "HOW",
        default_value = "required",
        requires = "asked"
    )]
    online: Answers,
    /// The level from which on findings fail the run
    #[arg(long, value_name = "LEVEL", default_value = "error")]
    fail_on: Threshold,
    /// The level from which on findings are shown
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    min_level: Threshold,
}

/// Whether answers are needed.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Answers {
    /// Exit 3 where something could not be checked
    Required,
    /// Say what could not be checked, and go on
    BestEffort,
}

/// A level on the command line.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
enum Threshold {
    /// Everything
    Info,
    /// Warnings and errors
    Warning,
    /// Errors alone
    Error,
}

impl Threshold {
    fn level(self) -> Level {
        match self {
            Threshold::Info => Level::Info,
            Threshold::Warning => Level::Warning,
            Threshold::Error => Level::Error,
        }
    }
}

/// Findings are the result, so they go to stdout.
pub(super) fn run(arguments: &Arguments, io: &mut Io<'_>) -> Exit {
    if arguments.min_level > arguments.fail_on {
        return failed(
            &"`--min-level` above `--fail-on` would fail without saying why",
            io,
        );
    }
    if arguments.fix || arguments.diff {
        match fixed(arguments, io) {
            Ok(None) => {}
            Ok(Some(exit)) => return exit,
            Err(error) => return failed(&error, io),
        }
    }
    report(arguments, io)
}

/// Makes or shows what is certain; an exit where that is all that was asked for.
fn fixed(arguments: &Arguments, io: &mut Io<'_>) -> Result<Option<Exit>, FixError> {
    let fix = fix(&arguments.paths, io)?;
    let (faults, files) = (
        count(fix.made, "finding"),
        count(fix.rewrites.len(), "file"),
    );
    if arguments.diff {
        for file in &fix.rewrites {
            let _ = write!(io.stdout, "{}", file.diff());
        }
        if !fix.rewrites.is_empty() {
            let _ = writeln!(
                io.stderr,
                "{faults} in {files} can be fixed: run `burnwatch validate --fix`"
            );
        }
    }
    if arguments.fix {
        fix.write()?;
        let _ = writeln!(io.stderr, "fixed {faults} in {files}");
        return Ok(None);
    }
    if !fix.rewrites.is_empty() {
        return Ok(Some(Exit::Findings));
    }
    // Stdout is for differences.
    to_stderr(&fix.findings, &fix.compiled.sources, io);
    let fails = |finding: &Finding| finding.level >= arguments.fail_on.level();
    Ok(Some(match fix.findings.iter().any(fails) {
        true => Exit::Findings,
        false => Exit::Clean,
    }))
}

fn report(arguments: &Arguments, io: &mut Io<'_>) -> Exit {
    let requests = match Request::all(arguments.format.clone()) {
        Ok(requests) => requests,
        Err(error) => return failed(&error, io),
    };
    let mut server = match arguments.server.source_of_flags(io) {
        Ok(server) => server,
        Err(error) => return failed(&error, io),
    };
    let mut web = match arguments.links.open() {
        Ok(web) => web,
        Err(error) => return failed(&error, io),
    };
    let mut compiled = match compile(&arguments.paths, io) {
        Ok(compiled) => compiled,
        Err(error) => return failed(&error, io),
    };
    let changed = match &arguments.changed_since {
        None => None,
        Some(reference) => match changed_since(reference, &arguments.paths, &compiled, io) {
            Ok(changed) => Some(changed),
            Err(error) => return refused(&error, io),
        },
    };
    let (mut online, looked) = look(&compiled, changed.as_ref(), server.as_mut(), web.as_mut());
    compiled.found.append(&mut online.findings);
    if arguments.paths.is_empty()
        && let Err(error) = drift::find(&mut compiled, io.today)
    {
        return failed(&error, io);
    }
    let mut settled = compiled.settle(io.today, looked);
    if let Some(changed) = &changed {
        settled.findings.retain(|finding| changed.concerns(finding));
        let concerns = |suppressed: &Suppressed| changed.concerns(&suppressed.finding);
        settled.suppressed.retain(concerns);
        for line in changed.lines() {
            let _ = writeln!(io.stderr, "{line}");
        }
    }
    let shown = |finding: &Finding| finding.level >= arguments.min_level.level();
    settled.findings.retain(shown);
    let fails = |finding: &Finding| finding.level >= arguments.fail_on.level();
    let failing = settled.findings.iter().any(fails);
    let found = Found {
        findings: settled.findings,
        suppressed: settled.suppressed,
        unchecked: online.unchecked.iter().map(Unchecked::text).collect(),
    };
    if let Err(error) = reports::write(found, &compiled, &requests, io) {
        return failed(&error, io);
    }
    if failing {
        return Exit::Findings;
    }
    if !online.is_complete() && arguments.online == Answers::Required {
        let _ = writeln!(io.stderr, "not everything could be checked");
        return Exit::Unchecked;
    }
    let (slos, files) = (
        count(compiled.slos.len(), "SLO"),
        count(compiled.names.len(), "file"),
    );
    let level = match arguments.fail_on {
        Threshold::Info => "findings",
        Threshold::Warning => "errors or warnings",
        Threshold::Error => "errors",
    };
    let _ = writeln!(io.stderr, "{slos} in {files}: no {level}");
    Exit::Clean
}

/// What a server and the links say of what is concerned, if they are asked.
fn look(
    compiled: &Compiled,
    changed: Option<&Changed>,
    server: Option<&mut Source>,
    web: Option<&mut Links>,
) -> (Online, Looked) {
    let concerned = |slo: &Slo| changed.is_none_or(|changed| changed.changes.touches(&slo.id));
    let of_server = server.map(|server| online::check(compiled, concerned, server));
    let of_links = web.map(|web| links::check(compiled, concerned, web));
    let looked = Looked {
        at_server: of_server.is_some(),
        at_links: of_links.as_ref().is_some_and(Online::is_complete) && changed.is_none(),
    };
    let mut online = Online::default();
    let parts = of_server.into_iter().chain(of_links);
    parts.for_each(|part| online.append(part));
    (online, looked)
}
