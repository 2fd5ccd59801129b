//! Where a text may hold secrets.
//!
//! Goes by the names of fields, line by line: nobody can tell what a file means that has faults. More is hidden than needs
//! to be. Promise: the time it takes grows with the length of the text and with nothing else.

use std::ops::Range;

use super::secret_names::{Section, is_kind, named, tells_of_secret};

/// The ranges of what is hidden: values behind the names of secrets, and users and passwords in URLs. In order; they do not
/// touch.
pub(super) fn hidden(text: &str) -> Vec<Range<usize>> {
    let mut scan = Scan {
        text,
        section: Section::START,
        asked: "",
        found: Vec::new(),
    };
    let mut at = 0;
    while at < text.len() {
        let end = line_end(text, at);
        scan.line(at, end);
        let done = scan.found.last().map_or(0, |last| last.end);
        at = match done > end {
            // The rest of the line that a value ends in may name another.
            true => done,
            false => end + 1,
        };
    }
    let mut found = scan.found;
    found.extend(users(text));
    joined(found)
}

/// Ranges in order, those that touch as one.
pub(super) fn joined(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_unstable_by_key(|range| range.start);
    let mut joined: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

struct Scan<'t> {
    text: &'t str,
    section: Section,
    /// The key of `? key`, whose value stands behind a colon of its own.
    asked: &'t str,
    found: Vec<Range<usize>>,
}

/// A line, or what is left of it.
struct Place {
    /// Where the line begins.
    start: usize,
    /// What stands before has been looked at.
    from: usize,
    /// Where it begins behind its indentation and the dashes of lists.
    content: usize,
    /// Where it ends.
    end: usize,
}

impl<'t> Scan<'t> {
    /// Looks at what stands from `from` up to `end`, where the line ends.
    fn line(&mut self, from: usize, end: usize) {
        let start = self.text[..from].rfind('\n').map_or(0, |feed| feed + 1);
        let content = self.text[from..end].trim_start_matches([' ', '-']);
        let place = Place {
            start,
            from,
            content: end - content.len(),
            end,
        };
        let mut at = from;
        while let Some(colon) = self.text[at..end].find(':').map(|colon| at + colon) {
            at = colon + 1;
            if let Some(value) = self.value(&place, colon) {
                at = value.end;
                self.found.push(value);
                if at >= end {
                    break;
                }
            }
        }
        if let Some(key) = content.strip_prefix("? ") {
            self.asked = key.trim_matches([' ', '"', '\'', '\r']);
        }
    }

    /// The value behind a colon, where its name tells of a secret.
    fn value(&mut self, place: &Place, colon: usize) -> Option<Range<usize>> {
        let text = self.text;
        let head = text[place.from..colon].trim_end_matches([' ', '"', '\'']);
        let part = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
        let name = &head[head.trim_end_matches(part).len()..];
        let name_at = place.from + head.len() - name.len();
        let before = text[place.from..name_at].trim_end_matches([' ', '"', '\'']);
        let is_in_flow = before.ends_with(['{', ',', '[']);
        let asks = head.is_empty() && place.from == place.start;
        let name = named(if asks { self.asked } else { name });
        let rest = &text[colon + 1..place.end];
        let is_quoted = text[..colon].ends_with(['"', '\'']);
        let tells = if is_quoted || rest.is_empty() || rest.starts_with([' ', '\t', '\r']) {
            let value = rest.trim_start();
            let begins = value.is_empty() || value.starts_with(['{', '[', '#', '&']);
            let column = name_at - place.start;
            if column <= self.section.column {
                self.section = Section::START;
            }
            let hides = self.section.hides(&name);
            if begins {
                // What begins between brackets may go on in lines that are indented less.
                let column = column.min(place.content - place.start);
                self.section = Section::of(&name, column);
            }
            match is_kind(&name) {
                true => !self.is_mapping(value, place.end),
                false if begins => tells_of_secret(&name) || hides && name == "url",
                false => hides,
            }
        } else {
            // A space was forgotten, or this is no field at all.
            (is_in_flow || before.len() <= place.content - place.from) && tells_of_secret(&name)
        };
        let value = match (tells, is_in_flow) {
            (false, _) => return None,
            (true, true) => self.in_flow(colon + 1),
            (true, false) => self.in_block(name_at - place.start, colon + 1, place.end),
        };
        (!value.is_empty()).then_some(value)
    }

    /// Whether a value begins as a mapping: `value` on its line, or the lines behind `end`.
    fn is_mapping(&self, value: &str, end: usize) -> bool {
        let begins = |value: &str| value.starts_with(['{', '&']);
        if !(value.is_empty() || value.starts_with('#')) {
            return begins(value);
        }
        let below = self.text[end..].trim_start();
        let line = &below[..line_end(below, 0)];
        begins(line)
            || !line.starts_with('-') && (line.contains(": ") || line.trim_end().ends_with(':'))
    }

    /// A value between brackets.
    fn in_flow(&self, from: usize) -> Range<usize> {
        let text = self.text;
        let start = text.len() - text[from..].trim_start().len();
        let end = enclosed(text, start).unwrap_or_else(|| {
            let close = text[start..].find([',', '}', ']']);
            close.map_or(text.len(), |close| start + close)
        });
        start..end
    }

    /// A value on the line of its key, which begins in `column`, and on the lines below that belong to it.
    fn in_block(&self, column: usize, from: usize, line_end: usize) -> Range<usize> {
        let text = self.text;
        let rest = &text[from..line_end];
        let start = line_end - rest.trim_start().len();
        let value = text[start..line_end].trim_end();
        let is_below = value.is_empty() || value.starts_with(['#', '&', '!', '|', '>']);
        let mut end = enclosed(text, start).map_or(line_end, |end| self::line_end(text, end));
        while end < text.len() {
            let next = end + 1;
            let next_end = self::line_end(text, next);
            let line = &text[next..next_end];
            let content = line.trim_start_matches([' ', '\t']);
            let indent = line.len() - content.len();
            let is_item = is_below && indent == column && content.starts_with('-');
            if !(content.trim().is_empty() || indent > column || is_item) {
                break;
            }
            end = next_end;
        }
        start..end
    }
}

/// Where a value in quotes or brackets ends, behind its tag and anchor; at the end of the text where nothing closes it.
/// Nothing for one without.
fn enclosed(text: &str, start: usize) -> Option<usize> {
    let mut at = start;
    while text[at..].starts_with(['!', '&']) {
        let word = text[at..]
            .find([' ', '\n', ',', '}', ']'])
            .unwrap_or(text.len() - at);
        let rest = &text[at + word..];
        at = text.len() - rest.trim_start().len();
    }
    let mut depth = 0_usize;
    let bytes = text.as_bytes();
    loop {
        match bytes.get(at) {
            None => return (at > start).then_some(text.len()),
            Some(quote @ (b'"' | b'\'')) => at = quoted(bytes, at + 1, *quote),
            Some(b'{' | b'[') => {
                depth += 1;
                at += 1;
            }
            Some(b'}' | b']') => {
                depth = depth.saturating_sub(1);
                at += 1;
            }
            Some(_) if depth == 0 => return None,
            Some(_) => at += 1,
        }
        if depth == 0 {
            return Some(at);
        }
    }
}

/// One past the quote that ends a text of which `at` is the first byte.
fn quoted(bytes: &[u8], mut at: usize, quote: u8) -> usize {
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' if quote == b'"' => at += 2,
            b'\'' if quote == b'\'' && bytes.get(at + 1) == Some(&b'\'') => at += 2,
            byte if *byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Users and passwords in URLs.
fn users(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    text.match_indices("://").filter_map(|(at, scheme)| {
        let start = at + scheme.len();
        let ends = |c: char| c.is_whitespace() || "/?#\"'`<>".contains(c);
        let end = text[start..].find(ends).unwrap_or(text.len() - start);
        let user = text[start..start + end].rfind('@')?;
        Some(start..start + user)
    })
}

fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |feed| at + feed)
}
