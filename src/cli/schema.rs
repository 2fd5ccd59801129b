//! `schema`: the JSON Schemas, for editors.

use super::{Exit, Io};
use crate::lint::options::SLOTS;
use crate::spec::schema::schema;
use crate::spec::slo_file::SLO_FILE;
use crate::spec::workspace_file::WORKSPACE_FILE;

/// Arguments of `schema`.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Which file it is for
    #[arg(default_value = "slo")]
    file: File,
}

/// A file that has a schema.
#[derive(Clone, Copy, clap::ValueEnum)]
pub(super) enum File {
    /// SLO files
    Slo,
    /// The workspace file, `burnwatch.yaml`
    Workspace,
}

pub(super) fn run(arguments: &Arguments, io: &mut Io<'_>) -> Exit {
    let _ = io.stdout.write_all(text(arguments.file).as_bytes());
    Exit::Clean
}

/// The schema of a file, as it is printed.
pub(super) fn text(file: File) -> String {
    let schema = match file {
        File::Slo => schema(&SLO_FILE, "burnwatch SLO file", &SLOTS),
        File::Workspace => schema(&WORKSPACE_FILE, "burnwatch workspace", &SLOTS),
    };
    format!("{schema:#}\n")
}
