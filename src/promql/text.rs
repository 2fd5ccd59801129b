//! String literals: where they end, what they say, and how text is written as one.

/// Measures the literal at the start of `text`, whose first byte is its quote.
/// `Err` holds how many bytes show the fault, and what it is.
pub(super) fn scan(text: &str) -> Result<usize, (usize, &'static str)> {
    let quote = text.as_bytes()[0];
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            char::REPLACEMENT_CHARACTER => {
                return Err((at + c.len_utf8(), "the text holds an invalid character"));
            }
            '\n' if quote != b'`' => return Err((at, "the text has no closing quote")),
            '\\' if quote != b'`' => {
                let after = &text[at + 1..];
                let escape = escape_len(after, quote).map_err(|message| {
                    let shown = after.chars().next().map_or(0, char::len_utf8);
                    (at + 1 + shown, message)
                })?;
                // All bytes of an escape are characters of their own.
                for _ in 0..escape {
                    chars.next();
                }
            }
            _ if c == char::from(quote) => return Ok(at + 1),
            _ => {}
        }
    }
    Err((text.len(), "the text has no closing quote"))
}

/// The bytes of the escape whose backslash is just before `rest`.
fn escape_len(rest: &str, quote: u8) -> Result<usize, &'static str> {
    let bytes = rest.as_bytes();
    let (skip, digits, radix, max) = match bytes.first() {
        Some(b'a' | b'b' | b'f' | b'n' | b'r' | b't' | b'v' | b'\\') => return Ok(1),
        Some(b) if *b == quote => return Ok(1),
        Some(b'0'..=b'7') => (0, 3, 8, 0xFF),
        Some(b'x') => (1, 2, 16, 0xFF),
        Some(b'u') => (1, 4, 16, 0x10_FFFF),
        Some(b'U') => (1, 8, 16, 0x10_FFFF),
        Some(_) => return Err("an escape that does not exist"),
        None => return Err("the text has no closing quote"),
    };
    let code = bytes
        .get(skip..skip + digits)
        .and_then(|digits| std::str::from_utf8(digits).ok())
        .filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))
        .and_then(|digits| u32::from_str_radix(digits, radix).ok())
        .ok_or("an escape whose digits do not fit")?;
    if code > max || (0xD800..0xE000).contains(&code) {
        return Err("an escape that names no character");
    }
    Ok(skip + digits)
}

/// What a literal that [`scan`] has measured says.
pub(super) fn unquote(literal: &str) -> Vec<u8> {
    let quote = literal.as_bytes()[0];
    let inner = &literal.as_bytes()[1..literal.len() - 1];
    if quote == b'`' || !inner.contains(&b'\\') {
        return inner.to_vec();
    }
    let mut said = Vec::with_capacity(inner.len());
    let mut at = 0;
    while at < inner.len() {
        if inner[at] != b'\\' {
            said.push(inner[at]);
            at += 1;
            continue;
        }
        let (skip, digits, radix) = match inner[at + 1] {
            b'0'..=b'7' => (0, 3, 8),
            b'x' => (1, 2, 16),
            b'u' => (1, 4, 16),
            b'U' => (1, 8, 16),
            plain => {
                said.push(unescape(plain));
                at += 2;
                continue;
            }
        };
        let from = at + 1 + skip;
        let code = inner[from..from + digits].iter().fold(0, |code, b| {
            code * radix + char::from(*b).to_digit(radix).unwrap_or(0)
        });
        // Up to 255 in octal and `\x` is a byte of its own, in `\u` and `\U` a character.
        match digits {
            2 | 3 => said.push(code as u8),
            _ => {
                let c = char::from_u32(code).expect("scanned escapes name characters");
                said.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
        at = from + digits;
    }
    said
}

/// What a literal in double quotes says, escapes undone as Go undoes them; `None` where `literal` is none, or more
/// than one, or says no UTF-8.
pub fn said(literal: &str) -> Option<String> {
    let whole = literal.starts_with('"') && scan(literal) == Ok(literal.len());
    whole.then(|| String::from_utf8(unquote(literal)).ok())?
}

fn unescape(escape: u8) -> u8 {
    match escape {
        b'a' => 0x07,
        b'b' => 0x08,
        b'f' => 0x0C,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 0x0B,
        other => other,
    }
}

/// Writes `said` as a literal in double quotes.
pub(super) fn quote(out: &mut String, said: &[u8]) {
    out.push('"');
    for chunk in said.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                '\t' => out.push_str("\\t"),
                '\r' => out.push_str("\\r"),
                char::REPLACEMENT_CHARACTER => out.push_str("\\ufffd"),
                c if c.is_ascii_control() => push_byte(out, c as u8),
                c => out.push(c),
            }
        }
        for byte in chunk.invalid() {
            push_byte(out, *byte);
        }
    }
    out.push('"');
}

fn push_byte(out: &mut String, byte: u8) {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    out.push_str("\\x");
    out.push(DIGITS[usize::from(byte >> 4)]);
    out.push(DIGITS[usize::from(byte & 15)]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(literal: &str, said: &[u8]) {
        assert_eq!(scan(literal), Ok(literal.len()), "{literal}");
        assert_eq!(unquote(literal), said, "{literal}");
        let mut again = String::new();
        quote(&mut again, said);
        assert_eq!(scan(&again), Ok(again.len()), "{again}");
        assert_eq!(unquote(&again), said, "{again}");
    }

    #[test]
    fn literals_say_what_they_say_in_prometheus() {
        check(r#""5..""#, b"5..");
        check(r"`\d+`", br"\d+");
        check("`a\nb`", b"a\nb");
        check(r"'it\'s'", b"it's");
        check(r#""\a\b\f\n\r\t\v\\\"""#, b"\x07\x08\x0C\n\r\t\x0B\\\"");
        check(
            r#""\xFF\377\u1234\U00010111""#,
            b"\xFF\xFF\xE1\x88\xB4\xF0\x90\x84\x91",
        );
        check("\"\u{1}é\"", "\u{1}é".as_bytes());
        check(r#""\ufffd""#, "\u{fffd}".as_bytes());
    }

    #[test]
    fn broken_literals_are_refused() {
        for literal in [
            "\"",
            "\"a",
            "'a\"",
            "`a",
            "\"a\nb\"",
            r#""\c""#,
            r#""\x1""#,
            r#""\400""#,
            r#""\8""#,
            r#""\uD800""#,
            r#""\UFFFFFFFF""#,
            r#""\'""#,
            r#""\"#,
            "\"\u{fffd}\"",
            r#""\xé1""#,
        ] {
            assert!(scan(literal).is_err(), "{literal}");
        }
    }
}
