//! Texts that fit into a terminal. Widths are counted in characters.

/// What a line has room for: a terminal of the usual width, and whoever is no terminal.
pub const TERMINAL_COLUMNS: usize = 80;
/// What stands for what is left out.
const ELLIPSIS: char = '…';

/// How wide a text is.
pub fn width(text: &str) -> usize {
    text.chars().count()
}

/// `text` in at most `columns`: its beginning and its end, which tell names apart, where all of it has no room.
pub fn shorten(text: &str, columns: usize) -> String {
    let count = width(text);
    if count <= columns {
        return text.to_string();
    }
    let kept = columns.saturating_sub(1);
    let (first, last) = (kept.div_ceil(2), kept / 2);
    let begin = text.chars().take(first);
    let end = text.chars().skip(count - last);
    begin.chain([ELLIPSIS]).chain(end).take(columns).collect()
}

/// The words of `text` in lines of at most `columns`; a word that is longer goes on in the next line. At least one line.
pub fn wrapped(text: &str, columns: usize) -> Vec<String> {
    lines(text, [columns, columns])
}

/// `text` as lines of a terminal, each with its end: `first` stands before the first one, `further` before all others.
pub fn indented(text: &str, first: &str, further: &str) -> String {
    let columns = [first, further].map(|indent| TERMINAL_COLUMNS.saturating_sub(width(indent)));
    let indents = std::iter::once(first).chain(std::iter::repeat(further));
    let lines = indents.zip(lines(text, columns));
    lines
        .map(|(indent, line)| format!("{indent}{line}\n"))
        .collect()
}

/// The first line has room for as many columns as the first number says, the others for as many as the second.
fn lines(text: &str, [first, further]: [usize; 2]) -> Vec<String> {
    let mut lines = vec![String::new()];
    let (mut used, mut columns) = (0, first.max(1));
    for word in text.split_whitespace() {
        let length = width(word);
        if used > 0 && used + 1 + length > columns {
            lines.push(String::new());
            (used, columns) = (0, further.max(1));
        }
        let space = (used > 0).then_some(' ');
        for letter in space.into_iter().chain(word.chars()) {
            if used == columns {
                lines.push(String::new());
                (used, columns) = (0, further.max(1));
            }
            used += 1;
            if let Some(line) = lines.last_mut() {
                line.push(letter);
            }
        }
    }
    lines
}

/// The widths of columns that are together at most `columns` wide with `gap` between two of them: the widest of those at
/// `shrinks` give way, down to `least` each. Nothing where that is not enough.
pub fn fitted(
    natural: &[usize],
    shrinks: &[usize],
    least: usize,
    gap: usize,
    columns: usize,
) -> Option<Vec<usize>> {
    let mut widths = natural.to_vec();
    let gaps = gap * natural.len().saturating_sub(1);
    loop {
        if widths.iter().sum::<usize>() + gaps <= columns {
            return Some(widths);
        }
        let able = shrinks.iter().filter(|at| widths[**at] > least);
        let widest = *able.max_by_key(|at| widths[**at])?;
        widths[widest] -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_too_long_keeps_its_beginning_and_its_end() {
        for (columns, expected) in [
            (11, "é-middle-z"),
            (10, "é-middle-z"),
            (9, "é-mi…le-z"),
            (8, "é-mi…e-z"),
            (3, "é…z"),
            (2, "é…"),
            (1, "…"),
            (0, ""),
        ] {
            let found = shorten("é-middle-z", columns);
            assert!(width(&found) <= columns, "{found}");
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn words_are_put_into_lines_and_long_ones_go_on() {
        let check = |text: &str, columns: usize, expected: &[&str]| {
            assert_eq!(wrapped(text, columns), expected, "{text}");
        };
        check("", 5, &[""]);
        check("ab cd éf", 5, &["ab cd", "éf"]);
        check("abcdefgh ij", 5, &["abcde", "fgh", "ij"]);
        check("a abcdefgh", 5, &["a", "abcde", "fgh"]);
        check("abc", 0, &["a", "b", "c"]);
        let words = "word ".repeat(31);
        let found = indented(&words, "- ", "    ");
        let widths: Vec<usize> = found.lines().map(width).collect();
        assert_eq!(widths, [76, 78, 8]);
        assert!(found.starts_with("- word") && found.contains("\n    word"));
    }

    #[test]
    fn the_widest_column_gives_way_first() {
        assert_eq!(fitted(&[4, 5, 3], &[0, 1], 2, 2, 16), Some(vec![4, 5, 3]));
        assert_eq!(fitted(&[4, 9, 3], &[0, 1], 2, 2, 14), Some(vec![4, 3, 3]));
        assert_eq!(fitted(&[4, 9, 3], &[0, 1], 2, 2, 11), Some(vec![2, 2, 3]));
        assert_eq!(fitted(&[4, 9, 3], &[0, 1], 2, 2, 10), None);
    }
}
