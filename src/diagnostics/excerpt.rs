//! The few lines of a source that show some places, cut out so that their cost does not depend on
//! the size of the source.

use std::ops::Range;

use crate::base::Span;

use super::Source;

/// Longest line that is shown whole, in bytes; of a longer one a window of that size is shown.
pub const LINE_MAX_BYTES: usize = 400;

/// What the window shows before the place that it is about, in bytes.
const WINDOW_LEAD_BYTES: usize = 60;

/// Longest place that is shown whole, in lines; of a longer one the first line is shown.
pub const SPAN_MAX_LINES: usize = 6;

/// Places at most this many lines apart share an excerpt.
pub const GAP_MAX_LINES: usize = 40;

/// What stands for the cut-off part of a line.
const ELLIPSIS: &str = "...";

/// A private character that marks paths for `human`; no shown text has it.
pub(super) const PATH_MARK: char = '\u{f8ff}';

/// Some lines of a source, in order and without gaps.
pub(super) struct Excerpt {
    /// The number of the first line.
    pub first_line: usize,
    /// The lines as they are shown, each with a line feed.
    pub text: String,
    cuts: Vec<Cut>,
}

/// What is shown of a line: these bytes of the source, at this byte of the excerpt.
struct Cut {
    from: usize,
    to: usize,
    shown: usize,
}

/// A place with its lines.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    start: usize,
    end: usize,
    first_line: usize,
    last_line: usize,
    line_start: usize,
}

impl Place {
    /// A span as it is shown: inside the text, without a line feed at its end, not too long.
    pub(super) fn new(source: &Source, span: Span) -> Place {
        let text = &source.text;
        let start = floor(text, span.start as usize);
        let end = floor(text, span.end as usize).max(start);
        let content = text[start..end].trim_end_matches(['\n', '\r']);
        let mut end = start + content.len();
        let first = source.position(start);
        let mut last_line = source.position(end).line;
        if last_line - first.line >= SPAN_MAX_LINES {
            end = start + line_end(&text[start..]);
            last_line = first.line;
        }
        Place {
            start,
            end,
            first_line: first.line,
            last_line,
            line_start: first.line_start,
        }
    }

    /// A span that is to be replaced, to its last byte; nothing when it has too many lines.
    pub(super) fn exact(source: &Source, span: Span) -> Option<Place> {
        let start = floor(&source.text, span.start as usize);
        let end = floor(&source.text, span.end as usize).max(start);
        let first = source.position(start);
        let last_line = source.position(end).line;
        (last_line - first.line < SPAN_MAX_LINES).then_some(Place {
            start,
            end,
            first_line: first.line,
            last_line,
            line_start: first.line_start,
        })
    }

    /// Whether two places share an excerpt.
    pub(super) fn is_near(&self, other: &Place) -> bool {
        let (upper, lower) = if self.first_line <= other.first_line {
            (self, other)
        } else {
            (other, self)
        };
        lower.first_line.saturating_sub(upper.last_line) <= GAP_MAX_LINES
    }
}

impl Excerpt {
    /// The lines of all places. Where a line is too long, the first of its places is shown.
    pub(super) fn new(source: &Source, places: &[Place]) -> Excerpt {
        let top = places.iter().min_by_key(|place| place.first_line);
        let (first_line, mut at) = top.map_or((1, 0), |top| (top.first_line, top.line_start));
        let last_line = places
            .iter()
            .map(|place| place.last_line)
            .max()
            .unwrap_or(first_line);
        let mut excerpt = Excerpt {
            first_line,
            text: String::new(),
            cuts: Vec::new(),
        };
        for line in first_line..=last_line {
            let seen = places.iter().find(|place| place.first_line == line);
            let about = seen.map_or(at, |place| place.start);
            // How much longer a line is than what is shown of it does not matter.
            let far = floor(&source.text, about + LINE_MAX_BYTES + 1);
            let end = about + line_end(&source.text[about..far]);
            excerpt.push(source.shown(), at, end, about);
            if line < last_line {
                let feed = source.text[end..].find('\n');
                at = feed.map_or(source.text.len(), |feed| end + feed + 1);
            }
        }
        excerpt
    }

    /// Where a place stands in the excerpt.
    pub(super) fn range(&self, place: &Place) -> Range<usize> {
        let start = self.shown(place.start);
        start..self.shown(place.end).max(start)
    }

    fn shown(&self, offset: usize) -> usize {
        let after = self.cuts.partition_point(|cut| cut.from <= offset);
        let cut = &self.cuts[after.saturating_sub(1)];
        cut.shown + offset.clamp(cut.from, cut.to) - cut.from
    }

    fn push(&mut self, text: &str, start: usize, end: usize, about: usize) {
        let (mut from, mut to) = (start, end);
        if end - start > LINE_MAX_BYTES {
            from = floor(
                text,
                about.saturating_sub(WINDOW_LEAD_BYTES).clamp(start, end),
            );
            to = floor(text, (from + LINE_MAX_BYTES).min(end));
        }
        if start == 0 && from == 0 && text.starts_with('\u{feff}') {
            from = '\u{feff}'.len_utf8();
        } else if from > start {
            self.text.push_str(ELLIPSIS);
        }
        self.cuts.push(Cut {
            from,
            to,
            shown: self.text.len(),
        });
        self.text.extend(text[from..to].chars().map(visible));
        if to < end {
            self.text.push_str(ELLIPSIS);
        }
        self.text.push('\n');
    }
}

/// The character, or a visible one of the same size in bytes for one that a terminal may obey and
/// that the renderer would let through.
pub(super) fn visible(c: char) -> char {
    match c {
        '\u{80}'..='\u{9f}' | '\u{61c}' => '·',
        '\u{200b}'..='\u{200f}'
        | '\u{2028}'
        | '\u{2029}'
        | '\u{2060}'..='\u{2064}'
        | '\u{feff}'
        | PATH_MARK => char::REPLACEMENT_CHARACTER,
        _ => c,
    }
}

/// Where the first line of a text ends, without its line feed and carriage return.
fn line_end(text: &str) -> usize {
    match text.find('\n') {
        None => text.len(),
        Some(feed) if text[..feed].ends_with('\r') => feed - 1,
        Some(feed) => feed,
    }
}

/// The next character boundary at or below `at`.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourceId;
    use crate::diagnostics::Sources;

    fn excerpt(text: &str, at: usize) -> String {
        let mut sources = Sources::default();
        let source = sources.add("x", text);
        let source = sources.get(source);
        let place = Place::new(source, Span::new(SourceId(0), at, at));
        Excerpt::new(source, &[place]).text
    }

    #[test]
    fn a_line_is_cut_beyond_its_limit_and_not_before() {
        let fits = format!("{}\n", "x".repeat(LINE_MAX_BYTES));
        assert_eq!(excerpt(&format!("{fits}y\n"), 0), fits);
        assert_eq!(excerpt(&fits, LINE_MAX_BYTES), fits);
        let shown = format!("{}...\n", "x".repeat(LINE_MAX_BYTES));
        assert_eq!(excerpt(&format!("x{fits}"), 0), shown);
        let end = format!("...{}\n", "x".repeat(WINDOW_LEAD_BYTES));
        assert_eq!(excerpt(&format!("x{fits}"), LINE_MAX_BYTES + 1), end);
    }

    #[test]
    fn cuts_fall_between_characters() {
        let text = "日".repeat(LINE_MAX_BYTES);
        let shown = excerpt(&text, 300);
        assert!(
            shown.starts_with("...日日") && shown.ends_with("日日...\n"),
            "{shown}"
        );
    }
}
