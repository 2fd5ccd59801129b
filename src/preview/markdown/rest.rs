//! What stands below the table: files, findings, and how this was made.

use super::code::code;
use super::details;
use super::words::count;
use crate::preview::comparison::{Comparison, Moved};

/// Most SLOs that moved that are named.
const MOVED_MAX: usize = 20;

/// SLOs in other files, collapsed; nothing where there are none.
pub fn moved(comparison: &Comparison) -> String {
    let moved = &comparison.moved;
    if moved.is_empty() {
        return String::new();
    }
    let line = |moved: &Moved| {
        let [id, from, to] = [moved.id.to_string(), moved.from.clone(), moved.to.clone()];
        format!("- {} from {} to {}\n", code(&id), code(&from), code(&to))
    };
    let mut lines: String = moved.iter().take(MOVED_MAX).map(line).collect();
    if moved.len() > MOVED_MAX {
        lines.push_str(&format!("- and {} more\n", moved.len() - MOVED_MAX));
    }
    details(
        &format!("{} in another file", count(moved.len(), "SLO")),
        &lines,
    )
}

/// What could not be read of the branch and of the base.
pub fn unread(comparison: &Comparison) -> String {
    let mut out = String::new();
    if comparison.unread > 0 {
        out.push_str(&format!(
            "\n⚠️ {} of the branch could not be read as a whole, and new SLOs in there are not compared: the checks below say why.\n",
            count(comparison.unread, "file")
        ));
    }
    if comparison.base.unread > 0 {
        out.push_str(&format!(
            "\n⚠️ {} of the base could not be read as a whole: SLOs that are missing there may count as new.\n",
            count(comparison.base.unread, "file")
        ));
    }
    out
}

/// What `validate` finds, collapsed.
pub fn checks(comparison: &Comparison) -> String {
    let checks = &comparison.checks;
    let summary = format!(
        "Checks: {}, {}",
        count(checks.errors, "error"),
        count(checks.warnings, "warning")
    );
    if checks.first.is_empty() {
        return format!("\n{summary}\n");
    }
    let mut lines = String::new();
    for check in &checks.first {
        lines.push_str(&format!(
            "- {} {} {}: {}\n",
            code(&check.place),
            check.level,
            check.code,
            code(&check.title)
        ));
    }
    let more = (checks.errors + checks.warnings).saturating_sub(checks.first.len());
    if more > 0 {
        lines.push_str(&format!(
            "- and {more} more: `burnwatch validate` shows them\n"
        ));
    }
    details(&summary, &lines)
}

/// What was compared, and how to get this locally.
pub fn foot(comparison: &Comparison) -> String {
    let base = &comparison.base;
    let changed = comparison.rows.len();
    let whole = format!("burnwatch preview --base {}", base.reference);
    format!(
        "\n<sub>burnwatch {} · {changed} changed, {} unchanged · compared with {} · {} gives this locally</sub>\n",
        env!("CARGO_PKG_VERSION"),
        comparison.unchanged,
        code(&base.commit),
        code(&whole),
    )
}
