//! A finding as a result.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::base::{SourceId, Span};
use crate::diagnostics::human::{line, lines};
use crate::diagnostics::{Edit, Finding, Label, Level, Patch};
use crate::lint::Suppressed;

use super::super::region::{self, Region};
use super::super::words::cut;
use super::super::Report;
use super::rule::Rules;

/// What paths are relative to.
pub(super) const BASE: &str = "%SRCROOT%";
/// Longest message, in characters; ours, so that one finding cannot fill a file.
const MESSAGE_MAX_CHARS: usize = 4_096;
/// Longest text at a second place, in characters; ours too.
const LABEL_MAX_CHARS: usize = 1_024;
/// Second places of a result that are shown.
const RELATED_MAX: usize = 100;
/// The name of our fingerprint. `primaryLocationLineHash` is left to the action that uploads the file.
const FINGERPRINT: &str = "burnwatchFinding/v1";

/// The result that a finding is, suppressed or not.
pub(super) fn of(
    finding: &Finding,
    suppressed: Option<&Suppressed>,
    fingerprint: String,
    report: &Report<'_>,
    rules: &Rules,
) -> Value {
    let level = match finding.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "note",
    };
    let mut result = json!({
        "ruleId": finding.code.id,
        "ruleIndex": rules.place(finding.code),
        "level": level,
        "message": {"text": message(finding)},
        "locations": [{"physicalLocation": physical(finding.primary.span, report)}],
        "partialFingerprints": {FINGERPRINT: fingerprint},
    });
    if !finding.secondary.is_empty() {
        let related = finding.secondary.iter().take(RELATED_MAX).enumerate();
        let related: Vec<Value> = related.map(|(at, label)| self::related(at, label, report)).collect();
        result["relatedLocations"] = Value::Array(related);
    }
    if let Some(patch) = &finding.patch {
        result["fixes"] = json!([fix(patch, report)]);
    }
    // Where any result says whether it is suppressed, every one must.
    if let Some(suppressed) = suppressed {
        let mut suppression = json!({"kind": "inSource"});
        if let Some(reason) = &suppressed.reason {
            suppression["justification"] = json!(cut(reason, LABEL_MAX_CHARS));
        }
        result["suppressions"] = json!([suppression]);
    } else if !report.suppressed.is_empty() {
        result["suppressions"] = json!([]);
    }
    result
}

/// The title as the first sentence, then all else that is said.
fn message(finding: &Finding) -> String {
    let mut text = format!("{}.", line(&finding.title));
    if !finding.primary.text.is_empty() {
        text.push('\n');
        text.push_str(&lines(&finding.primary.text));
    }
    for note in &finding.notes {
        text.push_str("\nnote: ");
        text.push_str(&lines(note));
    }
    let patch = finding.patch.iter().map(|patch| &patch.help);
    for help in finding.help.iter().chain(patch) {
        text.push_str("\nhelp: ");
        text.push_str(&lines(help));
    }
    cut(&without_links(&text), MESSAGE_MAX_CHARS)
}

/// A text in which nothing is a link: viewers make one of `[text](target)`.
fn without_links(text: &str) -> String {
    text.replace("](", "\\](")
}

fn related(at: usize, label: &Label, report: &Report<'_>) -> Value {
    let mut related = json!({"id": at + 1, "physicalLocation": physical(label.span, report)});
    if !label.text.is_empty() {
        let text = cut(&without_links(&lines(&label.text)), LABEL_MAX_CHARS);
        related["message"] = json!({"text": text});
    }
    related
}

fn fix(patch: &Patch, report: &Report<'_>) -> Value {
    let mut files: BTreeMap<SourceId, Vec<&Edit>> = BTreeMap::new();
    for edit in &patch.edits {
        files.entry(edit.span.source).or_default().push(edit);
    }
    let changes: Vec<Value> = files
        .into_iter()
        .map(|(source, edits)| {
            let replacements: Vec<Value> = edits
                .iter()
                .map(|edit| {
                    json!({
                        "deletedRegion": region(Region::exact(edit.span, report.sources)),
                        "insertedContent": {"text": edit.text},
                    })
                })
                .collect();
            json!({"artifactLocation": artifact(source, report), "replacements": replacements})
        })
        .collect();
    json!({"description": {"text": without_links(&line(&patch.help))}, "artifactChanges": changes})
}

fn physical(span: Span, report: &Report<'_>) -> Value {
    json!({
        "artifactLocation": artifact(span.source, report),
        "region": region(Region::shown(span, report.sources)),
    })
}

/// A file below the root, or a stream: code scanning refuses a result without any place.
fn artifact(source: SourceId, report: &Report<'_>) -> Value {
    match region::path(source, report.sources) {
        Some(path) if !path.starts_with('/') => json!({"uri": encoded(path), "uriBaseId": BASE}),
        _ => json!({"uri": encoded(region::name(source, report.sources))}),
    }
}

fn region(region: Region) -> Value {
    json!({
        "startLine": region.line,
        "startColumn": region.column,
        "endLine": region.end_line,
        "endColumn": region.end_column,
    })
}

/// A path as a relative reference of RFC 3986: everything but unreserved characters and `/` in percent.
fn encoded(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourceId;
    use crate::diagnostics::code::SP002;

    #[test]
    fn a_path_is_a_relative_reference_whatever_is_in_it() {
        assert_eq!(encoded("slos/a b%é:#?.yaml"), "slos/a%20b%25%C3%A9%3A%23%3F.yaml");
        assert_eq!(encoded("<stdin>"), "%3Cstdin%3E");
    }

    #[test]
    fn no_text_of_a_user_is_a_link() {
        assert_eq!(without_links("[a](https://x) `rate(x[5m])`"), "[a\\](https://x) `rate(x[5m])`");
    }

    #[test]
    fn a_message_is_cut_beyond_its_limit_and_not_before() {
        let message = |title: usize| {
            message(&Finding::new(SP002, Span::new(SourceId(0), 0, 0), "x".repeat(title)))
        };
        assert_eq!(message(MESSAGE_MAX_CHARS - 1).chars().count(), MESSAGE_MAX_CHARS);
        assert!(message(MESSAGE_MAX_CHARS - 1).ends_with("x."));
        assert_eq!(message(MESSAGE_MAX_CHARS).chars().count(), MESSAGE_MAX_CHARS);
        assert!(message(MESSAGE_MAX_CHARS).ends_with("x…"));
    }
}
