//! `validate`: every fault of everything, in one run.

use super::compile::compile;
use super::report::{count, failed, has_errors, to_stdout};
use super::{Exit, Io};

/// Arguments of `validate`.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// SLO files, folders or globs; `-` is stdin. Without any: what the workspace names
    paths: Vec<String>,
}

/// Findings are the result, so they go to stdout.
pub(super) fn run(arguments: &Arguments, io: &mut Io<'_>) -> Exit {
    let compiled = match compile(&arguments.paths, io) {
        Ok(compiled) => compiled,
        Err(error) => return failed(&error, io),
    };
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
