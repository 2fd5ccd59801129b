//! A table in Markdown, which reads well on a terminal and can be put into a page as it is.

/// Prints a table: the first column to the left, the others to the right.
pub fn print(head: &[&str], rows: &[Vec<String>]) {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].len());
        cells.chain([head[column].len()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let line = |cells: &[String]| {
        let mut text = String::from("|");
        for (column, (cell, width)) in cells.iter().zip(&widths).enumerate() {
            match column {
                0 => text.push_str(&format!(" {cell:<width$} |")),
                _ => text.push_str(&format!(" {cell:>width$} |")),
            }
        }
        println!("{text}");
    };
    line(
        &head
            .iter()
            .map(|cell| (*cell).to_string())
            .collect::<Vec<_>>(),
    );
    let rules = widths
        .iter()
        .enumerate()
        .map(|(column, width)| match column {
            0 => "-".repeat(*width),
            _ => format!("{}:", "-".repeat(width - 1)),
        });
    line(&rules.collect::<Vec<_>>());
    for row in rows {
        line(row);
    }
}

/// `12,345`.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
