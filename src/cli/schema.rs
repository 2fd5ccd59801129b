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

#[derive(Clone, Copy, clap::ValueEnum)]
enum File {
    /// SLO files
    Slo,
    /// The workspace file, `burnwatch.yaml`
    Workspace,
}

pub(super) fn run(arguments: &Arguments, io: &mut Io<'_>) -> Exit {
    let schema = match arguments.file {
        File::Slo => schema(&SLO_FILE, "burnwatch SLO file", &SLOTS),
        File::Workspace => schema(&WORKSPACE_FILE, "burnwatch workspace", &SLOTS),
    };
    let _ = writeln!(io.stdout, "{schema:#}");
    Exit::Clean
}
