//! `checkstyle`: the XML of Checkstyle, which Jenkins, reviewdog and many others read.

use std::collections::BTreeMap;

use crate::base::SourceId;
use crate::diagnostics::Finding;
use crate::diagnostics::human::line;

use super::xml::Xml;
use super::{Format, Report, region, words, Paths};

pub(super) static FORMAT: Format = Format {
    name: "checkstyle",
    doc: "The XML of Checkstyle, which Jenkins and many review tools read.",
    extension: Some(".xml"),
    paths: Paths::Repository,
    render,
};

fn render(report: &Report<'_>) -> String {
    let mut files: BTreeMap<SourceId, Vec<&Finding>> = BTreeMap::new();
    for finding in report.findings {
        files.entry(finding.primary.span.source).or_default().push(finding);
    }
    let mut xml = Xml::new();
    xml.open("checkstyle", &[("version", "4.3")]);
    for (source, findings) in files {
        xml.open("file", &[("name", region::name(source, report.sources))]);
        for finding in findings {
            let (number, column) = report.sources.line_column(finding.primary.span);
            let mut message = line(&finding.title);
            for detail in words::details(finding, report.sources) {
                message.push('\n');
                message.push_str(&detail);
            }
            xml.empty(
                "error",
                &[
                    ("line", &number.to_string()),
                    ("column", &column.to_string()),
                    ("severity", &finding.level.to_string()),
                    ("message", &message),
                    ("source", finding.code.id),
                ],
            );
        }
        xml.close();
    }
    xml.close();
    xml.finish()
}
