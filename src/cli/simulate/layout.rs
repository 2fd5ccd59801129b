//! Rows below titles, in columns that line up and that a terminal has room for.

use super::super::report::printable;
use crate::show::fit::{TERMINAL_COLUMNS, fitted, indented, shorten, width};

/// What stands before a row.
const INDENT: &str = "  ";
/// What stands between two columns.
const GAP: &str = "  ";
/// A column that gives way keeps so many characters.
const LEAST: usize = 8;

/// Rows of one thing.
pub(super) struct Block {
    /// What they are of.
    pub title: String,
    /// As many cells each as there are columns.
    pub rows: Vec<Vec<String>>,
}

/// The lines of a table. Columns at `shrinks` are shortened where there is no room; where that is not enough each cell is said
/// with what it is.
pub(super) fn blocks(head: &[String], blocks: &[Block], shrinks: &[usize]) -> String {
    let rows = || blocks.iter().flat_map(|block| &block.rows);
    let natural = |column: usize| {
        let cells = rows().map(|row| width(&printable(&row[column])));
        cells
            .chain([width(&printable(&head[column]))])
            .max()
            .unwrap_or(0)
    };
    let natural: Vec<usize> = (0..head.len()).map(natural).collect();
    let columns = TERMINAL_COLUMNS - INDENT.len();
    let widths = fitted(&natural, shrinks, LEAST, GAP.len(), columns);
    let row = |cells: &[String]| match &widths {
        Some(widths) => aligned(cells, widths),
        None => said(head, cells),
    };
    let mut out = match &widths {
        Some(widths) => aligned(head, widths),
        None => String::new(),
    };
    for block in blocks {
        out.push_str(&prose(&block.title));
        block
            .rows
            .iter()
            .for_each(|cells| out.push_str(&row(cells)));
    }
    out
}

fn aligned(cells: &[String], widths: &[usize]) -> String {
    let mut line = INDENT.to_string();
    for (cell, width) in cells.iter().zip(widths) {
        let cell = shorten(&printable(cell), *width);
        line.push_str(&format!("{cell:<width$}{GAP}"));
    }
    format!("{}\n", line.trim_end())
}

fn said(head: &[String], cells: &[String]) -> String {
    let pairs = head
        .iter()
        .zip(cells)
        .map(|(name, cell)| format!("{name} {cell}"));
    let text = pairs.collect::<Vec<_>>().join("; ");
    indented(&printable(&text), INDENT, &INDENT.repeat(2))
}

/// A sentence in lines that a terminal has room for.
pub(super) fn prose(text: &str) -> String {
    indented(&printable(text), "", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table of so many columns, each as wide as a tier's name may be.
    fn check(columns: usize, shrinks: &[usize], expected: &str) {
        let head: Vec<String> = (0..columns).map(|at| format!("head-{at}")).collect();
        let cell = |at: usize| format!("{}{at}", "long-".repeat(12));
        let block = Block {
            title: "a title ".repeat(12),
            rows: vec![(0..columns).map(cell).collect()],
        };
        let found = blocks(&head, &[block], shrinks);
        assert!(found.lines().all(|line| width(line) <= 80), "{found}");
        assert!(found.contains(expected), "{found}");
    }

    #[test]
    fn no_line_is_wider_than_a_terminal() {
        check(1, &[], "  head-0\na title a title");
        check(2, &[0], "  long-lo…-long-0  long-long-");
        check(
            6,
            &[0, 1, 2, 3, 4, 5],
            "  long-l…ong-0  long-l…ong-1  long-…ong-2",
        );
        check(2, &[], "  head-0 long-long-");
        check(9, &[0, 1, 2, 3, 4, 5, 6, 7, 8], "; head-8");
    }
}
