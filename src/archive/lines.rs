//! The lines of a file, each bounded and text.

use super::LINE_MAX_BYTES;
use super::fault::Faults;

/// The byte order mark that some programs put before text.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// The lines that are no fault, with their numbers from 1 on and without what ends them.
pub(super) fn lines(bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let bytes = bytes.strip_prefix(MARK).unwrap_or(bytes);
    let lines = bytes.split(|byte| *byte == b'\n');
    let lines = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    lines.enumerate().map(|(at, line)| (at + 1, line))
}

/// A line as text; a fault where it is too long or none.
pub(super) fn text<'b>(number: usize, line: &'b [u8], faults: &mut Faults) -> Option<&'b str> {
    if line.len() > LINE_MAX_BYTES {
        faults.add(
            number,
            format!("the line is longer than {LINE_MAX_BYTES} bytes"),
        );
        return None;
    }
    match std::str::from_utf8(line) {
        Ok(text) => Some(text),
        Err(error) => {
            let at = error.valid_up_to() + 1;
            faults.add(number, format!("byte {at} is not UTF-8"));
            None
        }
    }
}

/// A count: a number that is finite and not below zero.
pub(super) fn count(text: &str) -> Option<f64> {
    let begins = text.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    let number: f64 = text.parse().ok().filter(|_| begins)?;
    number.is_finite().then_some(number)
}
