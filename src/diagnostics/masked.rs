//! Texts that may hold secrets, and what is said of them, made fit to be shown.
//!
//! Every byte keeps its place, so that findings point where they did.

use std::ops::Range;

use super::hidden::{hidden, joined};
use super::{Finding, Sources};
use crate::base::Span;

/// What stands in the place of a hidden byte.
const MASK: char = '*';

/// Shortest quotation that is hidden, in bytes: what is shorter is a sign or a digit.
const QUOTED_MIN_BYTES: usize = 3;

/// How much of what is hidden at the places of a finding is looked for in its words, in bytes.
const LOOKED_FOR_MAX_BYTES: usize = 1 << 16;

/// `text` with everything hidden that stands behind names that tell of a secret.
pub fn masked(text: &str) -> String {
    hide(text, &hidden(text))
}

/// The ranges of a text that are hidden, those that are known among them.
pub(super) fn ranges(text: &str, known: &[Span]) -> Vec<Range<usize>> {
    let known = known.iter().map(|span| span.start as usize..(span.end as usize).min(text.len()));
    joined(known.chain(hidden(text)).collect())
}

/// A text without what stands in some ranges. Whole characters are hidden: a text in UTF-8 stays one. Quotes and line ends
/// stay.
pub(super) fn hide(text: &str, ranges: &[Range<usize>]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for range in ranges {
        let (start, end) = (text.floor_char_boundary(range.start), text.ceil_char_boundary(range.end));
        for byte in &mut bytes[start..end] {
            if !matches!(*byte, b'\n' | b'\r' | b'"' | b'\'') {
                *byte = MASK as u8;
            }
        }
    }
    String::from_utf8(bytes).expect("characters are hidden whole")
}

/// A finding as it may be shown: without quotations of what is hidden at its places, and without a change of it, of which
/// the words stay.
pub fn redacted(finding: &Finding, sources: &Sources) -> Finding {
    let mut finding = finding.clone();
    let edits = finding.patch.iter().flat_map(|patch| &patch.edits);
    let mut changed: Vec<&str> = edits.flat_map(|edit| sources.get(edit.span.source).hidden_at(edit.span)).collect();
    let labels = std::iter::once(&finding.primary).chain(&finding.secondary);
    let spans: Vec<Span> = labels.map(|label| label.span).collect();
    let at_labels = spans.iter().flat_map(|span| sources.get(span.source).hidden_at(*span));
    let is_changed = !changed.is_empty();
    changed.extend(at_labels);
    if changed.is_empty() {
        return finding;
    }
    if is_changed && let Some(patch) = finding.patch.take() {
        finding.help.push(patch.help);
    }
    let looked_for = Quoted::of(&changed);
    let Finding { title, primary, secondary, notes, help, patch, .. } = &mut finding;
    let words = [title, &mut primary.text]
        .into_iter()
        .chain(secondary.iter_mut().map(|label| &mut label.text))
        .chain(notes)
        .chain(help)
        .chain(patch.iter_mut().map(|patch| &mut patch.help));
    for text in words {
        *text = looked_for.removed_from(text);
    }
    finding
}

/// What is looked for in the words of a finding.
struct Quoted<'t> {
    hidden: String,
    lines: Vec<&'t str>,
}

impl<'t> Quoted<'t> {
    fn of(hidden: &[&'t str]) -> Quoted<'t> {
        let mut all = String::new();
        let mut lines: Vec<&str> = Vec::new();
        for text in hidden {
            let room = text.floor_char_boundary(LOOKED_FOR_MAX_BYTES.saturating_sub(all.len()));
            all.push_str(&text[..room]);
            all.push('\n');
            let own = text[..room].lines().map(|line| line.trim_matches([' ', '"', '\'', '\r']));
            // A quotation may be cut short.
            lines.extend(own.map(|line| &line[..line.floor_char_boundary(super::SHOWN_MAX_CHARS)]));
        }
        lines.retain(|line| line.len() >= QUOTED_MIN_BYTES);
        Quoted { hidden: all, lines }
    }

    /// The words with every quotation hidden: between backticks, and wherever a whole line is quoted.
    fn removed_from(&self, words: &str) -> String {
        let mut words = words.to_string();
        for line in &self.lines {
            if words.contains(line) {
                words = words.replace(line, &MASK.to_string().repeat(line.len()));
            }
        }
        let pieces = words.split('`').map(|piece| {
            // Signs of YAML may stand before, and an ellipsis behind.
            let quoted = piece.trim_matches(|c: char| !c.is_alphanumeric());
            match quoted.len() >= QUOTED_MIN_BYTES && self.hidden.contains(quoted) {
                true => piece.replace(quoted, &MASK.to_string().repeat(quoted.len())),
                false => piece.to_string(),
            }
        });
        pieces.collect::<Vec<_>>().join("`")
    }
}
