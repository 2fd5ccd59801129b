//! A table for people: columns as wide as their cells, notes below a row, colour where there is a terminal.

use super::report::printable;
use crate::diagnostics::Colour;
use crate::show::fit::{TERMINAL_COLUMNS, indented, shorten, width, wrapped};

/// What stands between two columns.
const GAP: &str = "  ";
/// What stands before a note, and before what goes on of one.
const BELOW: &str = "    ";
const FURTHER: &str = "      ";
/// So many columns the last one has at least, where it needs them.
const LAST_COLUMNS: usize = 32;

/// What a cell means, for its colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Tint {
    /// Nothing in particular.
    #[default]
    Plain,
    /// All is well.
    Good,
    /// Something is to be done.
    Warning,
    /// Something is to be done now.
    Bad,
    /// Nobody can see.
    Blind,
}

/// One text of a row.
pub(super) struct Cell {
    text: String,
    tint: Tint,
}

/// A row and what is said below it.
pub(super) struct Row {
    pub cells: Vec<Cell>,
    pub notes: Vec<String>,
}

impl Cell {
    pub fn new(text: impl AsRef<str>, tint: Tint) -> Cell {
        let text = printable(text.as_ref());
        Cell { text, tint }
    }

    pub fn plain(text: impl AsRef<str>) -> Cell {
        Cell::new(text, Tint::Plain)
    }

    fn width(&self) -> usize {
        width(&self.text)
    }
}

impl Tint {
    /// The colour as SGR parameters (ECMA-48).
    fn code(self) -> Option<&'static str> {
        match self {
            Tint::Plain => None,
            Tint::Good => Some("32"),
            Tint::Warning => Some("33"),
            Tint::Bad => Some("1;31"),
            Tint::Blind => Some("35"),
        }
    }

    fn paint(self, text: &str, colour: Colour) -> String {
        match (colour, self.code()) {
            (Colour::Styled, Some(code)) => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            (Colour::Plain, _) | (Colour::Styled, None) => text.to_string(),
        }
    }
}

/// The lines of a table, each as wide as a terminal at most; without a head where that is empty.
///
/// Where cells are too wide together, the last one goes on below itself, and a first one that has no room has a line of its
/// own. Notes go on below themselves too.
pub(super) fn table(head: &[&str], rows: &[Row], colour: Colour) -> String {
    let widths = widths(head, rows);
    let mut lines = Vec::new();
    if !head.is_empty() {
        let cells: Vec<Cell> = head.iter().map(Cell::plain).collect();
        put(&mut lines, &cells, &widths, colour);
    }
    for row in rows {
        put(&mut lines, &row.cells, &widths, colour);
        for note in &row.notes {
            let note = indented(&printable(note), BELOW, FURTHER);
            lines.extend(note.lines().map(str::to_string));
        }
    }
    lines
        .iter()
        .map(|line| format!("{}\n", line.trim_end()))
        .collect()
}

/// How wide each column is.
fn widths(head: &[&str], rows: &[Row]) -> Vec<usize> {
    let columns = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let cells = |column: usize| {
        let cells = rows.iter().filter_map(move |row| row.cells.get(column));
        let head = head.get(column).map_or(0, |head| width(head));
        cells.map(Cell::width).chain([head])
    };
    let widest = |column: usize| cells(column).max().unwrap_or(0);
    let mut widths: Vec<usize> = (0..columns.max(head.len())).map(widest).collect();
    let gaps = GAP.len() * widths.len().saturating_sub(1);
    let all = widths.iter().sum::<usize>() + gaps;
    let [first, middle @ .., last] = &mut widths[..] else {
        return widths;
    };
    if all > TERMINAL_COLUMNS {
        let between = middle.iter().sum::<usize>() + gaps;
        let room = TERMINAL_COLUMNS.saturating_sub(between);
        let beside = room.saturating_sub(LAST_COLUMNS.min(*last));
        *first = cells(0).filter(|width| *width <= beside).max().unwrap_or(0);
        *last = room.saturating_sub(*first).min(*last);
    }
    widths
}

/// A row, in as many lines as it needs.
fn put(lines: &mut Vec<String>, cells: &[Cell], widths: &[usize], colour: Colour) {
    let Some((last, before)) = cells.split_last() else {
        return;
    };
    let mut line = String::new();
    let mut used = 0;
    for (at, (cell, width)) in before.iter().zip(widths).enumerate() {
        let has_room = cell.width() <= *width;
        if at == 0 && !has_room {
            let whole = shorten(&cell.text, TERMINAL_COLUMNS);
            lines.push(cell.tint.paint(&whole, colour));
        }
        let text = if has_room { &*cell.text } else { "" };
        line.push_str(&cell.tint.paint(text, colour));
        let fill = width.saturating_sub(self::width(text)) + GAP.len();
        line.extend(std::iter::repeat_n(' ', fill));
        used += width + GAP.len();
    }
    let columns = widths[before.len()];
    for (at, part) in wrapped(&last.text, columns).iter().enumerate() {
        if at > 0 {
            line = " ".repeat(used);
        }
        line.push_str(&last.tint.paint(part, colour));
        lines.push(std::mem::take(&mut line));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<Row> {
        vec![
            Row {
                cells: vec![Cell::plain("long one"), Cell::new("bad", Tint::Bad)],
                notes: vec!["a note\u{1b}[0m".to_string()],
            },
            Row {
                cells: vec![Cell::new("b", Tint::Good), Cell::plain("fine")],
                notes: Vec::new(),
            },
        ]
    }

    #[test]
    fn columns_are_as_wide_as_their_cells_and_colours_have_no_width() {
        let plain = table(&["slo", "state"], &rows(), Colour::Plain);
        assert_eq!(
            plain,
            "slo       state\nlong one  bad\n    a note\\u{1b}[0m\nb         fine\n"
        );
        let styled = table(&[], &rows(), Colour::Styled);
        assert_eq!(
            styled,
            "long one  \u{1b}[1;31mbad\u{1b}[0m\n    a note\\u{1b}[0m\n\u{1b}[32mb\u{1b}[0m         fine\n"
        );
    }

    fn of(first: &str, last: &str) -> Row {
        Row {
            cells: [first, "go", last].map(Cell::plain).into(),
            notes: Vec::new(),
        }
    }

    #[test]
    fn what_is_too_wide_goes_on_below() {
        let long =
            "words that go on and on until a terminal is full, and then go on in a line below";
        let name = format!("shop/routes (route=\"{}\")", "é".repeat(3_000));
        let mut rows = vec![of("shop/fine", long), of(&name, "fine")];
        rows[1].notes.push(long.to_string());
        let found = table(&["slo"], &rows, Colour::Plain);
        let expected = format!(
            "slo
shop/fine  go  words that go on and on until a terminal is full, and then go on
               in a line below
shop/routes (route=\"{}…{}\")
           go  fine
    words that go on and on until a terminal is full, and then go on in a line
      below
",
            "é".repeat(20),
            "é".repeat(37)
        );
        assert_eq!(found, expected);
    }

    #[test]
    fn a_name_has_the_columns_that_the_others_leave() {
        let check = |length: usize, lines: usize| {
            let rows = [of(&"n".repeat(length), &"word ".repeat(20))];
            let found = table(&[], &rows, Colour::Plain);
            assert!(found.lines().all(|line| width(line) <= 80), "{found}");
            assert_eq!(found.lines().count(), lines, "{found}");
        };
        // Two columns of `go`, four between, and at least 32 for the last one: 42 are left.
        check(42, 4);
        check(43, 3);
    }
}
