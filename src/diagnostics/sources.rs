//! The texts that findings point into, by the number in their spans.

use std::ops::Range;
use std::sync::OnceLock;

use super::masked;
use crate::base::{SourceId, Span};

/// Distance of the places in a text that are counted in advance, in bytes.
const CHECKPOINT_BYTES: usize = 4096;

/// One text that a user wrote and the name to show for it.
#[derive(Clone, Debug)]
pub struct Source {
    /// What to call it: a path as the user would type it, or `<stdin>`.
    pub name: String,
    /// Its text. It may hold secrets: what is shown of it is [`Source::shown`].
    pub text: String,
    secrets: Vec<Span>,
    hidden: OnceLock<Vec<Range<usize>>>,
    shown: OnceLock<String>,
    checkpoints: OnceLock<Vec<Position>>,
}

/// A byte of a text in lines and columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The byte that the line begins with.
    pub line_start: usize,
    /// The column in characters, from 1. A byte-order mark has none.
    pub column: usize,
}

/// All texts of a run.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    all: Vec<Source>,
}

impl Sources {
    /// Takes a text in and gives its number.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> SourceId {
        self.add_with(name, text, Vec::new())
    }

    /// As [`Self::add`], for a text with secrets at known places.
    pub fn add_with(
        &mut self,
        name: impl Into<String>,
        text: impl Into<String>,
        secrets: Vec<Span>,
    ) -> SourceId {
        self.all.push(Source {
            name: name.into(),
            text: text.into(),
            secrets,
            hidden: OnceLock::new(),
            shown: OnceLock::new(),
            checkpoints: OnceLock::new(),
        });
        SourceId(self.all.len() as u32 - 1)
    }

    /// The same texts, with names that begin with `folder`; a stream such as `<stdin>` keeps its own.
    pub fn below(&self, folder: &str) -> Sources {
        let mut below = self.clone();
        for source in &mut below.all {
            if !source.name.starts_with('<') {
                source.name = format!("{folder}/{}", source.name);
            }
        }
        below
    }

    /// The text behind a number.
    pub fn get(&self, id: SourceId) -> &Source {
        &self.all[id.0 as usize]
    }

    /// All texts with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        self.all
            .iter()
            .enumerate()
            .map(|(at, source)| (SourceId(at as u32), source))
    }

    /// Line and column of the start of a span, both from 1; columns are characters. The first call
    /// for a text counts its lines, every other one takes the same short time.
    pub fn line_column(&self, span: Span) -> (usize, usize) {
        let position = self.get(span.source).position(span.start as usize);
        (position.line, position.column)
    }

    /// Line and column of the start of a span, both from 1; columns are bytes, those of a byte-order
    /// mark included.
    pub fn line_byte(&self, span: Span) -> (usize, usize) {
        let source = self.get(span.source);
        let at = (span.start as usize).min(source.text.len());
        let position = source.position(at);
        (position.line, at - position.line_start + 1)
    }
}

impl Source {
    /// The text as people and tools may see it: each byte that may belong to a secret is a `*`, all others are those of the
    /// text.
    pub fn shown(&self) -> &str {
        self.shown
            .get_or_init(|| masked::hide(&self.text, self.hidden()))
    }

    /// What is hidden where a span is, or next to it.
    pub(super) fn hidden_at(&self, span: Span) -> impl Iterator<Item = &str> {
        let (start, end) = (span.start as usize, span.end as usize);
        let hidden = self.hidden();
        let first = hidden.partition_point(|range| range.end < start);
        let near = hidden[first..]
            .iter()
            .take_while(move |range| range.start <= end);
        near.map(|range| {
            let start = self.text.floor_char_boundary(range.start);
            &self.text[start..self.text.ceil_char_boundary(range.end)]
        })
    }

    fn hidden(&self) -> &[Range<usize>] {
        self.hidden
            .get_or_init(|| masked::ranges(&self.text, &self.secrets))
    }

    /// Where a byte stands; one beyond the text stands at its end.
    pub(super) fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.text.len());
        let checkpoints = self.checkpoints.get_or_init(|| self.count());
        let near = offset / CHECKPOINT_BYTES;
        self.advance(checkpoints[near], near * CHECKPOINT_BYTES, offset)
    }

    fn count(&self) -> Vec<Position> {
        let mut checkpoints = vec![Position {
            line: 1,
            line_start: 0,
            column: 1,
        }];
        for at in (CHECKPOINT_BYTES..=self.text.len()).step_by(CHECKPOINT_BYTES) {
            let before = checkpoints[checkpoints.len() - 1];
            checkpoints.push(self.advance(before, at - CHECKPOINT_BYTES, at));
        }
        checkpoints
    }

    /// The position of byte `to`, from that of byte `from`.
    fn advance(&self, mut position: Position, from: usize, to: usize) -> Position {
        const MARK: &[u8] = "\u{feff}".as_bytes();
        let bytes = self.text.as_bytes();
        let mark = if bytes.starts_with(MARK) {
            MARK.len()
        } else {
            0
        };
        for (at, byte) in bytes[..to].iter().enumerate().skip(from.max(mark)) {
            if *byte == b'\n' {
                position = Position {
                    line: position.line + 1,
                    line_start: at + 1,
                    column: 1,
                };
            } else if byte & 0xc0 != 0x80 {
                position.column += 1;
            }
        }
        position
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, at: usize, expected: (usize, usize)) {
        let mut sources = Sources::default();
        let source = sources.add("x", text);
        assert_eq!(
            sources.line_column(Span::new(source, at, at)),
            expected,
            "{at}"
        );
    }

    #[test]
    fn columns_count_characters() {
        check("", 0, (1, 1));
        check("aé日b\r\nc", 6, (1, 4));
        check("aé日b\r\nc", 9, (2, 1));
        check("a\n", 2, (2, 1));
        check("a\n", 99, (2, 1));
        check("\u{feff}ab", 4, (1, 2));
        check("\u{feff}ab", 0, (1, 1));
    }

    #[test]
    fn places_around_a_checkpoint_are_counted_as_anywhere() {
        let text = "é日\nab\n".repeat(2 * CHECKPOINT_BYTES / 9 + 2);
        let mut sources = Sources::default();
        let source = sources.add("x", text.clone());
        for (at, _) in text.char_indices() {
            let line = 1 + text[..at].matches('\n').count();
            let line_start = text[..at].rfind('\n').map_or(0, |feed| feed + 1);
            let column = 1 + text[line_start..at].chars().count();
            assert_eq!(
                sources.line_column(Span::new(source, at, at)),
                (line, column)
            );
        }
    }
}
