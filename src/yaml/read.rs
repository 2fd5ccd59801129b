//! Text to documents and findings.

use granit_parser::{ErrorKind, Parser};

use crate::base::{SourceId, Span};
use crate::diagnostics::{Finding, Findings, code};

use super::Document;
use super::compose::{Composer, options};
use super::limits::{FILE_MAX_BYTES, Limit};
use super::syntax;

/// The documents of a text that say something, and what is wrong with it. A document with a syntax
/// error is left out; reading goes on with the next one. Never fails.
pub fn read(source: SourceId, text: &str) -> (Vec<Document>, Findings) {
    if text.len() > FILE_MAX_BYTES {
        let start = Span::new(source, 0, 0);
        return (Vec::new(), vec![Limit::FileBytes.finding(start)]);
    }
    if let Some((at, c)) = control_character(text) {
        return (Vec::new(), vec![control_finding(source, at, c)]);
    }
    let mut composer = Composer::new(source, text);
    let mut parser = Parser::new_from_str_with_options(text, options());
    while let Some(next) = parser.next_event() {
        match next {
            Ok((event, place)) => {
                if composer.event(event, place).is_err() {
                    break;
                }
            }
            Err(error) => {
                let finding = syntax::finding(source, text, &error, &composer);
                composer.report.add_always(finding);
                composer.abandon();
                let hopeless = *error.kind() == ErrorKind::RecursionLimitExceeded;
                if hopeless || composer.report.is_full() {
                    break;
                }
                // An error of the recovery itself is a consequence of the first one.
                if !matches!(parser.proceed_next_document(), Ok(true)) {
                    break;
                }
            }
        }
    }
    (composer.documents, composer.report.finish())
}

/// The first control character that YAML forbids, and its place.
fn control_character(text: &str) -> Option<(usize, char)> {
    let bytes = text.as_bytes();
    let at = bytes.iter().enumerate().position(|(at, byte)| match byte {
        b'\t' | b'\n' | b'\r' => false,
        0..0x20 | 0x7f => true,
        // C1 controls except the line break U+0085.
        0xc2 => matches!(bytes[at + 1], 0x80..=0x84 | 0x86..=0x9f),
        _ => false,
    })?;
    text[at..].chars().next().map(|c| (at, c))
}

fn control_finding(source: SourceId, at: usize, c: char) -> Finding {
    let place = Span::new(source, at, at + c.len_utf8());
    let title = format!("control character U+{:04X} in the file", u32::from(c));
    Finding::new(code::SP001, place, title)
        .label("YAML allows no such character")
        .help("remove it, or write it as an escape in double quotes")
}
