//! What stands where something is still to be written.

use std::ops::Range;

use super::document::{Piece, Section};

/// Words that say so wherever they stand, in capitals.
const MARKERS: &[&str] = &["TODO", "TBD", "FIXME", "XXX", "TBC"];
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
    "none yet",
    "placeholder",
];
/// Texts that say so wherever they stand, in any case.
const ANYWHERE: &[&str] = &["lorem ipsum", "<...>", "<…>"];
/// Elements of HTML that people use in Markdown; any other name in angle brackets is a place to fill in.
const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "code",
    "dd",
    "del",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
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
    pieces.find_map(in_piece).or_else(|| whole(section))
}

fn in_piece(piece: &Piece) -> Option<Range<usize>> {
    let text = &piece.text;
    if piece.tag {
        return is_unknown_tag(text).then(|| piece.range.clone());
    }
    let lower = text.to_lowercase();
    let said = ANYWHERE.iter().any(|phrase| lower.contains(phrase))
        || text
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .any(|word| MARKERS.contains(&word));
    said.then(|| piece.range.clone())
}

/// Whether all of a section is one of the texts that stand for another.
fn whole(section: &Section) -> Option<Range<usize>> {
    let prose: String = section.prose.iter().map(|piece| &*piece.text).collect();
    let said = prose.trim().to_lowercase();
    let said = said.trim_matches(|c: char| !c.is_alphanumeric());
    let first = section.prose.first()?;
    let last = section.prose.last()?;
    WHOLE
        .contains(&said)
        .then_some(first.range.start..last.range.end)
}

/// Whether a tag is none of HTML's.
fn is_unknown_tag(tag: &str) -> bool {
    let Some(inner) = tag.trim().strip_prefix('<') else {
        return false;
    };
    let inner = inner.strip_prefix('/').unwrap_or(inner);
    let end = inner
        .find(|c: char| !c.is_ascii_alphanumeric())
        .unwrap_or(inner.len());
    let (name, rest) = inner.split_at(end);
    let whole = rest.starts_with([' ', '>', '/', '\n', '\r', '\t']);
    let known = whole && ELEMENTS.contains(&name.to_ascii_lowercase().as_str());
    !name.is_empty() && !known
}
