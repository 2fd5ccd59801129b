//! A report in a file that the command line names.
//!
//! Promise: whole or not at all, and never through a link: a branch may have put one where a report is expected, and CI would
//! write where it leads. A terminal or pipe is written to as it is.

use std::fs;
use std::io::Write;
use std::path::{Component, Path};

use super::FilesError;

/// Writes `text` to `name`, relative to `folder`. Where `name` goes below `folder`, it stays there, links followed.
///
/// # Errors
///
/// Where the file cannot be written, or a folder on the way to it is a link that leads out of `folder`.
pub fn write(folder: &Path, name: &str, text: &str) -> Result<(), FilesError> {
    let path = folder.join(name);
    let failed = |error| FilesError::io("write", &path, error);
    let parent = path.parent().unwrap_or(folder);
    let below = Path::new(name)
        .components()
        .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    if below {
        let (real, root) = (
            parent.canonicalize().map_err(failed)?,
            folder.canonicalize().map_err(failed)?,
        );
        if !real.starts_with(&root) {
            return Err(FilesError::Outside(path, folder.to_path_buf()));
        }
    }
    let stands = path.symlink_metadata().map(|metadata| metadata.file_type());
    if stands.is_ok_and(|kind| !kind.is_file() && !kind.is_symlink() && !kind.is_dir()) {
        let file = fs::OpenOptions::new().write(true).open(&path);
        return file
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .map_err(failed);
    }
    super::output::write(&path, text)
}
