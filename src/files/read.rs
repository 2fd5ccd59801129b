//! Texts of files, each bounded before it is taken into memory.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::FilesError;
use crate::yaml::limits::FILE_MAX_BYTES;

/// The bytes of a file; one more than a YAML file may have where it is larger, so that the reader says so.
pub fn bytes(path: &Path) -> Result<Vec<u8>, FilesError> {
    let file = File::open(path).map_err(|error| FilesError::io("open", path, error))?;
    let size = file
        .metadata()
        .map_err(|error| FilesError::io("open", path, error))?;
    bounded(file, size.len()).map_err(|error| FilesError::io("read", path, error))
}

/// The bytes of a file, one more than `bytes_max` where it is larger.
pub fn at_most(path: &Path, bytes_max: usize) -> Result<Vec<u8>, FilesError> {
    let failed = |error| FilesError::io("read", path, error);
    let file = File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    file.take(bytes_max as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    Ok(bytes)
}

/// Bytes as text; where they are not UTF-8, at which byte, and what can be shown of them.
pub fn shown_as_text(bytes: Vec<u8>) -> (String, Option<usize>) {
    match String::from_utf8(bytes) {
        Ok(text) => (text, None),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            (text, Some(at))
        }
    }
}

/// The bytes of a stream, bounded in the same way.
pub fn stream(stream: impl Read) -> Result<Vec<u8>, FilesError> {
    bounded(stream, 0).map_err(|error| FilesError::io("read", "<stdin>", error))
}

fn bounded(stream: impl Read, expected: u64) -> io::Result<Vec<u8>> {
    let limit = FILE_MAX_BYTES as u64 + 1;
    let mut bytes = Vec::with_capacity(expected.min(limit) as usize + 1);
    stream.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}
