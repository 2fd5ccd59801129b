//! A table for people: columns as wide as their cells, notes below a row, colour where there is a terminal.

use super::report::printable;
use crate::diagnostics::Colour;

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
        self.text.chars().count()
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

/// The lines of a table; without a head where that is empty.
pub(super) fn table(head: &[&str], rows: &[Row], colour: Colour) -> String {
    let columns = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.cells.get(column));
        let head = head.get(column).map_or(0, |head| head.len());
        cells.map(Cell::width).chain([head]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns.max(head.len())).map(width).collect();
    let mut text = String::new();
    let mut line = |cells: &[Cell]| {
        for (at, (cell, width)) in cells.iter().zip(&widths).enumerate() {
            text.push_str(if at == 0 { "" } else { "  " });
            text.push_str(&cell.tint.paint(&cell.text, colour));
            if at + 1 < cells.len() {
                text.extend(std::iter::repeat_n(' ', width - cell.width()));
            }
        }
        text.push('\n');
    };
    if !head.is_empty() {
        let cells: Vec<Cell> = head.iter().map(Cell::plain).collect();
        line(&cells);
    }
    for row in rows {
        line(&row.cells);
        for note in &row.notes {
            line(&[Cell::plain(format!("    {note}"))]);
        }
    }
    text
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
}
