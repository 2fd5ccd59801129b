//! Text of a YAML file that knows where each of its bytes was written.

use std::ops::Range;

use granit_parser::ScalarStyle;

use crate::base::{SourceId, Span};

use super::align::align;
use super::places::{Copied, Places, Run};

/// A text, as it was meant and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar {
    /// The text that the YAML means: escapes and line folds undone, never converted.
    pub text: Box<str>,
    /// How it was written.
    pub style: Style,
    /// Where it was written, quotes included; a block without its header.
    pub span: Span,
    pub(super) places: Places,
}

/// How a scalar was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Style {
    /// As it is.
    Plain,
    /// As it is, behind a tag that says that it is text.
    Tagged,
    /// In `'single quotes'`.
    SingleQuoted,
    /// In `"double quotes"`.
    DoubleQuoted,
    /// A block after `|`.
    Literal,
    /// A block after `>`.
    Folded,
}

/// One piece of a text that replaces another, see [`Scalar::substituted`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// These bytes of the original text.
    Kept(Range<usize>),
    /// Other text, in the place of these bytes of the original text.
    Put {
        /// The text.
        text: &'a str,
        /// What it stands for.
        placeholder: Range<usize>,
    },
}

impl Scalar {
    /// A scalar as the parser reports it: its text, and where `file` has it.
    pub(super) fn parsed(
        source: SourceId,
        file: &str,
        place: Range<usize>,
        text: &str,
        style: ScalarStyle,
    ) -> Scalar {
        let style = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted => Style::SingleQuoted,
            ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
            ScalarStyle::Literal => Style::Literal,
            ScalarStyle::Folded => Style::Folded,
        };
        // The parser says `~` for a value that is not there.
        let text = match style {
            Style::Plain if place.is_empty() => "",
            _ => text,
        };
        let places = align(file, place.start, place.end, text, style);
        let end = match style {
            // The place of a block goes on to the next token.
            Style::Literal | Style::Folded => {
                let raw = &file[place.clone()];
                place.start + raw.trim_end_matches([' ', '\n', '\r']).len()
            }
            _ => place.end,
        };
        Scalar {
            text: text.into(),
            style,
            span: Span::new(source, place.start, end),
            places,
        }
    }

    /// Whether YAML takes it for nothing.
    pub(super) fn is_null(&self) -> bool {
        self.style == Style::Plain && matches!(&*self.text, "" | "~" | "null" | "Null" | "NULL")
    }

    /// A plain text that stands in its file as it is.
    pub fn verbatim(text: impl Into<Box<str>>, span: Span) -> Scalar {
        Scalar {
            text: text.into(),
            style: Style::Plain,
            span,
            places: Places::Verbatim(span.start),
        }
    }

    /// Where a range of the text, in bytes, was written. A range that is folded or escaped in the
    /// file gives the whole fold or escape; an empty range gives a place between two bytes.
    pub fn span_of(&self, range: Range<usize>) -> Span {
        let end = range.end.min(self.text.len());
        let start = range.start.min(end);
        self.places.span_of(self.span.source, start..end)
    }

    /// The place of a range of the text that stands in the file as it is, so that it can be replaced there; `None` where an
    /// escape, a fold or a template's value is in between.
    pub fn verbatim_span_of(&self, range: Range<usize>) -> Option<Span> {
        let within = range.start <= range.end && range.end <= self.text.len();
        (within && self.places.is_verbatim(range.clone())).then(|| self.span_of(range))
    }

    /// The text put together from pieces, such as a template whose placeholders are filled in. The
    /// places of what was put in are those of the placeholders. Ranges are on character boundaries.
    pub fn substituted(&self, pieces: &[Piece<'_>]) -> Scalar {
        let mut text = String::with_capacity(self.text.len());
        let mut runs = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Kept(range) => {
                    self.places.copy_to(&mut runs, text.len(), range.clone());
                    text.push_str(&self.text[range.clone()]);
                }
                Piece::Put {
                    text: put,
                    placeholder,
                } => {
                    let place = self.span_of(placeholder.clone());
                    if !put.is_empty() {
                        runs.push(Run {
                            at: text.len() as u32,
                            start: place.start,
                            end: place.end,
                            copy: Copied::Whole,
                        });
                        text.push_str(put);
                    }
                }
            }
        }
        let places = if runs.is_empty() {
            Places::Verbatim(self.span.start)
        } else {
            Places::Runs(runs.into_boxed_slice())
        };
        Scalar {
            text: text.into_boxed_str(),
            style: self.style,
            span: self.span,
            places,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scalar(text: &str) -> Scalar {
        let span = Span::new(SourceId(0), 10, 10 + text.len());
        Scalar::verbatim(text, span)
    }

    fn place(scalar: &Scalar, range: Range<usize>) -> (u32, u32) {
        let span = scalar.span_of(range);
        (span.start, span.end)
    }

    #[test]
    fn what_is_put_in_stands_where_its_placeholder_stood() {
        // up{job="$job"} == 0
        let filled = scalar("up{job=\"$job\"} == 0").substituted(&[
            Piece::Kept(0..8),
            Piece::Put {
                text: "a-long-name",
                placeholder: 8..12,
            },
            Piece::Kept(12..19),
        ]);
        assert_eq!(&*filled.text, "up{job=\"a-long-name\"} == 0");
        assert_eq!(place(&filled, 0..2), (10, 12));
        assert_eq!(place(&filled, 10..12), (18, 22));
        assert_eq!(place(&filled, 25..26), (28, 29));
        assert_eq!(place(&filled, 26..26), (29, 29));
        assert_eq!(place(&filled, 3..26), (13, 29));
    }

    #[test]
    fn places_survive_a_second_substitution() {
        let once = scalar("$a + $b").substituted(&[
            Piece::Put {
                text: "first",
                placeholder: 0..2,
            },
            Piece::Kept(2..7),
        ]);
        let twice = once.substituted(&[
            Piece::Kept(0..8),
            Piece::Put {
                text: "second",
                placeholder: 8..10,
            },
        ]);
        assert_eq!(&*twice.text, "first + second");
        assert_eq!(place(&twice, 1..3), (10, 12));
        assert_eq!(place(&twice, 6..7), (13, 14));
        assert_eq!(place(&twice, 9..10), (15, 17));
    }

    #[test]
    fn an_empty_substitution_still_has_a_place() {
        let empty = scalar("$a").substituted(&[Piece::Put {
            text: "",
            placeholder: 0..2,
        }]);
        assert_eq!(place(&empty, 0..0), (10, 10));
    }
}
