//! Where a span stands, in lines and columns, and what its source is called in a report.
//!
//! Lines and columns count from 1, columns in characters; the end is the place after the last character. A byte-order mark
//! has no column.

use crate::base::{SourceId, Span};
use crate::diagnostics::Sources;

/// A range of a text in lines and columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Region {
    /// The line that it begins in.
    pub line: usize,
    /// The column of its first character.
    pub column: usize,
    /// The line that it ends in.
    pub end_line: usize,
    /// The column after its last character.
    pub end_column: usize,
}

impl Region {
    /// What people see of a span: line breaks at its end are not part of it.
    pub(super) fn shown(span: Span, sources: &Sources) -> Region {
        let text = &sources.get(span.source).text;
        let start = text.floor_char_boundary(span.start as usize);
        let end = text.floor_char_boundary(span.end as usize).max(start);
        let content = text[start..end].trim_end_matches(['\n', '\r']);
        Region::of(span.source, start, start + content.len(), sources)
    }

    /// A span to its last byte, as a change needs it.
    pub(super) fn exact(span: Span, sources: &Sources) -> Region {
        let text = &sources.get(span.source).text;
        let start = text.floor_char_boundary(span.start as usize);
        let end = text.floor_char_boundary(span.end as usize).max(start);
        Region::of(span.source, start, end, sources)
    }

    fn of(source: SourceId, start: usize, end: usize, sources: &Sources) -> Region {
        let place = |at| sources.line_column(Span::new(source, at, at));
        let ((line, column), (end_line, end_column)) = (place(start), place(end));
        Region {
            line,
            column,
            end_line,
            end_column,
        }
    }

    /// Whether it lies in one line.
    pub(super) fn is_one_line(self) -> bool {
        self.line == self.end_line
    }
}

/// What a source is called, be it a path or `<stdin>`.
pub(super) fn name(source: SourceId, sources: &Sources) -> &str {
    &sources.get(source).name
}

/// The path of a source; nothing for a stream such as `<stdin>`.
pub(super) fn path(source: SourceId, sources: &Sources) -> Option<&str> {
    let name = name(source, sources);
    let is_stream = name.starts_with('<') && name.ends_with('>');
    (!is_stream).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, span: (usize, usize), shown: [usize; 4], exact: [usize; 4]) {
        let mut sources = Sources::default();
        let source = sources.add("x", text);
        let span = Span::new(source, span.0, span.1);
        let of = |[line, column, end_line, end_column]: [usize; 4]| Region {
            line,
            column,
            end_line,
            end_column,
        };
        assert_eq!(Region::shown(span, &sources), of(shown), "{text:?}");
        assert_eq!(Region::exact(span, &sources), of(exact), "{text:?}");
    }

    #[test]
    fn line_breaks_at_the_end_are_not_shown_but_are_replaced() {
        check("a\r\nbc\r\n", (3, 7), [2, 1, 2, 3], [2, 1, 3, 1]);
        check("a\n\n", (0, 3), [1, 1, 1, 2], [1, 1, 3, 1]);
        check("a\n", (2, 2), [2, 1, 2, 1], [2, 1, 2, 1]);
    }

    #[test]
    fn columns_are_characters_and_places_inside_one_or_beyond_the_text_are_moved() {
        check("\té日x", (1, 6), [1, 2, 1, 4], [1, 2, 1, 4]);
        check("é", (1, 2), [1, 1, 1, 2], [1, 1, 1, 2]);
        check("a", (9, 12), [1, 2, 1, 2], [1, 2, 1, 2]);
    }

    #[test]
    fn a_stream_has_no_path() {
        let mut sources = Sources::default();
        let (file, stream) = (sources.add("a<b>.yaml", ""), sources.add("<stdin>", ""));
        assert_eq!(path(file, &sources), Some("a<b>.yaml"));
        assert_eq!(path(stream, &sources), None);
    }
}
