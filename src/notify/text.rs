//! Texts that fit: cut at a limit, escaped for where they go, never within a character or an escape.
//!
//! Promise: nothing that comes out is longer than was asked for, in the measure that was asked for, and what was cut ends in
//! `…`.

use super::limit::Measure;

/// Ends what was cut.
const ELLIPSIS: &str = "…";

/// How a character is written in some language.
pub type Escape = fn(char, &mut String);

/// As it is.
pub fn plain(c: char, out: &mut String) {
    out.push(c);
}

/// Whether a character does something to the text around it: controls, separators of lines, and marks that turn the
/// direction of reading or cannot be seen.
fn is_unruly(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The same on one line: runs of white space and of what is unruly become one space.
pub fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(1 << 16));
    for c in text.chars() {
        match is_unruly(c) || c.is_whitespace() {
            true if out.is_empty() || out.ends_with(' ') => {}
            true => out.push(' '),
            false => out.push(c),
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// The same on its lines, each tidied as by [`line`] but for its indentation; no more than one empty line after another.
pub fn lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(1 << 16));
    for each in text.lines() {
        let tidy = line(each);
        let indent = each.len() - each.trim_start_matches(' ').len();
        if tidy.is_empty() && (out.is_empty() || out.ends_with("\n\n")) {
            continue;
        }
        out.extend(std::iter::repeat_n(
            ' ',
            if tidy.is_empty() { 0 } else { indent.min(16) },
        ));
        out.push_str(&tidy);
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out
}

/// `text` escaped, and cut so that it is no longer than `most`.
pub fn fit(text: &str, most: usize, measure: Measure, escape: Escape) -> String {
    let ellipsis = measure.of(ELLIPSIS);
    let (mut out, mut used, mut safe) = (String::new(), 0, 0);
    for c in text.chars() {
        let before = out.len();
        escape(c, &mut out);
        used += measure.of(&out[before..]);
        if used > most {
            out.truncate(safe);
            if ellipsis <= most {
                out.push_str(ELLIPSIS);
            }
            return out;
        }
        if used + ellipsis <= most {
            safe = out.len();
        }
    }
    out
}

/// `text` cut at so many characters.
pub fn cut(text: &str, most_chars: usize) -> String {
    fit(text, most_chars, Measure::Chars, plain)
}

/// A text of lines that grows up to a limit.
pub struct Page {
    text: String,
    used: usize,
    most: usize,
    measure: Measure,
    escape: Escape,
}

impl Page {
    /// An empty one of at most `most`, in which what is added is escaped.
    pub fn new(most: usize, measure: Measure, escape: Escape) -> Page {
        Page {
            text: String::new(),
            used: 0,
            most,
            measure,
            escape,
        }
    }

    /// How much more fits on a line of its own.
    pub fn room(&self) -> usize {
        self.most.saturating_sub(self.used + self.gap())
    }

    /// How it is measured.
    pub fn measure(&self) -> Measure {
        self.measure
    }

    /// The break before the next line.
    fn gap(&self) -> usize {
        usize::from(!self.text.is_empty())
    }

    /// Adds a line or several, cut where they do not fit.
    pub fn add(&mut self, text: &str) {
        if !text.is_empty() {
            let fitting = fit(text, self.room(), self.measure, self.escape);
            self.push(&fitting);
        }
    }

    /// Adds lines that are escaped already, if they fit whole.
    pub fn add_ready(&mut self, ready: &str) -> bool {
        let fits = self.measure.of(ready) <= self.room();
        if fits {
            self.push(ready);
        }
        fits
    }

    /// Adds an empty line, where something follows it.
    pub fn space(&mut self) {
        if !self.text.is_empty() && self.room() > 1 {
            self.text.push('\n');
            self.used += 1;
        }
    }

    /// `text` escaped as this page is.
    pub fn escaped(&self, text: &str) -> String {
        fit(text, usize::MAX, self.measure, self.escape)
    }

    fn push(&mut self, ready: &str) {
        if ready.is_empty() {
            return;
        }
        if self.gap() == 1 {
            self.text.push('\n');
            self.used += 1;
        }
        self.text.push_str(ready);
        self.used += self.measure.of(ready);
    }

    /// The text.
    pub fn into_text(self) -> String {
        let mut text = self.text;
        text.truncate(text.trim_end_matches('\n').len());
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(c: char, out: &mut String) {
        match c {
            '<' => out.push_str("&lt;"),
            c => out.push(c),
        }
    }

    #[test]
    fn a_text_is_cut_at_its_limit_and_never_within_a_character_or_an_escape() {
        let check = |text: &str, most, measure, expected: &str| {
            let fitting = fit(text, most, measure, html);
            assert_eq!(fitting, expected, "{text} {most}");
            assert!(measure.of(&fitting) <= most);
        };
        check("abcd", 4, Measure::Chars, "abcd");
        check("abcde", 4, Measure::Chars, "abc…");
        check("a<b", 6, Measure::Chars, "a&lt;b");
        check("a<bc", 6, Measure::Chars, "a&lt;…");
        check("a<bc", 5, Measure::Chars, "a…");
        check("éé", 4, Measure::Bytes, "éé");
        check("ééé", 5, Measure::Bytes, "é…");
        check("ééé", 2, Measure::Bytes, "");
        check("𝄞𝄞", 3, Measure::Utf16, "𝄞…");
        check("", 0, Measure::Chars, "");
    }

    #[test]
    fn one_line_has_no_breaks_and_nothing_that_cannot_be_seen() {
        assert_eq!(
            line(" a\r\nBcc: b\u{202e}\u{2028}c\u{0}\td "),
            "a Bcc: b c d"
        );
        assert_eq!(lines("\n a\r\n\n\n\nb\u{7}c \n"), " a\n\nb c");
    }

    #[test]
    fn a_page_takes_what_fits() {
        let mut page = Page::new(12, Measure::Chars, html);
        page.add("ab");
        assert!(page.add_ready("<cd>"));
        assert!(!page.add_ready("efghi"));
        page.add("efghi");
        assert_eq!(page.into_text(), "ab\n<cd>\nefg…");
    }
}
