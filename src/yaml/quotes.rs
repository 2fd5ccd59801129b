//! Finds the quotation mark or the escape that a syntax error is about.
//!
//! The parser says where a quoted text became impossible, which is often lines after the quotation
//! mark that nobody closed.

/// The first quotation mark after `from` that no other one closes before `to`.
pub(super) fn unclosed(text: &str, from: usize, to: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    while at < to {
        let opens_token = at == 0 || b" \t\r\n,[{:&".contains(&bytes[at - 1]) || at == from;
        match bytes[at] {
            b'#' if opens_token => at += bytes[at..].iter().position(|b| *b == b'\n')?,
            quote @ (b'"' | b'\'') if opens_token => match closing(&bytes[..to], at, quote) {
                Some(end) => at = end + 1,
                None => return Some(at),
            },
            _ => at += 1,
        }
    }
    None
}

/// Where the text quoted at `open` ends.
fn closing(bytes: &[u8], open: usize, quote: u8) -> Option<usize> {
    let mut at = open + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if quote == b'"' => at += 2,
            b'\'' if quote == b'\'' && bytes.get(at + 1) == Some(&b'\'') => at += 2,
            byte if byte == quote => return Some(at),
            _ => at += 1,
        }
    }
    None
}

/// The first escape after the quotation mark at `open` that means nothing, as a range.
pub(super) fn bad_escape(text: &str, open: usize) -> Option<(usize, usize)> {
    let mut at = open + 1;
    while at < text.len() {
        let rest = &text[at..];
        at += rest.find(['\\', '"'])?;
        if text[at..].starts_with('"') {
            return None;
        }
        let kind = text[at + 1..].chars().next()?;
        let digits = match kind {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            '0' | 'a' | 'b' | 't' | 'n' | 'v' | 'f' | 'r' | 'e' | ' ' | '"' | '/' | '\\' | 'N'
            | '_' | 'L' | 'P' | '\t' | '\n' | '\r' => 0,
            _ => return Some((at, at + 1 + kind.len_utf8())),
        };
        let end = at + 2 + digits;
        if digits > 0 {
            let value = text
                .get(at + 2..end)
                .map(|hex| u32::from_str_radix(hex, 16));
            let Some(Ok(value)) = value else {
                return Some((at, at + 2));
            };
            if char::from_u32(value).is_none() {
                let low = text.get(end..end + 2) == Some("\\u");
                if !low || !(0xD800..0xDC00).contains(&value) {
                    return Some((at, end));
                }
                at = end + 6;
                continue;
            }
        }
        at = if digits > 0 {
            end
        } else {
            at + 1 + kind.len_utf8()
        };
    }
    None
}
