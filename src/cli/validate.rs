//! `validate`: every fault of everything, in one run.

use super::changed::{changed_since, refused};
use super::compile::compile;
use super::fix::{FixError, fix};
use super::report::{count, failed, has_errors, to_stderr, to_stdout};
use super::{Exit, Io};

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
}

/// Findings are the result, so they go to stdout.
pub(super) fn run(arguments: &Arguments, io: &mut Io<'_>) -> Exit {
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
    let clean = fix.rewrites.is_empty() && !has_errors(&fix.compiled.findings);
    if fix.rewrites.is_empty() {
        to_stderr(&fix.compiled.findings, &fix.compiled.sources, io);
    }
    Ok(Some(match clean {
        true => Exit::Clean,
        false => Exit::Findings,
    }))
}

fn report(arguments: &Arguments, io: &mut Io<'_>) -> Exit {
    let mut compiled = match compile(&arguments.paths, io) {
        Ok(compiled) => compiled,
        Err(error) => return failed(&error, io),
    };
    if let Some(reference) = &arguments.changed_since {
        match changed_since(reference, &arguments.paths, &compiled, io) {
            Ok(changed) => {
                compiled
                    .findings
                    .retain(|finding| changed.concerns(finding));
                for line in changed.lines() {
                    let _ = writeln!(io.stderr, "{line}");
                }
            }
            Err(error) => return refused(&error, io),
        }
    }
    to_stdout(&compiled.findings, &compiled.sources, io);
    if has_errors(&compiled.findings) {
        return Exit::Findings;
    }
    let (slos, files) = (
        count(compiled.slos.len(), "SLO"),
        count(compiled.names.len(), "file"),
    );
    let _ = writeln!(io.stderr, "{slos} in {files}: no errors");
    Exit::Clean
}
