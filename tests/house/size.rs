//! Files stay small enough to be read at once.

use super::layers::files;

/// Most lines of a file, its tests apart.
const LINES_MAX: usize = 500;

#[test]
fn no_file_is_too_long_to_read() {
    let long: Vec<String> = files()
        .iter()
        .map(|(name, _, code)| (name, code.lines().count()))
        .filter(|(_, lines)| *lines > LINES_MAX)
        .map(|(name, lines)| format!("{name}: {lines} lines"))
        .collect();
    assert!(long.is_empty(), "\n{}", long.join("\n"));
}
