//! `json`: everything that is known of each finding, for programs.
//!
//! `version` rises when a field is renamed, removed or changes its meaning; fields may be added without.

use serde_json::{Value, json};

use crate::base::Span;
use crate::diagnostics::{Certainty, Colour, Finding, Level, Patch, human};

use super::fingerprint::Fingerprints;
use super::owner::Owners;
use super::region::{self, Region};
use super::{Format, Report, Paths};

/// The version of the format.
const VERSION: u32 = 1;

pub(super) static FORMAT: Format = Format {
    name: "json",
    doc: "Everything that is known of each finding, for programs; versioned.",
    extension: Some(".json"),
    paths: Paths::Workspace,
    render,
};

fn render(report: &Report<'_>) -> String {
    let owners = Owners::of(report);
    let mut fingerprints = Fingerprints::default();
    let findings: Vec<Value> = report
        .findings
        .iter()
        .map(|finding| object(finding, report, &owners, &mut fingerprints))
        .collect();
    let suppressed: Vec<Value> = report
        .suppressed
        .iter()
        .map(|suppressed| {
            let mut value = object(&suppressed.finding, report, &owners, &mut fingerprints);
            value["reason"] = json!(suppressed.reason);
            value
        })
        .collect();
    let count = |level| report.findings.iter().filter(|finding| finding.level == level).count();
    let whole = json!({
        "version": VERSION,
        "summary": {
            "errors": count(Level::Error),
            "warnings": count(Level::Warning),
            "infos": count(Level::Info),
            "left_out": report.left_out,
            "suppressed": report.suppressed.len(),
            "unchecked": report.unchecked.len(),
            "files": report.sources.iter().count(),
            "slos": report.slos.len(),
        },
        "findings": findings,
        "suppressed": suppressed,
        "unchecked": report.unchecked,
    });
    format!("{whole:#}\n")
}

fn object(
    finding: &Finding,
    report: &Report<'_>,
    owners: &Owners<'_>,
    fingerprints: &mut Fingerprints,
) -> Value {
    let primary = (true, &finding.primary);
    let secondary = finding.secondary.iter().map(|label| (false, label));
    let labels: Vec<Value> = std::iter::once(primary)
        .chain(secondary)
        .map(|(is_primary, label)| {
            json!({
                "primary": is_primary,
                "path": region::path(label.span.source, report.sources),
                "span": span(label.span, report),
                "text": label.text,
            })
        })
        .collect();
    let one = std::slice::from_ref(finding);
    let rendered = human(one, report.sources, Colour::Plain);
    json!({
        "code": finding.code.id,
        "name": finding.code.name,
        "level": finding.level.to_string(),
        "title": finding.title,
        "path": region::path(finding.primary.span.source, report.sources),
        "span": span(finding.primary.span, report),
        "slo": owners.slo(finding).map(|slo| &slo.id),
        "fingerprint": fingerprints.next(finding, owners, report.sources),
        "labels": labels,
        "notes": finding.notes,
        "help": finding.help,
        "patch": finding.patch.as_ref().map(|change| patch(change, report)),
        "rendered": rendered,
    })
}

fn patch(patch: &Patch, report: &Report<'_>) -> Value {
    let edits: Vec<Value> = patch
        .edits
        .iter()
        .map(|edit| {
            json!({
                "path": region::path(edit.span.source, report.sources),
                "span": span(edit.span, report),
                "text": edit.text,
            })
        })
        .collect();
    let certainty = match patch.certainty {
        Certainty::Likely => "likely",
        Certainty::Certain => "certain",
    };
    json!({"help": patch.help, "certainty": certainty, "edits": edits})
}

fn span(span: Span, report: &Report<'_>) -> Value {
    let region = Region::exact(span, report.sources);
    json!({
        "start": {"line": region.line, "column": region.column, "byte": span.start},
        "end": {"line": region.end_line, "column": region.end_column, "byte": span.end},
    })
}
