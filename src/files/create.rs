//! A file that a user is to go on writing.
//!
//! Promise: whole or not at all; below the workspace, links followed; what is there already stays unless told otherwise, even
//! where somebody else writes it at the same time.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use super::FilesError;
use super::find::{inside, stays};
use super::output::write;

/// What to do with a file that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// Leave it.
    Keep,
    /// Write it anew.
    Replace,
}

/// Writes `text` to `path`, which lies below `root`, with the folders that it needs.
///
/// # Errors
///
/// Where the file is there and is to be kept, leads out of `root`, or cannot be written.
pub fn create(path: &Path, root: &Path, text: &str, existing: Existing) -> Result<(), FilesError> {
    stays(path, root)?;
    let parent = path.parent().unwrap_or(root);
    fs::create_dir_all(parent).map_err(|error| FilesError::io("create", parent, error))?;
    inside(parent, root)?;
    if existing == Existing::Replace {
        return write(path, text);
    }
    if path.symlink_metadata().is_ok() {
        return Err(FilesError::Exists(path.to_path_buf()));
    }
    let mut beside = path.as_os_str().to_os_string();
    beside.push(".new");
    let beside = Path::new(&beside);
    write(beside, text)?;
    // A name is given only where nobody has it.
    let named = fs::hard_link(beside, path);
    let _ = fs::remove_file(beside);
    named.map_err(|error: io::Error| match error.kind() {
        ErrorKind::AlreadyExists => FilesError::Exists(path.to_path_buf()),
        _ => FilesError::io("write", path, error),
    })
}
