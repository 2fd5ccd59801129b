//! Makes the changes that are certain.
//!
//! Pure: from findings and texts to new texts. A change is made as a whole or not at all; one that overlaps another waits for
//! the next round. Promise: no comment and no anchor is lost, and every byte that no change names stays as it is.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::base::SourceId;

use super::finding::{Certainty, Edit, Patch};
use super::{Finding, Sources};

/// What came of one round.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fixes {
    /// The texts that are different now.
    pub texts: BTreeMap<SourceId, String>,
    /// How many findings were seen to.
    pub made: usize,
}

/// Makes the certain changes of `findings` in the sources that `may_change` names.
pub fn apply(
    findings: &[Finding],
    sources: &Sources,
    may_change: &dyn Fn(SourceId) -> bool,
) -> Fixes {
    let mut round = Round {
        sources,
        edits: BTreeMap::new(),
    };
    let mut made = 0;
    for finding in findings {
        let certain = finding
            .patch
            .as_ref()
            .filter(|patch| patch.certainty == Certainty::Certain);
        let allowed = |patch: &&Patch| patch.edits.iter().all(|edit| may_change(edit.span.source));
        made += usize::from(
            certain
                .filter(allowed)
                .is_some_and(|patch| round.take(patch)),
        );
    }
    let texts = round.edits.iter();
    Fixes {
        texts: texts
            .map(|(source, edits)| (*source, edited(&sources.get(*source).text, edits)))
            .collect(),
        made,
    }
}

struct Round<'a> {
    sources: &'a Sources,
    /// Edits by where they begin and end; none overlaps or touches another.
    edits: BTreeMap<SourceId, BTreeMap<(usize, usize), String>>,
}

impl Round<'_> {
    /// Takes a change in, unless a part of it cannot be made now. Whether it was, or was there already.
    fn take(&mut self, patch: &Patch) -> bool {
        let planned: Option<Vec<_>> = patch.edits.iter().map(|edit| self.plan(edit)).collect();
        let Some(planned) = planned.filter(|planned| !planned.is_empty()) else {
            return false;
        };
        let apart = planned.windows(2).all(|pair| {
            (pair[0].0, pair[0].1.end) < (pair[1].0, pair[1].1.start) || pair[0].0 != pair[1].0
        });
        let is_new = |(source, range, text): &(SourceId, Range<usize>, String)| {
            let taken = self.edits.get(source);
            let same = taken.and_then(|edits| edits.get(&(range.start, range.end)));
            match same {
                Some(other) => (other == text).then_some(false),
                None => taken
                    .is_none_or(|edits| is_free(edits, range))
                    .then_some(true),
            }
        };
        let new: Option<Vec<bool>> = planned.iter().map(is_new).collect();
        // Two findings of one cause ask for the same change.
        let all_new =
            new.is_some_and(|new| new.iter().all(|new| *new) || new.iter().all(|new| !*new));
        if !apart || !all_new {
            return false;
        }
        for (source, range, text) in planned {
            let edits = self.edits.entry(source).or_default();
            edits.insert((range.start, range.end), text);
        }
        true
    }

    /// An edit that can be made: it names text, loses no comment or anchor, and changes something.
    fn plan(&self, edit: &Edit) -> Option<(SourceId, Range<usize>, String)> {
        let text = &self.sources.get(edit.span.source).text;
        let mut range = edit.span.start as usize..edit.span.end as usize;
        let old = text.get(range.clone())?;
        if old == edit.text {
            return None;
        }
        if edit.text.is_empty() {
            if old.contains(['#', '&']) {
                return None;
            }
            range.start += blank_lines(old);
        }
        Some((edit.span.source, range, edit.text.clone()))
    }
}

/// Bytes of the blank lines before what is dropped, which stay.
fn blank_lines(dropped: &str) -> usize {
    let blank = dropped.len() - dropped.trim_start().len();
    match dropped[..blank].rfind('\n') {
        Some(feed) if dropped[..feed].ends_with('\r') => feed - 1,
        Some(feed) => feed,
        None => 0,
    }
}

/// Whether nothing that is taken overlaps `range` or touches it.
fn is_free(taken: &BTreeMap<(usize, usize), String>, range: &Range<usize>) -> bool {
    let before = taken.range(..=(range.end, usize::MAX)).next_back();
    before.is_none_or(|((_, end), _)| *end < range.start)
}

/// The text with all edits made.
fn edited(text: &str, edits: &BTreeMap<(usize, usize), String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for ((start, end), new) in edits {
        out.push_str(&text[at..*start]);
        out.push_str(new);
        at = *end;
    }
    out.push_str(&text[at..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Span;
    use crate::diagnostics::code::SP002;

    /// What becomes of `text` when each list of `(start, end, text)` is one finding's change, and how many are made.
    fn check(text: &str, patches: &[&[(usize, usize, &str)]], expected: &str, made: usize) {
        let mut sources = Sources::default();
        let source = sources.add("x", text);
        let findings: Vec<Finding> = patches
            .iter()
            .map(|edits| {
                let edits = edits.iter().map(|(start, end, text)| Edit {
                    span: Span::new(source, *start, *end),
                    text: text.to_string(),
                });
                Finding::new(SP002, Span::new(source, 0, 0), "x").fix("y", edits.collect())
            })
            .collect();
        let fixes = apply(&findings, &sources, &|_| true);
        let text = fixes.texts.get(&source).map_or(text, String::as_str);
        assert_eq!((text, fixes.made), (expected, made));
        let none = apply(&findings, &sources, &|_| false);
        assert_eq!(none, Fixes::default());
    }

    #[test]
    fn changes_that_lie_apart_are_all_made() {
        check(
            "abcdef",
            &[&[(4, 5, "E")], &[(0, 1, "A"), (2, 2, "-")]],
            "Ab-cdEf",
            2,
        );
        check("aé日b", &[&[(1, 3, "e")]], "ae日b", 1);
    }

    #[test]
    fn a_change_that_overlaps_or_touches_another_waits() {
        check("abcdef", &[&[(1, 3, "X")], &[(2, 4, "Y")]], "aXdef", 1);
        check("abcdef", &[&[(1, 3, "X")], &[(3, 4, "Y")]], "aXdef", 1);
        check("abcdef", &[&[(1, 3, "X")], &[(0, 6, "Y")]], "aXdef", 1);
        check("abcdef", &[&[(3, 3, "X")], &[(3, 3, "Y")]], "abcXdef", 1);
        check(
            "abcdef",
            &[&[(3, 4, "X")], &[(0, 1, "A"), (3, 5, "Y")]],
            "abcXef",
            1,
        );
        check("abcdef", &[&[(0, 3, "X"), (2, 4, "Y")]], "abcdef", 0);
    }

    #[test]
    fn what_two_findings_ask_for_is_done_once() {
        check("abc", &[&[(1, 2, "X")], &[(1, 2, "X")]], "aXc", 2);
        check("abc", &[&[(1, 2, "X")], &[(1, 2, "Y")]], "aXc", 1);
    }

    #[test]
    fn what_names_no_text_or_changes_nothing_is_left() {
        check(
            "aé",
            &[&[(2, 3, "")], &[(0, 9, "x")], &[(0, 1, "a")], &[]],
            "aé",
            0,
        );
    }

    #[test]
    fn comments_anchors_and_blank_lines_are_kept() {
        check("a: 1 # why\nb: 2", &[&[(4, 15, "")]], "a: 1 # why\nb: 2", 0);
        check("a: 1\nb: &x 2", &[&[(4, 12, "")]], "a: 1\nb: &x 2", 0);
        check("a: 1\n\n\nb: 2\n", &[&[(4, 11, "")]], "a: 1\n\n\n", 1);
        check("a: 1\r\n\r\nb: 2\r\n", &[&[(4, 12, "")]], "a: 1\r\n\r\n", 1);
    }

    #[test]
    fn what_is_only_likely_is_not_made() {
        let mut sources = Sources::default();
        let span = Span::new(sources.add("x", "a"), 0, 1);
        let text = "b".to_string();
        let finding = Finding::new(SP002, span, "x").patch("y", vec![Edit { span, text }]);
        assert_eq!(apply(&[finding], &sources, &|_| true), Fixes::default());
    }
}
