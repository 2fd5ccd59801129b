//! Comments that suppress findings: `# burnwatch: ignore[QL008] until=2027-01-31 -- errors are counted at the edge`.
//!
//! A comment on a line of its own covers the entry or list item that begins on the next line with content, with all that
//! is in it; one at the end of a line covers what begins on that line. `file-ignore[...]` covers its file. Only real comments
//! count: a `#` inside a text is text.

use std::ops::Range;

use jiff::civil::Date;

use crate::base::{SourceId, Span, Spanned};
use crate::yaml::{Node, Value};

/// What a suppression begins with, after `#`.
const MARK: &str = "burnwatch:";
/// Most suppressions of one file; each is held against every finding of the file.
pub const SUPPRESSIONS_MAX: usize = 1_000;
/// Most codes in one comment.
pub const CODES_MAX: usize = 50;

/// A comment that suppresses findings.
#[derive(Clone, Debug)]
pub struct Suppression {
    /// The comment, from `#` to the end of its text.
    pub span: Span,
    /// What goes with it: its line, or the spaces before it.
    pub removal: Span,
    /// The codes or names of checks, each with its place.
    pub codes: Vec<Spanned<String>>,
    /// The last day on which it holds.
    pub until: Option<Spanned<Date>>,
    /// Why.
    pub reason: Option<String>,
    /// The bytes of the file that it covers; empty where nothing follows it.
    pub covers: Range<u32>,
    /// Whether it covers its file.
    pub scope: Scope,
}

/// What a suppression covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One entry or item.
    Node,
    /// The file.
    File,
}

/// A comment that is meant as a suppression and is none.
#[derive(Clone, Debug)]
pub struct Malformed {
    /// Where it goes wrong.
    pub span: Span,
    /// What is expected there.
    pub expected: &'static str,
}

/// What the comments of a file say.
#[derive(Clone, Debug, Default)]
pub struct Comments {
    /// Suppressions, in the order of the file.
    pub suppressions: Vec<Suppression>,
    /// What looks like one.
    pub malformed: Vec<Malformed>,
}

/// The suppressions of a file with these documents.
pub fn comments(source: SourceId, text: &str, documents: &[Node]) -> Comments {
    let mut found = Comments::default();
    if !text.contains(MARK) {
        return found;
    }
    let nodes = Nodes::of(source, documents);
    for (mark, _) in text.match_indices(MARK) {
        let line_start = text[..mark].rfind('\n').map_or(0, |at| at + 1);
        let Some(hash) = hash(&text[line_start..mark]).map(|at| line_start + at) else {
            continue;
        };
        if nodes.is_text(hash) {
            continue;
        }
        let line_end = text[mark..]
            .find(['\n', '\r'])
            .map_or(text.len(), |at| mark + at);
        let own_line = text[line_start..hash].trim().is_empty();
        let target = match own_line {
            true => next_content(text, line_end),
            false => Some(line_start..line_end),
        };
        let covers = target
            .and_then(|line| nodes.beginning_in(line))
            .unwrap_or(0..0);
        let body = mark + MARK.len();
        match parse(source, text, hash, body..line_end) {
            Parsed::Suppression(suppression) if found.suppressions.len() == SUPPRESSIONS_MAX => {
                found.malformed.push(Malformed {
                    span: suppression.span,
                    expected: "the file has too many suppressions before this one",
                });
                break;
            }
            Parsed::Suppression(mut suppression) => {
                suppression.removal = removal(source, text, line_start, hash, line_end);
                suppression.covers = match suppression.scope {
                    Scope::File => 0..text.len() as u32,
                    Scope::Node => covers,
                };
                found.suppressions.push(suppression);
            }
            Parsed::Malformed(_) if found.malformed.len() == SUPPRESSIONS_MAX => break,
            Parsed::Malformed(malformed) => found.malformed.push(malformed),
            Parsed::Other => {}
        }
    }
    found
}

/// What to remove so that no trace of a comment is left.
fn removal(source: SourceId, text: &str, line: usize, hash: usize, end: usize) -> Span {
    let before = text[line..hash].trim_end();
    match before.is_empty() {
        true => {
            let feed = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
            Span::new(source, line, feed)
        }
        false => Span::new(source, line + before.len(), end),
    }
}

/// Where the comment begins that the mark is the first word of.
fn hash(before: &str) -> Option<usize> {
    let comment = before.trim_end_matches([' ', '\t']);
    let at = comment.len().checked_sub(1)?;
    let starts = comment.ends_with('#')
        && comment[..at]
            .chars()
            .next_back()
            .is_none_or(|c| c == ' ' || c == '\t');
    starts.then_some(at)
}

/// The first line after `from` that is neither empty nor a comment.
fn next_content(text: &str, from: usize) -> Option<Range<usize>> {
    let mut start = from;
    while start < text.len() {
        let end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let line = text[start..end].trim();
        if !line.is_empty() && !line.starts_with('#') {
            return Some(start..end);
        }
        start = end + 1;
    }
    None
}

/// The texts of a file, and the entries and items in it by their beginning.
struct Nodes {
    texts: Vec<Range<u32>>,
    begins: Vec<Range<u32>>,
}

impl Nodes {
    fn of(source: SourceId, documents: &[Node]) -> Nodes {
        let mut nodes = Nodes {
            texts: Vec::new(),
            begins: Vec::new(),
        };
        for document in documents {
            nodes.walk(source, document);
        }
        nodes.texts.sort_by_key(|range| (range.start, range.end));
        nodes
            .begins
            .sort_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
        nodes
    }

    /// Gathers what is in `node` and gives its end.
    fn walk(&mut self, source: SourceId, node: &Node) -> u32 {
        // What an alias brings in stands elsewhere and is gathered there.
        if node.span.source != source || node.defined().is_some() {
            return node.span.end;
        }
        match &node.value {
            Value::Scalar(scalar) => {
                self.texts.push(scalar.span.start..scalar.span.end);
                scalar.span.end
            }
            Value::Sequence(items) => items.iter().fold(node.span.start, |end, item| {
                let item_end = self.walk(source, item);
                self.begins
                    .push(item.span.start..item_end.max(item.span.start));
                end.max(item_end)
            }),
            Value::Mapping(mapping) => {
                let own = mapping
                    .entries
                    .iter()
                    .filter(|entry| entry.merged().is_none());
                own.fold(node.span.start, |end, entry| {
                    let key = entry.key.span;
                    self.texts.push(key.start..key.end);
                    let entry_end = self.walk(source, &entry.value).max(key.end);
                    self.begins.push(key.start..entry_end);
                    end.max(entry_end)
                })
            }
            Value::Null | Value::Unreadable => node.span.end,
        }
    }

    /// Whether a byte is part of a text.
    fn is_text(&self, at: usize) -> bool {
        let at = at as u32;
        let from = self.texts.partition_point(|range| range.start <= at);
        // Texts do not overlap.
        from.checked_sub(1)
            .is_some_and(|last| self.texts[last].end > at)
    }

    /// What begins in a line: the first entry or item, and of those that begin with it the longest.
    fn beginning_in(&self, line: Range<usize>) -> Option<Range<u32>> {
        let from = self
            .begins
            .partition_point(|range| (range.start as usize) < line.start);
        let first = self.begins.get(from)?;
        ((first.start as usize) < line.end).then(|| first.clone())
    }
}

enum Parsed {
    Suppression(Suppression),
    Malformed(Malformed),
    /// A comment that only mentions burnwatch.
    Other,
}

fn parse(source: SourceId, text: &str, hash: usize, body: Range<usize>) -> Parsed {
    let mut rest = Rest {
        source,
        text,
        at: body.start,
        end: body.end,
    };
    rest.skip_spaces();
    let word = rest.word();
    let scope = match &text[word.clone()] {
        "ignore" => Scope::Node,
        "file-ignore" => Scope::File,
        other => {
            let meant = text[word.end..body.end].starts_with('[')
                || ["ignore", "file-ignore", "disable", "snooze"]
                    .iter()
                    .any(|name| strsim::jaro_winkler(other, name) > 0.9);
            return match meant {
                true => rest.malformed(
                    word,
                    "`ignore[CODE]` or `file-ignore[CODE]` is expected here",
                ),
                false => Parsed::Other,
            };
        }
    };
    let Some(codes) = rest.codes() else {
        let here = rest.at..rest.end;
        return rest.malformed(
            here,
            "codes in brackets are expected here, such as `[QL008]`",
        );
    };
    let mut suppression = Suppression {
        span: Span::new(
            source,
            hash,
            body.start + text[body.clone()].trim_end().len(),
        ),
        removal: Span::new(source, hash, hash),
        codes,
        until: None,
        reason: None,
        covers: 0..0,
        scope,
    };
    rest.skip_spaces();
    if rest.take("until=") {
        let word = rest.word();
        match text[word.clone()].parse::<Date>() {
            Ok(date) => suppression.until = Some(Spanned::new(date, rest.span(word))),
            Err(_) => return rest.malformed(word, "a day is expected here, such as `2027-01-31`"),
        }
        rest.skip_spaces();
    }
    if rest.take("--") {
        let reason = text[rest.at..rest.end].trim();
        suppression.reason = (!reason.is_empty()).then(|| reason.to_string());
    } else if !text[rest.at..rest.end].trim().is_empty() {
        let here = rest.at..rest.at + text[rest.at..rest.end].trim_end().len();
        return rest.malformed(here, "`until=YYYY-MM-DD` or `-- reason` is expected here");
    }
    Parsed::Suppression(suppression)
}

/// What is left of a comment.
struct Rest<'a> {
    source: SourceId,
    text: &'a str,
    at: usize,
    end: usize,
}

impl Rest<'_> {
    fn skip_spaces(&mut self) {
        let rest = &self.text[self.at..self.end];
        self.at += rest.len() - rest.trim_start_matches([' ', '\t']).len();
    }

    /// Up to a space or a bracket.
    fn word(&mut self) -> Range<usize> {
        let rest = &self.text[self.at..self.end];
        let length = rest.find([' ', '\t', '[']).unwrap_or(rest.len());
        let word = self.at..self.at + length;
        self.at = word.end;
        word
    }

    fn take(&mut self, what: &str) -> bool {
        let found = self.text[self.at..self.end].starts_with(what);
        if found {
            self.at += what.len();
        }
        found
    }

    /// `[A, B]`.
    fn codes(&mut self) -> Option<Vec<Spanned<String>>> {
        let start = self.at;
        if !self.take("[") {
            return None;
        }
        let Some(length) = self.text[self.at..self.end].find(']') else {
            self.at = start;
            return None;
        };
        let close = self.at + length;
        let mut codes = Vec::new();
        for part in self.text[self.at..close].split(',') {
            let lead = part.len() - part.trim_start().len();
            let word = part.trim();
            let from = self.at + lead;
            if !word.is_empty() {
                codes.push(Spanned::new(
                    word.to_string(),
                    self.span(from..from + word.len()),
                ));
            }
            self.at += part.len() + 1;
        }
        self.at = match codes.is_empty() || codes.len() > CODES_MAX {
            true => start,
            false => close + 1,
        };
        (self.at != start).then_some(codes)
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.source, range.start, range.end)
    }

    fn malformed(&self, range: Range<usize>, expected: &'static str) -> Parsed {
        Parsed::Malformed(Malformed {
            span: self.span(range),
            expected,
        })
    }
}
