//! Markdown for a terminal: prose is broken into lines, everything else is left as it is.

/// `text` with its prose in lines of at most `columns` characters, where words allow it. Fenced blocks, tables and headings
/// keep their lines; the lines of a list item are indented below its text.
pub(super) fn wrap(text: &str, columns: usize) -> String {
    let mut out = String::with_capacity(text.len());
    let mut fenced = false;
    for line in text.lines() {
        let fence = line.starts_with("```");
        fenced ^= fence;
        if fenced || fence || line.starts_with(['|', '#']) {
            out.push_str(line);
        } else {
            wrap_line(line, columns, &mut out);
        }
        out.push('\n');
    }
    out
}

fn wrap_line(line: &str, columns: usize, out: &mut String) {
    let indent = if line.starts_with("- ") { "  " } else { "" };
    let mut width = 0;
    for word in line.split(' ') {
        let length = word.chars().count();
        if width > 0 && width + 1 + length > columns {
            out.push('\n');
            out.push_str(indent);
            width = indent.len();
        } else if width > 0 {
            out.push(' ');
            width += 1;
        }
        out.push_str(word);
        width += length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_broken_before_the_word_that_does_not_fit() {
        assert_eq!(wrap("ab cd éf\n", 5), "ab cd\néf\n");
        assert_eq!(wrap("abcdefgh ij\n", 5), "abcdefgh\nij\n");
        assert_eq!(wrap("- ab cd ef\n", 7), "- ab cd\n  ef\n");
    }

    #[test]
    fn headings_tables_and_fenced_blocks_keep_their_lines() {
        let kept = "# a b c d e f\n\n| a b c d e f |\n```yaml\na: b c d e f\n```\n";
        assert_eq!(wrap(kept, 5), kept);
    }
}
