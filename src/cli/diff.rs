//! A short difference of two texts: where they begin to differ, and how.

use super::report::printable;

/// Most lines that are shown of each side.
const LINES_MAX: usize = 3;
/// Most characters that are shown of a line.
const CHARS_MAX: usize = 160;

/// The first difference: the line's number, what is there (`-`) and what should be (`+`).
pub(super) fn short(before: &str, after: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let same = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let shared = old[same..]
        .iter()
        .rev()
        .zip(new[same..].iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let mut out = format!("  line {}\n", same + 1);
    for (sign, lines) in [
        ("-", &old[same..old.len() - shared]),
        ("+", &new[same..new.len() - shared]),
    ] {
        for line in lines.iter().take(LINES_MAX) {
            out.push_str(&format!("  {sign} {}\n", cut(line)));
        }
        if lines.len() > LINES_MAX {
            out.push_str(&format!("  {sign} ... {} more\n", lines.len() - LINES_MAX));
        }
    }
    out
}

fn cut(line: &str) -> String {
    match line.char_indices().nth(CHARS_MAX) {
        Some((at, _)) => format!("{}...", printable(&line[..at])),
        None => printable(line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_shows_where_it_begins() {
        assert_eq!(short("a\nb\nc\n", "a\nX\nc\n"), "  line 2\n  - b\n  + X\n");
        assert_eq!(short("a\n", "a\nb\n"), "  line 2\n  + b\n");
        assert_eq!(
            short("", "1\n2\n3\n4\n"),
            "  line 1\n  + 1\n  + 2\n  + 3\n  + ... 1 more\n"
        );
    }

    #[test]
    fn a_long_line_is_cut() {
        let long = "é".repeat(CHARS_MAX + 1);
        assert_eq!(
            short("", &long),
            format!("  line 1\n  + {}...\n", "é".repeat(CHARS_MAX))
        );
    }
}
