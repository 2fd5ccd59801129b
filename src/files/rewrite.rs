//! A file that a user wrote, with another text.
//!
//! Promise: whole or not at all; only where the file still says what it said when it was read; never outside of the workspace,
//! links followed. The file keeps its permissions.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::Path;

use super::find::inside;
use super::replace::replace;
use super::{FilesError, read};

/// Replaces the text of the file at `path`, which lies below `root`.
///
/// # Errors
///
/// Where the file has changed meanwhile, is read-only, or leads out of `root`.
pub fn rewrite(path: &Path, root: &Path, before: &str, after: &str) -> Result<(), FilesError> {
    inside(path, root)?;
    let failed = |error: io::Error| FilesError::io("rewrite", path, error);
    // A link stays one: what it leads to is rewritten.
    let real = path.canonicalize().map_err(failed)?;
    let found = read::bytes(&real)?;
    if found == after.as_bytes() {
        return Ok(());
    }
    if found != before.as_bytes() {
        return Err(failed(io::Error::other("it has changed meanwhile")));
    }
    let permissions = fs::metadata(&real).map_err(failed)?.permissions();
    if permissions.readonly() {
        return Err(failed(io::ErrorKind::PermissionDenied.into()));
    }
    let mut name = OsString::from(".");
    name.push(real.file_name().unwrap_or_default());
    name.push(".burnwatch.tmp");
    let finish = |file: &fs::File| {
        file.set_permissions(permissions)?;
        // Nobody can make this text again.
        file.sync_all()
    };
    replace(&real, &real.with_file_name(name), after, finish).map_err(failed)
}
