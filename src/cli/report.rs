//! How commands speak to the user.

use std::io::Write;

use super::{Exit, Io};
use crate::base::grouped;
use crate::diagnostics::{Colour, Finding, Findings, Level, Sources, human, redacted, summary};

/// An error of the world: one line, on stderr.
pub(super) fn failed(error: &dyn std::fmt::Display, io: &mut Io<'_>) -> Exit {
    let _ = writeln!(io.stderr, "error: {}", printable(&error.to_string()));
    Exit::Usage
}

/// One line of text without control characters: names and contents of files may be anybody's, and a terminal obeys them.
pub(super) fn printable(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        match c.is_control() && c != '\t' {
            true => line.extend(c.escape_default()),
            false => line.push(c),
        }
    }
    line
}

/// Findings on stderr, and how many there are.
pub(super) fn to_stderr(findings: &[Finding], sources: &Sources, io: &mut Io<'_>) {
    write(findings, sources, io.stderr_colour, io.stderr);
}

fn write(findings: &[Finding], sources: &Sources, colour: Colour, out: &mut dyn Write) {
    if !findings.is_empty() {
        let _ = writeln!(
            out,
            "{}\n{}",
            human(&shown(findings, sources), sources, colour).trim_end(),
            summary(findings, sources.iter().count())
        );
    }
}

/// The findings as they may be shown.
pub(super) fn shown(findings: &[Finding], sources: &Sources) -> Findings {
    let shown = findings.iter().map(|finding| redacted(finding, sources));
    shown.collect()
}

/// Whether nothing may be generated.
pub(super) fn has_errors(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.level == Level::Error)
}

/// `1 file`, `2 files`.
pub(super) fn count(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {what}{plural}", grouped(&number.to_string()))
}
