//! Finds where each byte of a decoded scalar stands in the file, by walking both together.
//!
//! The parser decodes; this walk follows the folding and escaping rules of each style and checks
//! every step against the decoded text. Where the two ever differ the whole text gets the place of
//! the whole scalar: coarse, never wrong.

use super::Style;
use super::places::{Copied, Places, Run};

/// The places of `text`, which `file[start..end]` means in this style (quotes included).
pub(super) fn align(file: &str, start: usize, end: usize, text: &str, style: Style) -> Places {
    let quotes = usize::from(matches!(style, Style::SingleQuoted | Style::DoubleQuoted));
    let (from, to) = (
        start + quotes,
        end.saturating_sub(quotes).max(start + quotes),
    );
    let raw = file.get(from..to).unwrap_or_default();
    // A block scalar may be followed by blank lines that chomping removed.
    if raw == text || (quotes == 0 && style != Style::Plain && raw.starts_with(text)) {
        return Places::Verbatim(from as u32);
    }
    let mut walk = Walk {
        file,
        text,
        at: 0,
        runs: Vec::new(),
        same: true,
    };
    match style {
        Style::Plain | Style::Tagged => walk.plain(from, to),
        Style::SingleQuoted | Style::DoubleQuoted => walk.quoted(from, to, style),
        Style::Literal | Style::Folded => walk.block(from, to, style),
    }
    if !walk.same || walk.at != text.len() {
        walk.runs = vec![Run {
            at: 0,
            start: start as u32,
            end: end as u32,
            copy: Copied::Whole,
        }];
    }
    Places::Runs(walk.runs.into_boxed_slice())
}

struct Walk<'a> {
    file: &'a str,
    text: &'a str,
    at: usize,
    runs: Vec<Run>,
    same: bool,
}

impl Walk<'_> {
    /// `start..end` of the file stands in the text as it is.
    fn copied(&mut self, start: usize, end: usize) {
        let raw = &self.file[start..end];
        if raw.is_empty() {
            return;
        }
        self.same &= self.text[self.at..].starts_with(raw);
        if self.same {
            self.push(start, end, raw.len(), Copied::Bytes);
        }
    }

    /// `start..end` of the file means the next `len` bytes of the text.
    fn means(&mut self, start: usize, end: usize, len: usize) {
        self.same &= self.text.is_char_boundary(self.at + len);
        if self.same && len > 0 {
            self.push(start, end, len, Copied::Whole);
        }
    }

    fn push(&mut self, start: usize, end: usize, len: usize, copy: Copied) {
        self.runs.push(Run {
            at: self.at as u32,
            start: start as u32,
            end: end as u32,
            copy,
        });
        self.at += len;
    }

    /// A line break and all white space around it; each further break is a line feed.
    fn fold(&mut self, start: usize, end: usize, breaks: usize) {
        let expected = if breaks == 1 { ' ' } else { '\n' };
        let len = breaks.max(2) - 1;
        let found = self.text[self.at..].chars().take(len);
        self.same &= found.filter(|found| *found == expected).count() == len;
        self.means(start, end, len);
    }

    fn plain(&mut self, from: usize, to: usize) {
        let mut at = from;
        while at < to && self.same {
            let line_end = at + self.until(at, to, is_break);
            let content_end = at + self.file[at..line_end].trim_end_matches([' ', '\t']).len();
            self.copied(at, content_end);
            at = self.fold_from(content_end, to);
        }
    }

    fn quoted(&mut self, from: usize, to: usize, style: Style) {
        let special = if style == Style::SingleQuoted {
            '\''
        } else {
            '\\'
        };
        let mut at = from;
        while at < to && self.same {
            let stop = at + self.until(at, to, |c| is_break(c) || c == special);
            if stop == to {
                self.copied(at, to);
                return;
            }
            if !self.file[stop..].starts_with(special) {
                let content = self.file[at..stop].trim_end_matches([' ', '\t']).len();
                self.copied(at, at + content);
                at = self.fold_from(at + content, to);
            } else {
                self.copied(at, stop);
                at = match style {
                    Style::SingleQuoted => {
                        self.means(stop, stop + 2, 1);
                        stop + 2
                    }
                    _ => self.escape(stop, to),
                };
            }
        }
    }

    /// The escape at `at`; gives where it ends.
    fn escape(&mut self, at: usize, to: usize) -> usize {
        let Some(kind) = self.file[at + 1..to].chars().next() else {
            self.same = false;
            return to;
        };
        if is_break(kind) {
            let (end, breaks) = self.white_from(at + 1, to);
            self.means(at, end, breaks.saturating_sub(1));
            return end;
        }
        let mut len = 1
            + kind.len_utf8()
            + match kind {
                'x' => 2,
                'u' => 4,
                'U' => 8,
                _ => 0,
            };
        let digits = self.file.get(at + 2..at + len).unwrap_or_default();
        let high = u32::from_str_radix(digits, 16).unwrap_or(0);
        if kind == 'u' && (0xD800..0xDC00).contains(&high) {
            len *= 2;
        }
        let meant = self.text[self.at..]
            .chars()
            .next()
            .map_or(1, char::len_utf8);
        let end = (at + len).min(to);
        self.means(at, end, meant);
        end
    }

    fn block(&mut self, from: usize, to: usize, style: Style) {
        // Content begins after its indentation, which spaces alone can be.
        let indent = from - self.file[..from].rfind(is_break).map_or(0, |at| at + 1);
        // Blank lines before the content stand before its span.
        let leading = self.text.len() - self.text.trim_start_matches('\n').len();
        self.means(from, from, leading);
        let mut at = from;
        while at < to && self.at < self.text.len() && self.same {
            let line_end = at + self.until(at, to, is_break);
            self.copied(at, line_end);
            let next = (line_end + break_len(&self.file[line_end..to])).min(to);
            at = match style {
                Style::Literal => {
                    let line_feed = self.text[self.at..].starts_with('\n');
                    self.same &= line_feed || self.at == self.text.len();
                    self.means(line_end, next, usize::from(line_feed));
                    self.indented(next, to, indent)
                }
                _ => self.folded(line_end, to, indent),
            };
        }
    }

    /// The line breaks at `at` of a folded block, up to the next line with content.
    fn folded(&mut self, at: usize, to: usize, indent: usize) -> usize {
        let mut next = at;
        while next < to && break_len(&self.file[next..to]) > 0 {
            next = self.indented(next + break_len(&self.file[next..to]), to, indent);
        }
        let rest = &self.text[self.at..];
        let feeds = rest.len() - rest.trim_start_matches('\n').len();
        let space = usize::from(feeds == 0 && rest.starts_with(' '));
        self.means(at, next, feeds + space);
        next
    }

    /// Where the content of the line at `at` begins.
    fn indented(&self, at: usize, to: usize, indent: usize) -> usize {
        let spaces = self.until(at, to, |c| c != ' ');
        at + spaces.min(indent)
    }

    fn fold_from(&mut self, at: usize, to: usize) -> usize {
        let (end, breaks) = self.white_from(at, to);
        if breaks > 0 {
            self.fold(at, end, breaks);
        } else {
            self.copied(at, end);
        }
        end
    }

    /// Where the white space at `at` ends, and its line breaks.
    fn white_from(&self, at: usize, to: usize) -> (usize, usize) {
        let (mut end, mut breaks) = (at, 0);
        while let Some(next) = self.file[end..to].chars().next() {
            match next {
                ' ' | '\t' => end += 1,
                '\r' | '\n' => {
                    end += break_len(&self.file[end..to]);
                    breaks += 1;
                }
                _ => break,
            }
        }
        (end, breaks)
    }

    fn until(&self, at: usize, to: usize, stop: impl Fn(char) -> bool) -> usize {
        self.file[at..to].find(stop).unwrap_or(to - at)
    }
}

fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r')
}

/// Bytes of the line break that `rest` begins with.
fn break_len(rest: &str) -> usize {
    if rest.starts_with("\r\n") {
        2
    } else {
        usize::from(rest.starts_with(is_break))
    }
}
