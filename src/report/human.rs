//! `human`: the source with carets under each fault.

use std::fmt::Write;

use crate::diagnostics::human::line;
use crate::diagnostics::{human, summary};

use super::{Format, Report, Paths};

pub(super) static FORMAT: Format = Format {
    name: "human",
    doc: "For people: the source with carets under each fault, and what would be right.",
    extension: None,
    paths: Paths::Workspace,
    render,
};

fn render(report: &Report<'_>) -> String {
    let mut out = human(report.findings, report.sources, report.colour);
    if !report.findings.is_empty() {
        let files = report.sources.iter().count();
        out.push_str(&summary(report.findings, files));
        match report.suppressed.len() {
            0 => out.push('\n'),
            count => {
                let _ = writeln!(out, "; {count} suppressed");
            }
        }
    }
    for unchecked in report.unchecked {
        let _ = writeln!(out, "could not check: {}", line(unchecked));
    }
    out
}
