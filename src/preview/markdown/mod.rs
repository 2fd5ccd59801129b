//! The comment, as Markdown that GitHub and GitLab show alike.

mod changes;
mod code;
mod head;
mod list;
mod rest;
mod table;
mod words;

use crate::base::Name;

use super::comparison::Comparison;

/// Longest comment that GitHub takes, in characters. Counted in UTF-16, which never counts fewer than there are.
pub const COMMENT_CHARS_MAX: usize = 65_536;

/// How the first line of every comment begins, by which it is found again.
pub const TAG: &str = "<!-- burnwatch-preview";

/// What of it is shown.
#[derive(Clone, Copy, Debug)]
struct Shown {
    changes: bool,
    list: bool,
    rows: usize,
}

/// The comment, within what GitHub takes. Several workspaces of one repository tell theirs apart by `name`.
pub fn comment(comparison: &Comparison, name: Option<&Name>) -> String {
    markdown(comparison, name, COMMENT_CHARS_MAX)
}

/// The comment in at most so many characters: first without what changes in alerts, then without the list of pages, then with
/// fewer rows; what is left out is said.
pub fn markdown(comparison: &Comparison, name: Option<&Name>, chars_max: usize) -> String {
    let fits = |text: &str| text.encode_utf16().count() <= chars_max;
    let rows = comparison.rows.len();
    let shown = |changes, list, rows| Shown {
        changes,
        list,
        rows,
    };
    for shown in [
        shown(true, true, rows),
        shown(false, true, rows),
        shown(false, false, rows),
    ] {
        let text = text(comparison, name, shown);
        if fits(&text) {
            return text;
        }
    }
    // More rows are never shorter.
    let counts: Vec<usize> = (0..rows).collect();
    let fitting =
        counts.partition_point(|rows| fits(&text(comparison, name, shown(false, false, *rows))));
    text(
        comparison,
        name,
        shown(false, false, fitting.saturating_sub(1)),
    )
}

fn text(comparison: &Comparison, name: Option<&Name>, shown: Shown) -> String {
    let tag = match name {
        Some(name) => format!("{TAG} {name} -->\n"),
        None => format!("{TAG} -->\n"),
    };
    let table = table::table(comparison, shown.rows);
    let changes = changes::changes(comparison);
    let list = list::list(comparison);
    let mut left_out = Vec::new();
    if !shown.changes && !changes.is_empty() {
        left_out.push("what changes in alerts".to_string());
    }
    if !shown.list && !list.is_empty() {
        left_out.push("when it would have paged".to_string());
    }
    if shown.rows < comparison.rows.len() {
        let rows = comparison.rows.len() - shown.rows;
        left_out.push(words::count(rows, "row") + " of the table");
    }
    let mut out = tag + &head::head(comparison) + &rest::unread(comparison);
    if !table.is_empty() {
        out.push('\n');
        out.push_str(&table);
    }
    if !left_out.is_empty() {
        let all = format!(
            "burnwatch preview --base {} --format json",
            comparison.base.reference
        );
        out.push_str(&format!(
            "\n✂️ Left out, since a comment has a limit: {}. {} has everything.\n",
            left_out.join(", "),
            code::code(&all)
        ));
    }
    out.push_str(&list::caveats(comparison));
    if shown.changes {
        out.push_str(&changes);
    }
    if shown.list {
        out.push_str(&list);
    }
    out.push_str(&rest::moved(comparison));
    out.push_str(&rest::checks(comparison));
    out.push_str(&rest::foot(comparison));
    out
}

/// A part that is collapsed. The empty lines make Markdown of what is in it.
fn details(summary: &str, body: &str) -> String {
    format!("\n<details><summary>{summary}</summary>\n\n{body}\n</details>\n")
}
