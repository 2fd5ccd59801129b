//! `validate`: every fault of everything, in one run.

use super::changed::{changed_since, refused};
use super::compile::compile;
use super::report::{count, failed, has_errors, to_stdout};
use super::{Exit, Io};

/// Arguments of `validate`.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// SLO files, folders or globs; `-` is stdin. Without any: what the workspace names
    paths: Vec<String>,
    /// Only what concerns SLOs whose meaning changed since this revision of git
    #[arg(long, value_name = "REF", allow_hyphen_values = true)]
    changed_since: Option<String>,
}

/// Findings are the result, so they go to stdout.
pub(super) fn run(arguments: &Arguments, io: &mut Io<'_>) -> Exit {
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
