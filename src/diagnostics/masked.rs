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
    let known = known
        .iter()
        .map(|span| span.start as usize..(span.end as usize).min(text.len()));
    joined(known.chain(hidden(text)).collect())
}

/// A text without what stands in some ranges. Whole characters are hidden: a text in UTF-8 stays one. Quotes and line ends
/// stay.
pub(super) fn hide(text: &str, ranges: &[Range<usize>]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for range in ranges {
        let (start, end) = (
            text.floor_char_boundary(range.start),
            text.ceil_char_boundary(range.end),
        );
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
    let mut changed: Vec<&str> = edits
        .flat_map(|edit| sources.get(edit.span.source).hidden_at(edit.span))
        .collect();
    let labels = std::iter::once(&finding.primary).chain(&finding.secondary);
    let spans: Vec<Span> = labels.map(|label| label.span).collect();
    let at_labels = spans
        .iter()
        .flat_map(|span| sources.get(span.source).hidden_at(*span));
    let is_changed = !changed.is_empty();
    changed.extend(at_labels);
    if changed.is_empty() {
        return finding;
    }
    if is_changed && let Some(patch) = finding.patch.take() {
        finding.help.push(patch.help);
    }
    let looked_for = Quoted::of(&changed);
    let Finding {
        title,
        primary,
        secondary,
        notes,
        help,
        patch,
        ..
    } = &mut finding;
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
            let own = text[..room]
                .lines()
                .map(|line| line.trim_matches([' ', '"', '\'', '\r']));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourceId;
    use crate::diagnostics::Edit;
    use crate::diagnostics::code::SP002;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(masked(text), expected);
    }

    #[test]
    fn what_stands_behind_the_name_of_a_secret_is_hidden() {
        check("api_url: \"https://x/y\"\n", "api_url: \"***********\"\n");
        check(
            "- {routing_key: abc, url: x}\n",
            "- {routing_key: ***, url: x}\n",
        );
        check(
            "  'smtp_auth_password' : hé\n",
            "  'smtp_auth_password' : ***\n",
        );
        check(
            "{\"token\":\"a\",\"b\":\"c\"}",
            "{\"token\":\"*\",\"b\":\"c\"}",
        );
        check("? token\n: abc\nb: c\n", "? token\n: ***\nb: c\n");
        check("- pasword:abc\nb: c\n", "- pasword:***\nb: c\n");
    }

    #[test]
    fn a_secret_of_several_lines_is_hidden_up_to_the_next_field() {
        check(
            "a:\n  token: |\n    x\n\n    y\n  b: c\n",
            "a:\n  token: *\n*****\n\n*****\n  b: c\n",
        );
        check("secrets:\n- x\n- y\nb: c\n", "secrets:\n***\n***\nb: c\n");
        check("token: \"x\ny: z\"\nb: c\n", "token: \"*\n****\"\nb: c\n");
        check("token: [x,\ny: z]\nb: c\n", "token: ***\n*****\nb: c\n");
    }

    #[test]
    fn paths_of_files_and_other_fields_are_shown() {
        for text in [
            "api_url_file: /run/x\nchannel: a\n",
            "password_policy_url_file: x\n",
            "events: sum(token_errors:rate5m{job=\"a\"})\n",
            "name: tokens\ngroup_by: [token]\n",
            "pagerduty: {routing_key_file: /run/x, url: https://example.com}\nname: x\n",
            "webhook:\n  url: https://example.com/x@y\nruns: every key\n",
            "receivers:\n  a:\n    email: {to: x}\n  b: {slack: {channel: y}}\noutput: z\n",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn what_stands_in_place_of_a_receiver_or_is_unknown_in_it_is_hidden() {
        check("a: {slack: abc}\nb: c\n", "a: {slack: ***}\nb: c\n");
        check("slack:\n- abc\nb: c\n", "slack:\n*****\nb: c\n");
        check(
            "telegram:\n  chat: 1\n  bot: abc\nbot: c\n",
            "telegram:\n  chat: 1\n  bot: ***\nbot: c\n",
        );
        check(
            "slack: {channel: x, url: abc}\n",
            "slack: {channel: x, url: ***}\n",
        );
    }

    #[test]
    fn users_and_passwords_of_urls_are_hidden() {
        check("a: https://me:you@b/c@d\n", "a: https://******@b/c@d\n");
        check("a: https://b/c@d\n", "a: https://b/c@d\n");
    }

    #[test]
    fn what_is_known_to_be_a_secret_is_hidden_whole() {
        let span = Span::new(SourceId(0), 5, 9);
        let text = "url: http://x\n";
        assert_eq!(hide(text, &ranges(text, &[span])), "url: ****://x\n");
    }

    #[test]
    fn words_and_changes_of_what_is_hidden_are_not_shown() {
        let text = "token: abcd\nb: abcd\n";
        let mut sources = Sources::default();
        let id = sources.add("x", text);
        let edit = |from, to| Edit {
            span: Span::new(id, from, to),
            text: "abcd".to_string(),
        };
        let finding = |from, to| {
            let span = Span::new(id, from, to);
            let finding = Finding::new(SP002, span, "`abcd` of `token` is `abcd…`").label("abcd");
            finding.patch("write `&abcd`", vec![edit(from, to)])
        };
        let secret = redacted(&finding(7, 11), &sources);
        assert_eq!(secret.title, "`****` of `token` is `****…`");
        assert_eq!(
            (secret.primary.text.as_str(), &secret.patch),
            ("****", &None)
        );
        assert_eq!(secret.help, ["write `&****`"]);
        let other = finding(15, 19);
        assert_eq!(redacted(&other, &sources), other);
    }

    #[test]
    #[allow(
        clippy::disallowed_methods,
        reason = "how long something takes is what is tested"
    )]
    fn hostile_texts_take_no_longer_than_others() {
        const BYTES: usize = 1 << 17;
        for part in [
            "token: ",
            "token: [",
            "token: 'x",
            "\"token\":!x,",
            "a: ",
            "? ",
            "- ",
            "://",
            "a:a",
            "{slack: ",
            "x@",
            "slack:\n",
            "\n",
            "  token:\n",
        ] {
            let began = std::time::Instant::now();
            for text in [
                part.repeat(BYTES / part.len()),
                format!("{}{}", "- ".repeat(BYTES / 4), part.repeat(BYTES / 8)),
            ] {
                assert_eq!(masked(&text).len(), text.len());
            }
            assert!(
                began.elapsed().as_secs() < 2,
                "{part:?} {:?}",
                began.elapsed()
            );
        }
    }
}
