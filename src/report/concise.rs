//! `concise`: one line for each finding.

use std::fmt::Write;

use crate::diagnostics::human::line;

use super::{Format, Report, words, Paths};

pub(super) static FORMAT: Format = Format {
    name: "concise",
    doc: "One line for each finding, `path:line:column: error[CODE] title`: for editors, `grep` and problem matchers.",
    extension: None,
    paths: Paths::Workspace,
    render,
};

fn render(report: &Report<'_>) -> String {
    let mut out = String::new();
    for finding in report.findings {
        let _ = writeln!(out, "{}", words::head(finding, report.sources));
    }
    for unchecked in report.unchecked {
        let _ = writeln!(out, "could not check: {}", line(unchecked));
    }
    out
}
