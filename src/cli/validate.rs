//! `validate`: every fault of everything, in one run.

use super::compile::compile;
use super::report::{count, failed, to_stdout};
use super::{Exit, Io};
use crate::diagnostics::Level;
use crate::lint::{Looked, Settled};

/// Arguments of `validate`.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// SLO files, folders or globs; `-` is stdin. Without any: what the workspace names
    paths: Vec<String>,
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
    let mut compiled = match compile(&arguments.paths, io) {
        Ok(compiled) => compiled,
        Err(error) => return failed(&error, io),
    };
    let Settled { mut findings, .. } = compiled.settle(io.today, Looked::Offline);
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
