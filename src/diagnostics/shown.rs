//! How a piece of the user's text is quoted inside a message.

/// Longest quotation, in characters.
pub const SHOWN_MAX_CHARS: usize = 60;

/// The text in backticks: shortened when long, control characters escaped.
pub fn shown(text: &str) -> String {
    let mut quoted = String::from("`");
    for (at, c) in text.chars().enumerate() {
        if at == SHOWN_MAX_CHARS {
            quoted.push('…');
            break;
        }
        if c.is_control() {
            quoted.extend(c.escape_default());
        } else {
            quoted.push(c);
        }
    }
    quoted.push('`');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quotation_is_cut_after_its_limit_and_not_before() {
        let fits = "é".repeat(SHOWN_MAX_CHARS);
        assert_eq!(shown(&fits), format!("`{fits}`"));
        assert_eq!(shown(&format!("{fits}é")), format!("`{fits}…`"));
    }

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(shown("a\n\u{1b}[31m"), "`a\\n\\u{1b}[31m`");
    }
}
