//! `gitlab`: the code quality report of GitLab.
//!
//! <https://docs.gitlab.com/ci/testing/code_quality/>: GitLab reads the fields below and no others, shows no `check_name`, and
//! shows one of several findings with the same fingerprint.

use serde_json::{Value, json};

use crate::diagnostics::human::line;
use crate::diagnostics::{Finding, Level};

use super::fingerprint::Fingerprints;
use super::owner::Owners;
use super::region::{self, Region};
use super::{Format, Report, Paths};

pub(super) static FORMAT: Format = Format {
    name: "gitlab",
    doc: "GitLab's code quality report: findings in merge requests, compared with the target branch.",
    extension: Some(".json"),
    paths: Paths::Repository,
    render,
};

fn render(report: &Report<'_>) -> String {
    let owners = Owners::of(report);
    let mut fingerprints = Fingerprints::default();
    let items: Vec<Value> = report
        .findings
        .iter()
        .map(|finding| item(finding, report, fingerprints.next(finding, &owners, report.sources)))
        .collect();
    format!("{:#}\n", Value::Array(items))
}

fn item(finding: &Finding, report: &Report<'_>, fingerprint: String) -> Value {
    let span = finding.primary.span;
    let region = Region::shown(span, report.sources);
    let severity = match finding.level {
        Level::Error => "major",
        Level::Warning => "minor",
        Level::Info => "info",
    };
    let mut description = format!("{}: {}", finding.code.id, line(&finding.title));
    if !finding.primary.text.is_empty() {
        description.push_str(": ");
        description.push_str(&line(&finding.primary.text));
    }
    json!({
        "description": description,
        "check_name": finding.code.id,
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {
            "path": region::name(span.source, report.sources),
            "positions": {
                "begin": {"line": region.line, "column": region.column},
                "end": {"line": region.end_line, "column": region.end_column},
            },
        },
    })
}
