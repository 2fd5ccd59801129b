//! Text as YAML that every reader gets back as that same text.
//!
//! Readers differ: `on`, `1_000`, `12:30` and `2024-01-01` are text to some of them. What is written
//! plainly here is text to all, YAML 1.1 and 1.2; whatever might be anything else is quoted.

/// Words that begin with a letter and that some reader takes for a boolean, a number or nothing.
const TAKEN_WORDS: &[&str] = &[
    "y", "yes", "n", "no", "on", "off", "true", "false", "t", "f", "null", "nil", "none", "nan",
    "inf", "infinity",
];

/// Writes a text in one line, as a key or a value in block style. Keys are at most 1,024 characters
/// long to be read by anybody.
pub fn scalar(out: &mut String, text: &str) {
    if is_plain(text) {
        out.push_str(text);
    } else {
        quoted(out, text);
    }
}

/// Writes a text of several lines as the value of a key, its lines indented by `indent` spaces, as
/// a literal block where that is safe; any other text as [`scalar`] does. Ends without a line feed.
pub fn block(out: &mut String, indent: usize, text: &str) {
    assert!(indent > 0, "a block is indented deeper than its key");
    if !text.contains('\n') {
        return scalar(out, text);
    }
    if !is_block(text) {
        return quoted(out, text);
    }
    out.push_str(if text.ends_with('\n') { "|" } else { "|-" });
    for line in text.lines() {
        out.push('\n');
        if !line.is_empty() {
            out.extend(std::iter::repeat_n(' ', indent));
            out.push_str(line);
        }
    }
}

/// Writes an expression of a query language as the value of a key in block style: as it stands where that is safe, so that
/// rules can be read and copied, else as [`scalar`] does.
pub fn expression(out: &mut String, text: &str) {
    let starts = text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '(');
    // A call or a selector: nobody takes that for a number, a date or a boolean.
    let speaks = text.contains(['(', '{']);
    let breaks = has_pair(text, b": ") || has_pair(text, b" #") || text.ends_with([' ', ':']);
    if starts && speaks && !breaks && has_no_escapes(text, &[]) {
        out.push_str(text);
    } else {
        scalar(out, text);
    }
}

/// Whether these two bytes follow one another.
fn has_pair(text: &str, pair: &[u8; 2]) -> bool {
    // Without a branch for each byte, which is several times faster than a search: most of what is written passes here.
    let bytes = text.as_bytes();
    let next = bytes.get(1..).unwrap_or_default();
    let both = |at: (&u8, &u8)| (*at.0 == pair[0]) & (*at.1 == pair[1]);
    bytes.iter().zip(next).map(both).fold(false, |a, b| a | b)
}

/// Whether the text has only characters that stand as they are, and the control characters that are `allowed`.
fn has_no_escapes(text: &str, allowed: &[char]) -> bool {
    let odd = text.bytes().map(|b| !(b' '..0x7f).contains(&b));
    !odd.fold(false, |a, b| a | b) || text.chars().all(|c| !is_escaped(c) || allowed.contains(&c))
}

/// Bytes that are safe in a plain text. A table, since every label and name that is written passes here.
const SAFE: [bool; 256] = {
    let mut table = [false; 256];
    let mut at = 0;
    while at < table.len() {
        let byte = at as u8;
        table[at] = byte.is_ascii_alphanumeric()
            || matches!(byte, b' ' | b'_' | b'-' | b'.' | b'/' | b':' | b'(' | b')');
        at += 1;
    }
    table
};

/// Whether nobody can take the text for anything else. Safe characters alone; a colon only where
/// it is a part of a word, such as in the name of a series.
fn is_plain(text: &str) -> bool {
    let word = |c: &u8| c.is_ascii_alphanumeric() || *c == b'_';
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|b| SAFE[usize::from(b)])
        && !text.ends_with([' ', ':'])
        && text
            .as_bytes()
            .windows(2)
            .all(|pair| pair[0] != b':' || word(&pair[1]))
        && !TAKEN_WORDS
            .iter()
            .any(|taken| text.eq_ignore_ascii_case(taken))
}

/// Whether a literal block keeps the text: its first line shows the indentation, and no line ends
/// or begins with white space that a reader or an editor may lose.
fn is_block(text: &str) -> bool {
    let body = text.strip_suffix('\n').unwrap_or(text);
    !body.ends_with('\n')
        && !text.starts_with([' ', '\n'])
        && text
            .lines()
            .all(|line| !line.starts_with('\t') && !line.ends_with([' ', '\t']))
        && text.split('\n').all(|line| has_no_escapes(line, &['\t']))
}

fn quoted(out: &mut String, text: &str) {
    out.push('"');
    // What stands as it is goes over in whole runs.
    let mut from = 0;
    let bytes = text.as_bytes();
    while let Some(run) = bytes[from..].iter().position(|b| is_special(*b)) {
        let at = from + run;
        out.push_str(&text[from..at]);
        let c = text[at..]
            .chars()
            .next()
            .expect("a special byte begins a character");
        escaped(out, c);
        from = at + c.len_utf8();
    }
    out.push_str(&text[from..]);
    out.push('"');
}

/// Whether a byte begins a character that may have to be escaped.
fn is_special(byte: u8) -> bool {
    byte < b' ' || byte == b'"' || byte == b'\\' || byte >= 0x7f
}

fn escaped(out: &mut String, c: char) {
    match c {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\t' => out.push_str("\\t"),
        '\r' => out.push_str("\\r"),
        c if is_escaped(c) => out.push_str(&format!("\\u{:04x}", u32::from(c))),
        c => out.push(c),
    }
}

/// Characters that YAML does not allow as they are, or that some reader takes for a line break or a
/// byte-order mark. All are below U+10000.
fn is_escaped(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let mut out = String::new();
        scalar(&mut out, text);
        assert_eq!(out, expected);
    }

    fn check_block(text: &str, expected: &str) {
        let mut out = String::new();
        block(&mut out, 2, text);
        assert_eq!(out, expected);
    }

    #[test]
    fn texts_that_nobody_misreads_are_plain() {
        for text in [
            "page",
            "slo:errors:increase5m",
            "two words",
            "a/b.c_d-e",
            "not",
            "x (y)",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn texts_that_somebody_may_misread_are_quoted() {
        for text in [
            "",
            "on",
            "Off",
            "y",
            "NO",
            "null",
            "True",
            "nan",
            "1",
            "0x1F",
            "1e3",
            "12:30",
            "~",
            "2024-01-01",
            "a: b",
            "a:",
            "a #b",
            "-x",
            " a",
            "a ",
            "{a}",
            "a,b",
            "*a",
            "@a",
            "é",
            "a::",
            "a:-b",
            "<<",
            "=",
            ".inf",
            "_x",
            "5m",
            "[$window]",
        ] {
            check(text, &format!("\"{text}\""));
        }
    }

    #[test]
    fn what_cannot_stand_as_it_is_is_escaped() {
        check(
            "a\"\\\n\t\r\u{1b}\u{85}\u{2028}\u{feff}😀",
            "\"a\\\"\\\\\\n\\t\\r\\u001b\\u0085\\u2028\\ufeff😀\"",
        );
    }

    #[test]
    fn lines_are_written_as_a_block() {
        check_block("a\n\n  b", "|-\n  a\n\n    b");
        check_block("a\nb\n", "|\n  a\n  b");
        check_block("one line", "one line");
    }

    #[test]
    fn lines_that_a_block_may_lose_are_quoted() {
        check_block("a\nb\n\n", "\"a\\nb\\n\\n\"");
        check_block(" a\nb", "\" a\\nb\"");
        check_block("\na", "\"\\na\"");
        check_block("a \nb", "\"a \\nb\"");
        check_block("a\n\tb", "\"a\\n\\tb\"");
        check_block("a\r\nb", "\"a\\r\\nb\"");
        check_block("\n", "\"\\n\"");
    }
}
