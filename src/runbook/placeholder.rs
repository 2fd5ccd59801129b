//! What stands where something is still to be written.

use std::ops::Range;

use super::document::{Kind, Piece, Section};

/// Words that say so wherever they stand, in capitals.
const MARKERS: &[&str] = &["TBD", "FIXME", "TBC", "T.B.D", "T.B.A", "T.B.C"];
/// Words that say so at the beginning of a line, and beside a colon, in capitals; elsewhere they mean a column or a size.
const MARKERS_AT_EDGES: &[&str] = &["TODO", "XXX", "TBA"];
/// Words that say so at the beginning of a line before a colon, in any case.
const LABELS: &[&str] = &["todo:", "tbd:", "tba:", "tbc:", "fixme:"];
/// Texts that say so where nothing else stands, in any case.
const WHOLE: &[&str] = &[
    "todo",
    "tbd",
    "tbc",
    "fixme",
    "to be done",
    "to be defined",
    "to be written",
    "coming soon",
    "work in progress",
    "wip",
    "n/a",
    "none",
    "none yet",
    "nothing yet",
    "placeholder",
    "tba",
    "to do",
    "to-do",
    "to be announced",
    "to be confirmed",
    "t.b.d",
    "t.b.a",
    "t.b.c",
    "fill in",
    "fill me in",
    "fill this in",
    "to be filled in",
];
/// Texts that say so wherever they stand, in any case.
const ANYWHERE: &[&str] = &[
    "lorem ipsum",
    "<...>",
    "<…>",
    "<your ",
    "<insert ",
    "[your ",
    "[insert ",
    "[fill in",
];
/// Words that are places to fill in where they stand alone in angle brackets, in any case.
const PLACES: &[&str] = &[
    "fixme",
    "name",
    "placeholder",
    "service",
    "tba",
    "tbd",
    "team",
    "todo",
];
/// Elements of HTML that have attributes without a value, or may; several words behind any other name are a place to fill in.
const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "audio",
    "b",
    "blockquote",
    "br",
    "button",
    "center",
    "code",
    "dd",
    "del",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "figure",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "input",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "picture",
    "pre",
    "q",
    "s",
    "samp",
    "small",
    "source",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
    "var",
    "video",
];

/// The first placeholder in a section, in bytes.
pub(super) fn placeholder(section: &Section) -> Option<Range<usize>> {
    let mut pieces = section.prose.iter();
    let found = pieces.find_map(in_piece);
    found.or_else(|| whole(section)).or_else(|| code(section))
}

fn in_piece(piece: &Piece) -> Option<Range<usize>> {
    let text = &piece.text;
    let lower = text.to_lowercase();
    let begins = piece.kind == Kind::Begins;
    let said = match piece.kind {
        Kind::Tag => is_place(text),
        Kind::Begins | Kind::Follows => {
            ANYWHERE.iter().any(|phrase| lower.contains(phrase))
                || MARKERS
                    .iter()
                    .any(|marker| words(text, marker).next().is_some())
                || MARKERS_AT_EDGES
                    .iter()
                    .any(|marker| at_edge(text, marker, begins))
                || (begins && LABELS.iter().any(|label| lower.starts_with(label)))
        }
    };
    said.then(|| piece.range.clone())
}

/// What stands before and behind `word` where it is a word of its own, no part of one with hyphens.
fn words<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
    let places = text.match_indices(word);
    let around = places.map(|(at, _)| (&text[..at], &text[at + word.len()..]));
    let in_word = |c: char| c.is_alphanumeric() || c == '_';
    around.filter(move |(before, behind)| {
        let left = before.strip_suffix('-').unwrap_or(before);
        let right = behind.strip_prefix('-').unwrap_or(behind);
        !left.ends_with(in_word) && !right.starts_with(in_word)
    })
}

/// Whether `marker` stands beside a colon, or at the beginning where that is one of a line.
fn at_edge(text: &str, marker: &str, begins: bool) -> bool {
    words(text, marker).any(|(before, behind)| {
        let first = begins && !before.contains(char::is_alphanumeric);
        first || behind.starts_with(':') || before.trim_end().ends_with(':')
    })
}

/// Whether all of a section is one of the texts that stand for another.
fn whole(section: &Section) -> Option<Range<usize>> {
    let pieces = || section.prose.iter().chain(&section.other);
    let all: String = pieces().map(|piece| &*piece.text).collect();
    let said = all.trim().to_lowercase();
    let said = said.trim_matches(|c: char| !c.is_alphanumeric());
    let start = pieces().map(|piece| piece.range.start).min()?;
    let end = pieces().map(|piece| piece.range.end).max()?;
    WHOLE.contains(&said).then_some(start..end)
}

/// The code of a section that has nothing else, where every line of it begins with a marker.
fn code(section: &Section) -> Option<Range<usize>> {
    let says = |text: &str| text.contains(char::is_alphanumeric);
    if section.prose.iter().any(|piece| says(&piece.text)) {
        return None;
    }
    let mut lines = section.other.iter().flat_map(|piece| piece.text.lines());
    let marked = |line: &str| {
        let mut markers = MARKERS.iter().chain(MARKERS_AT_EDGES);
        markers.any(|marker| at_edge(line, marker, true))
    };
    let all = lines.all(|line| !says(line) || marked(line));
    let mut pieces = section.other.iter().filter(|piece| says(&piece.text));
    pieces
        .next()
        .filter(|_| all)
        .map(|piece| piece.range.clone())
}

/// Whether a tag is a place to fill in: several words that are no element of HTML, or one that is known.
fn is_place(tag: &str) -> bool {
    let inner = tag.trim().strip_prefix('<');
    let Some((inner, _)) = inner.and_then(|inner| inner.split_once('>')) else {
        return false;
    };
    let inner = inner.trim().to_lowercase();
    if inner.contains('=') || !inner.starts_with(char::is_alphanumeric) {
        return false;
    }
    let mut words = inner.split(|c: char| c.is_whitespace() || "-_".contains(c));
    let first = words.next().unwrap_or_default();
    match words.next() {
        Some(_) => !ELEMENTS.contains(&first),
        None => PLACES.contains(&first),
    }
}
