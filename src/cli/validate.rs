//! `validate`: every fault of everything, in one run.

use super::changed::{changed_since, refused};
use super::compile::compile;
use super::fix::{FixError, fix};
use super::report::{count, failed, to_stderr, to_stdout};
use super::{Exit, Io};
use crate::diagnostics::{Finding, Level};
use crate::lint::{Looked, Settled};

/// Arguments of `validate`.
#[derive(clap::Args)]
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
    #[arg(long)]
    diff: bool,
    /// The level from which on findings fail the run
    #[arg(long, value_name = "LEVEL", default_value = "error")]
    fail_on: Threshold,
    /// The level from which on findings are shown
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    min_level: Threshold,
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
    let mut compiled = match compile(&arguments.paths, io) {
        Ok(compiled) => compiled,
        Err(error) => return failed(&error, io),
    };
    let Settled { mut findings, .. } = compiled.settle(io.today, Looked::Offline);
    if let Some(reference) = &arguments.changed_since {
        match changed_since(reference, &arguments.paths, &compiled, io) {
            Ok(changed) => {
                findings.retain(|finding| changed.concerns(finding));
                for line in changed.lines() {
                    let _ = writeln!(io.stderr, "{line}");
                }
            }
            Err(error) => return refused(&error, io),
        }
    }
    findings.retain(|finding| finding.level >= arguments.min_level.level());
    to_stdout(&findings, &compiled.sources, io);
    let fails = |level: Level| level >= arguments.fail_on.level();
    if findings.iter().any(|finding| fails(finding.level)) {
        return Exit::Findings;
    }
    let (slos, files) = (
        count(compiled.slos.len(), "SLO"),
        count(compiled.names.len(), "file"),
    );
    let _ = writeln!(io.stderr, "{slos} in {files}: no errors");
    Exit::Clean
}
