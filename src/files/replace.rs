//! A file with another text, whole or not at all.
//!
//! Which file that may be, and how sure its text must be, is the caller's.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Puts `text` in the place of what is at `path`: it is written to `beside`, in the same folder, and moved from there, so that
/// no reader ever sees half of it. `finish` has the new file before it is moved.
///
/// # Errors
///
/// Where it cannot be written, finished or moved; nothing is left beside then.
pub(super) fn replace(
    path: &Path,
    beside: &Path,
    text: &str,
    finish: impl FnOnce(&File) -> io::Result<()>,
) -> io::Result<()> {
    // Never through a link that somebody put there: an old one is removed, and the new file must be new.
    let _ = fs::remove_file(beside);
    let file = OpenOptions::new().write(true).create_new(true).open(beside);
    let written = file.and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        finish(&file)
    });
    written
        .and_then(|()| fs::rename(beside, path))
        .inspect_err(|_| {
            let _ = fs::remove_file(beside);
        })
}
