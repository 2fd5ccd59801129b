//! `github`: workflow commands, which GitHub shows as annotations of the changed files.
//!
//! The runner keeps ten annotations of each level and drops the rest, and drops the place of those that it finds
//! contradictory; both is decided here instead. Every line that is printed is a command of ours, so no text of a user's can
//! be one: <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::diagnostics::human::{line, lines};
use crate::diagnostics::{Finding, Level};

use super::order::by_importance;
use super::region::{self, Region};
use super::{Format, Report, TOOL, words, Paths};

/// Annotations of one level that the runner keeps of a step.
const LEVEL_MAX: usize = 10;
/// Longest message that the runner keeps, in UTF-16 code units.
const MESSAGE_MAX_UTF16: usize = 4096;

pub(super) static FORMAT: Format = Format {
    name: "github",
    doc: "Workflow commands for GitHub Actions: annotations of the most important findings, at most ten of each level.",
    extension: None,
    paths: Paths::Repository,
    render,
};

fn render(report: &Report<'_>) -> String {
    let total = report.findings.len() + report.left_out;
    let mut kept = kept(report, LEVEL_MAX);
    if kept.len() < total {
        // The line that says how many more is a notice too.
        kept = self::kept(report, LEVEL_MAX - 1);
    }
    let mut out = String::new();
    if !report.unchecked.is_empty() {
        let title = [("title", format!("{TOOL}: could not check"))];
        let text: Vec<String> = report.unchecked.iter().map(|text| lines(text)).collect();
        command("warning", &title, &text.join("\n"), &mut out);
    }
    for finding in &kept {
        annotation(finding, report, &mut out);
    }
    let more = total - kept.len();
    if more > 0 {
        let findings = if more == 1 { "finding" } else { "findings" };
        let text = format!("{more} more {findings} of {total}: GitHub shows ten annotations of each level");
        command("notice", &[("title", TOOL.to_string())], &text, &mut out);
    }
    out
}

/// The most important findings, as many of each level as the runner keeps beside those of our own.
fn kept<'a>(report: &Report<'a>, notices_max: usize) -> Vec<&'a Finding> {
    let unchecked = usize::from(!report.unchecked.is_empty());
    let mut room = BTreeMap::from([
        (Level::Error, LEVEL_MAX),
        (Level::Warning, LEVEL_MAX - unchecked),
        (Level::Info, notices_max),
    ]);
    let mut kept = by_importance(report.findings);
    kept.retain(|finding| {
        let room = room.get_mut(&finding.level).expect("every level has room");
        let fits = *room > 0;
        *room = room.saturating_sub(1);
        fits
    });
    kept
}

fn annotation(finding: &Finding, report: &Report<'_>, out: &mut String) {
    let span = finding.primary.span;
    let region = Region::shown(span, report.sources);
    let name = match finding.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "notice",
    };
    let code = finding.code;
    let mut properties = vec![("title", format!("{TOOL} {} ({})", code.id, code.name))];
    if let Some(path) = region::path(span.source, report.sources) {
        properties.push(("file", path.to_string()));
        properties.push(("line", region.line.to_string()));
        properties.push(("endLine", region.end_line.to_string()));
        // The runner takes no columns of a range of lines.
        if region.is_one_line() {
            properties.push(("col", region.column.to_string()));
            properties.push(("endColumn", region.end_column.to_string()));
        }
    }
    // The log shows nothing but the message.
    let place = words::place(span, report.sources);
    let mut message = format!("{place}: {} {}", code.id, line(&finding.title));
    for detail in words::details(finding, report.sources) {
        message.push_str("\n  ");
        message.push_str(&detail.replace('\n', "\n    "));
    }
    command(name, &properties, &message, out);
}

fn command(name: &str, properties: &[(&str, String)], message: &str, out: &mut String) {
    let _ = write!(out, "::{name} ");
    for (at, (key, value)) in properties.iter().enumerate() {
        let comma = if at == 0 { "" } else { "," };
        let _ = write!(out, "{comma}{key}={}", escaped_property(value));
    }
    let _ = writeln!(out, "::{}", escaped(&cut(message, MESSAGE_MAX_UTF16)));
}

/// A message as it stands in a command.
fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property as it stands in a command.
fn escaped_property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}

/// A text of at most `max` UTF-16 code units; what is cut off is marked by `…`.
fn cut(text: &str, max: usize) -> String {
    if text.encode_utf16().count() <= max {
        return text.to_string();
    }
    let mut units = 0;
    let fits = text.chars().take_while(|c| {
        units += c.len_utf16();
        units < max
    });
    let mut cut: String = fits.collect();
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_cut_beyond_its_limit_and_not_before() {
        assert_eq!(cut("ab😀", 4), "ab😀");
        assert_eq!(cut("ab😀c", 4), "ab…");
        assert_eq!(cut("abcde", 4), "abc…");
    }
}
