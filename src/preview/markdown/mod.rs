//! The comment, as Markdown that GitHub and GitLab show alike.

mod caveats;
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
    let parts = Parts::of(comparison, name);
    let rows = comparison.rows.len();
    let text = |changes, list, rows| {
        let shown = Shown {
            changes,
            list,
            rows,
        };
        parts.text(comparison, shown)
    };
    for (changes, list) in [(true, true), (false, true), (false, false)] {
        let text = text(changes, list, rows);
        if fits(&text) {
            return text;
        }
    }
    // More rows are never shorter.
    let counts: Vec<usize> = (0..rows).collect();
    let fitting = counts.partition_point(|rows| fits(&text(false, false, *rows)));
    text(false, false, fitting.saturating_sub(1))
}

/// Everything but the table.
struct Parts {
    above: String,
    caveats: String,
    changes: String,
    list: String,
    below: String,
}

impl Parts {
    fn of(comparison: &Comparison, name: Option<&Name>) -> Parts {
        let tag = match name {
            Some(name) => format!("{TAG} {name} -->\n"),
            None => format!("{TAG} -->\n"),
        };
        Parts {
            above: tag + &head::head(comparison) + &rest::unread(comparison),
            caveats: caveats::caveats(comparison),
            changes: changes::changes(comparison),
            list: list::list(comparison),
            below: [
                rest::moved(comparison),
                rest::checks(comparison),
                rest::foot(comparison),
            ]
            .concat(),
        }
    }

    fn text(&self, comparison: &Comparison, shown: Shown) -> String {
        let table = table::table(comparison, shown.rows);
        let mut out = self.above.clone();
        if !table.is_empty() {
            out.push('\n');
            out.push_str(&table);
        }
        out.push_str(&self.left_out(comparison, shown));
        out.push_str(&self.caveats);
        if shown.changes {
            out.push_str(&self.changes);
        }
        if shown.list {
            out.push_str(&self.list);
        }
        out.push_str(&self.below);
        out
    }

    /// What is not shown, and where it is.
    fn left_out(&self, comparison: &Comparison, shown: Shown) -> String {
        let mut parts = Vec::new();
        if !shown.changes && !self.changes.is_empty() {
            parts.push("what changes in alerts".to_string());
        }
        if !shown.list && !self.list.is_empty() {
            parts.push("when it would have paged".to_string());
        }
        if shown.rows < comparison.rows.len() {
            let rows = comparison.rows.len() - shown.rows;
            parts.push(words::count(rows, "row") + " of the table");
        }
        if parts.is_empty() {
            return String::new();
        }
        let base = &comparison.base.reference;
        let all = code::code(&format!("burnwatch preview --format json --base {base}"));
        format!(
            "\n✂️ Left out, since a comment has a limit: {}. {all} has everything.\n",
            parts.join(", ")
        )
    }
}

/// A part that is collapsed. The empty lines make Markdown of what is in it.
fn details(summary: &str, body: &str) -> String {
    format!("\n<details><summary>{summary}</summary>\n\n{body}\n</details>\n")
}
