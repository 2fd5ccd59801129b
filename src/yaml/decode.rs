//! From the bytes of a file to text.

use crate::base::{SourceId, Span};
use crate::diagnostics::{Finding, code};

/// Bytes that are no UTF-8.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Garbled {
    /// The text to show, with `U+FFFD` for what is none.
    pub text: String,
    offset: usize,
    line: usize,
    byte: u8,
}

/// The text of a file. A byte-order mark stays: the reader skips it.
///
/// # Errors
///
/// When the bytes are no UTF-8.
pub fn decode(bytes: Vec<u8>) -> Result<String, Garbled> {
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        Garbled {
            text: String::from_utf8_lossy(bytes).into_owned(),
            offset,
            line: 1 + bytes[..offset]
                .iter()
                .filter(|byte| **byte == b'\n')
                .count(),
            byte: bytes[offset],
        }
    })
}

impl Garbled {
    /// What to tell the user, when `self.text` has become the source `source`.
    pub fn finding(&self, source: SourceId) -> Finding {
        // Up to the first fault the text to show and the file are the same bytes.
        let end = self.offset + char::REPLACEMENT_CHARACTER.len_utf8();
        let title = format!(
            "the file is not UTF-8: byte 0x{:02x} at offset {} (line {})",
            self.byte, self.offset, self.line
        );
        let finding = Finding::new(code::SP001, Span::new(source, self.offset, end), title)
            .label("cannot be read from here on");
        if self.offset == 0 && matches!(self.byte, 0xfe | 0xff) {
            finding.help("the file looks like UTF-16: save it as UTF-8")
        } else {
            finding.help("save the file as UTF-8")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_comes_out_as_it_went_in() {
        let text = "a: é\r\n";
        assert_eq!(decode(text.as_bytes().to_vec()).as_deref(), Ok(text));
    }

    #[test]
    fn a_byte_that_is_no_text_is_named_and_shown() {
        let garbled = decode(b"a: 1\nb: \xe9\nc: \xff".to_vec()).unwrap_err();
        let finding = garbled.finding(SourceId(3));
        assert_eq!(
            finding.title,
            "the file is not UTF-8: byte 0xe9 at offset 8 (line 2)"
        );
        let span = finding.primary.span;
        assert_eq!(
            &garbled.text[span.start as usize..span.end as usize],
            "\u{fffd}"
        );
    }

    #[test]
    fn utf_16_is_recognised() {
        let garbled = decode(b"\xff\xfea\0".to_vec()).unwrap_err();
        let help = &garbled.finding(SourceId(0)).help;
        assert_eq!(help, &["the file looks like UTF-16: save it as UTF-8"]);
    }
}
