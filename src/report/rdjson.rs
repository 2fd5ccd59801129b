//! `rdjson`: the Reviewdog Diagnostic Format, for review comments with changes that can be accepted.
//!
//! Its columns count bytes, and a suggestion is one range and its new text.

use serde_json::{Value, json};

use crate::base::Span;
use crate::diagnostics::{Edit, Finding, Level, Patch};
use crate::diagnostics::human::line;

use super::{Format, Report, TOOL, pages, region, words, Paths};

/// Longest range that a suggestion replaces, in bytes: a change at both ends of a file is told in words.
const SUGGESTION_MAX_BYTES: usize = 10_000;

pub(super) static FORMAT: Format = Format {
    name: "rdjson",
    doc: "The Reviewdog Diagnostic Format: review comments with changes that can be accepted, on many platforms.",
    extension: Some(".json"),
    paths: Paths::Repository,
    render,
};

fn render(report: &Report<'_>) -> String {
    let diagnostics: Vec<Value> = report.findings.iter().map(|finding| diagnostic(finding, report)).collect();
    let mut source = json!({"name": TOOL});
    if let Some(home) = pages::home() {
        source["url"] = json!(home);
    }
    let mut whole = json!({"source": source});
    if let Some(worst) = report.findings.iter().map(|finding| finding.level).max() {
        whole["severity"] = json!(severity(worst));
    }
    whole["diagnostics"] = Value::Array(diagnostics);
    format!("{whole:#}\n")
}

fn severity(level: Level) -> &'static str {
    match level {
        Level::Error => "ERROR",
        Level::Warning => "WARNING",
        Level::Info => "INFO",
    }
}

fn diagnostic(finding: &Finding, report: &Report<'_>) -> Value {
    let span = finding.primary.span;
    let mut message = line(&finding.title);
    for detail in words::details(finding, report.sources) {
        message.push('\n');
        message.push_str(&detail);
    }
    let mut code = json!({"value": finding.code.id});
    if let Some(page) = pages::of(finding.code.id) {
        code["url"] = json!(page);
    }
    let mut diagnostic = json!({
        "message": message,
        "severity": severity(finding.level),
        "code": code,
        "location": {
            "path": region::name(span.source, report.sources),
            "range": range(span, report),
        },
    });
    let suggestion = finding.patch.as_ref().and_then(|patch| suggestion(patch, span, report));
    if let Some(suggestion) = suggestion {
        diagnostic["suggestions"] = json!([suggestion]);
    }
    diagnostic
}

/// A change as one range from its first edit to its last; nothing when that is too long, or some of it is in another file
/// than the finding.
fn suggestion(patch: &Patch, of: Span, report: &Report<'_>) -> Option<Value> {
    let mut edits: Vec<&Edit> = patch.edits.iter().collect();
    edits.sort_by_key(|edit| edit.span);
    let (first, last) = (edits.first()?, edits.last()?);
    if first.span.source != of.source || last.span.source != of.source {
        return None;
    }
    if last.span.end.saturating_sub(first.span.start) as usize > SUGGESTION_MAX_BYTES {
        return None;
    }
    let source = report.sources.get(of.source);
    let text = &source.text;
    let mut new = String::new();
    let mut at = first.span.start as usize;
    for edit in &edits {
        let between = at..edit.span.start as usize;
        // What is hidden can neither be shown nor put back.
        if text.get(between.clone())? != source.shown().get(between.clone())? {
            return None;
        }
        new.push_str(&text[between]);
        new.push_str(&edit.text);
        at = edit.span.end as usize;
    }
    let whole = Span::new(of.source, first.span.start as usize, at);
    Some(json!({"range": range(whole, report), "text": new}))
}

fn range(span: Span, report: &Report<'_>) -> Value {
    let (line, column) = report.sources.line_byte(span);
    let end = Span::new(span.source, span.end as usize, span.end as usize);
    let (end_line, end_column) = report.sources.line_byte(end);
    json!({
        "start": {"line": line, "column": column},
        "end": {"line": end_line, "column": end_column},
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourceId;
    use crate::diagnostics::code::SP002;
    use crate::diagnostics::{Colour, Sources};

    /// Whether a change of the first and the last byte of a text of so many is a suggestion.
    fn is_suggested(bytes: usize) -> bool {
        let mut sources = Sources::default();
        sources.add("a", "x".repeat(bytes));
        let edit = |at| Edit {
            span: Span::new(SourceId(0), at, at + 1),
            text: String::new(),
        };
        let place = Span::new(SourceId(0), 0, 1);
        let finding = Finding::new(SP002, place, "t").fix("h", vec![edit(0), edit(bytes - 1)]);
        render(&Report {
            findings: &[finding],
            left_out: 0,
            suppressed: &[],
            sources: &sources,
            slos: &[],
            unchecked: &[],
            checks: &[],
            colour: Colour::Plain,
        })
        .contains("suggestions")
    }

    #[test]
    fn a_change_is_suggested_up_to_its_limit() {
        assert!(is_suggested(SUGGESTION_MAX_BYTES));
        assert!(!is_suggested(SUGGESTION_MAX_BYTES + 1));
    }
}
