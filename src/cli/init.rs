//! `init`: a commented workspace and a first SLO.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;

use super::report::failed;
use super::{Exit, Io};
use crate::files::FilesError;

/// Arguments of `init`.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Where to write; the working folder unless given
    folder: Option<String>,
}

/// What is written: path and text.
const FILES: [(&str, &str); 3] = [
    (
        "burnwatch.yaml",
        include_str!("../../templates/init/burnwatch.yaml"),
    ),
    (
        "slos/checkout.yaml",
        include_str!("../../templates/init/slos/checkout.yaml"),
    ),
    (
        "runbooks/checkout.md",
        include_str!("../../templates/init/runbooks/checkout.md"),
    ),
];

pub(super) fn run(arguments: &Arguments, io: &mut Io<'_>) -> Exit {
    let folder = match &arguments.folder {
        Some(folder) => io.folder.join(folder),
        None => io.folder.clone(),
    };
    let existing: Vec<&str> = FILES
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
    for (path, text) in FILES {
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
