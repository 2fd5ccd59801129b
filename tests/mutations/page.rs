//! `docs/mutations.md`, made from the counts. `UPDATE=1` writes it anew.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use super::tally::Tally;

/// The page says what was counted.
pub fn check(tally: &Tally) {
    let mut page = String::from(include_str!("page_head.md"));
    page.push('\n');
    page.push_str(&tally.table());
    page.push_str(include_str!("page_valid.md"));
    for (reason, (count, _)) in &tally.still_valid {
        let _ = writeln!(page, "| {reason} | {count} |");
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/mutations.md");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&file, &page).unwrap();
    }
    let found = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        found == page,
        "docs/mutations.md is out of date: run the tests with UPDATE=1 and look at the difference"
    );
}
