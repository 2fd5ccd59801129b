//! `init`: a commented workspace, a first SLO, and the schemas that editors check both against.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;

use super::report::failed;
use super::schema::{self, File};
use super::{Exit, Io};
use crate::files::FilesError;

/// Arguments of `init`.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Where to write; the working folder unless given
    folder: Option<String>,
}

/// What is written: path and text. The first line of each YAML file names its schema, relative to itself.
fn files() -> [(&'static str, String); 5] {
    [
        (
            "burnwatch.yaml",
            include_str!("../../templates/init/burnwatch.yaml").to_string(),
        ),
        (
            "slos/checkout.yaml",
            include_str!("../../templates/init/slos/checkout.yaml").to_string(),
        ),
        (
            "runbooks/checkout.md",
            include_str!("../../templates/init/runbooks/checkout.md").to_string(),
        ),
        (
            ".burnwatch/workspace.schema.json",
            schema::text(File::Workspace),
        ),
        (".burnwatch/slo.schema.json", schema::text(File::Slo)),
    ]
}

pub(super) fn run(arguments: &Arguments, io: &mut Io<'_>) -> Exit {
    let folder = match &arguments.folder {
        Some(folder) => io.folder.join(folder),
        None => io.folder.clone(),
    };
    let files = files();
    let existing: Vec<&str> = files
        .iter()
        .map(|(path, _)| *path)
        .filter(|path| folder.join(path).exists())
        .collect();
    if !existing.is_empty() {
        return failed(
            &format!(
                "`{}` is there already; nothing was written",
                existing.join("`, `")
            ),
            io,
        );
    }
    for (path, text) in &files {
        if let Err(error) = create(&folder.join(path), text) {
            return failed(&error, io);
        }
        let _ = writeln!(io.stdout, "wrote {path}");
    }
    let _ = writeln!(
        io.stdout,
        "next: change slos/checkout.yaml, then run `burnwatch generate`"
    );
    Exit::Clean
}

fn create(path: &Path, text: &str) -> Result<(), FilesError> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(|error| FilesError::io("create", parent, error))?;
    }
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|error| FilesError::io("write", path, error))
}
