//! Text of others in Markdown: always as code, so that nothing in it is a link, a mention, HTML or a column of a table.

/// Most characters of one text that are shown.
pub const TEXT_CHARS_MAX: usize = 200;

/// One line of text as code, in a paragraph or a list.
pub fn code(text: &str) -> String {
    let text = plain(text);
    if text.is_empty() {
        return "(empty)".to_string();
    }
    let fence = "`".repeat(longest_run(&text, '`') + 1);
    let touches = text.starts_with('`') || text.ends_with('`');
    let stripped = text.starts_with(' ') && text.ends_with(' ');
    match touches || stripped {
        true => format!("{fence} {text} {fence}"),
        false => format!("{fence}{text}{fence}"),
    }
}

/// The same in the cell of a table, where a bar would begin the next cell whatever is around it.
pub fn cell(text: &str) -> String {
    let text = code(text);
    let mut out = String::with_capacity(text.len());
    let mut backslashes = 0;
    for c in text.chars() {
        if c == '|' {
            // Readers differ in whether a backslash before that of the bar takes its meaning away; a pair never does.
            out.push_str(if backslashes % 2 == 1 { "\\\\" } else { "\\" });
        }
        backslashes = if c == '\\' { backslashes + 1 } else { 0 };
        out.push(c);
    }
    out
}

/// Lines as a block of code in `language`; each line is one.
pub fn block(language: &str, lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| cleaned(line)).collect();
    let runs = lines.iter().map(|line| longest_run(line, '`'));
    let fence = "`".repeat(runs.max().unwrap_or(0).max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n", lines.join("\n"))
}

/// One line without anything that cannot be seen, cut where it is long.
pub fn plain(text: &str) -> String {
    let text = cleaned(text);
    match text.char_indices().nth(TEXT_CHARS_MAX) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

fn cleaned(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        match is_unseen(c) {
            true => line.extend(c.escape_unicode()),
            false if c.is_control() => line.extend(c.escape_default()),
            false => line.push(c),
        }
    }
    line
}

/// Characters that turn the direction of what follows, or are nothing to see, and separators of lines.
fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

fn longest_run(text: &str, of: char) -> usize {
    let runs = text.split(|c| c != of).map(str::len);
    runs.max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str, in_cell: &str) {
        assert_eq!(code(text), expected);
        assert_eq!(cell(text), in_cell);
    }

    #[test]
    fn code_ends_where_it_should() {
        check("a", "`a`", "`a`");
        check("", "(empty)", "(empty)");
        check("a`b", "``a`b``", "``a`b``");
        check("``", "``` `` ```", "``` `` ```");
        check("`a", "`` `a ``", "`` `a ``");
        check(" a ", "`  a  `", "`  a  `");
        check(" a", "` a`", "` a`");
        check("a\nb\u{202e}c", "`a\\nb\\u{202e}c`", "`a\\nb\\u{202e}c`");
    }

    #[test]
    fn a_bar_stays_in_its_cell() {
        check("a|b", "`a|b`", "`a\\|b`");
        check("a\\|b", "`a\\|b`", "`a\\\\\\|b`");
        check("a\\\\|b", "`a\\\\|b`", "`a\\\\\\|b`");
    }

    #[test]
    fn a_long_text_is_cut() {
        let long = "é".repeat(TEXT_CHARS_MAX);
        assert_eq!(plain(&long), long);
        assert_eq!(plain(&format!("{long}x")), format!("{long}…"));
    }

    #[test]
    fn a_block_is_not_ended_by_its_lines() {
        let lines = ["+ ```".to_string(), "````\n# x".to_string()];
        assert_eq!(
            block("diff", &lines),
            "`````diff\n+ ```\n````\\n# x\n`````\n"
        );
        assert_eq!(block("diff", &["a".to_string()]), "```diff\na\n```\n");
    }
}
