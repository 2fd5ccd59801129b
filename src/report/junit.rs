//! `junit`: the XML of test results.
//!
//! There is no standard; this is what Jenkins and GitLab read. One test case for each SLO, whether something was found in it
//! or not, so that a reader can tell what was mended and what is newly wrong; and one for each file, for what is found
//! outside of any SLO. Errors fail a case; warnings stand in its output.

use std::collections::BTreeMap;

use crate::base::{SourceId, Span};
use crate::diagnostics::{Finding, Level};
use crate::diagnostics::human::line;

use super::owner::Owners;
use super::xml::{Attribute, Xml, legal};
use super::{Format, Report, TOOL, region, words, Paths};

/// Findings of one case that are told; of more, the number is.
const CASE_MAX: usize = 100;
/// There is no clock, and readers want a number.
const TIME: Attribute<'static> = ("time", "0");

pub(super) static FORMAT: Format = Format {
    name: "junit",
    doc: "Test results, one for each SLO: what is newly wrong and what is mended, in GitLab, Jenkins and others.",
    extension: Some(".xml"),
    paths: Paths::Repository,
    render,
};

/// A test case.
struct Case<'a> {
    name: String,
    /// Where it begins.
    start: Span,
    errors: Vec<&'a Finding>,
    others: Vec<&'a Finding>,
}

fn render(report: &Report<'_>) -> String {
    let owners = Owners::of(report);
    let mut by_source: BTreeMap<SourceId, Vec<&Finding>> = BTreeMap::new();
    for finding in report.findings {
        by_source.entry(finding.primary.span.source).or_default().push(finding);
    }
    let mut names = Names::new();
    let suites: Vec<(SourceId, Vec<Case<'_>>)> = report
        .sources
        .iter()
        .map(|(source, _)| {
            let findings = by_source.get(&source).map_or(&[][..], Vec::as_slice);
            (source, cases(source, findings, &owners, report, &mut names))
        })
        .collect();
    let all = || suites.iter().flat_map(|(_, cases)| cases);
    let failures = all().filter(|case| !case.errors.is_empty()).count();
    let skipped = report.unchecked.len();
    let mut xml = Xml::new();
    let total = (all().count() + skipped).to_string();
    let (failures, skips) = (failures.to_string(), skipped.to_string());
    xml.open(
        "testsuites",
        &[("name", TOOL), ("tests", &total), ("failures", &failures), ("errors", "0"), ("skipped", &skips), TIME],
    );
    for (source, cases) in &suites {
        suite(*source, cases, report, &mut xml);
    }
    if skipped > 0 {
        unchecked(report, &mut names, &mut xml);
    }
    xml.close();
    xml.finish()
}

/// The cases of a file: itself, then its SLOs.
fn cases<'a>(
    source: SourceId,
    findings: &[&'a Finding],
    owners: &Owners<'_>,
    report: &Report<'_>,
    names: &mut Names,
) -> Vec<Case<'a>> {
    let mut case = |name: &str, start| Case {
        name: unique(&line(name), names),
        start,
        errors: Vec::new(),
        others: Vec::new(),
    };
    let mut cases = vec![case(region::name(source, report.sources), Span::new(source, 0, 0))];
    for slo in owners.written_in(source) {
        cases.push(case(&slo.id, slo.span));
    }
    for finding in findings {
        let case = &mut cases[owners.place(finding).map_or(0, |place| place + 1)];
        match finding.level {
            Level::Error => case.errors.push(finding),
            Level::Warning | Level::Info => case.others.push(finding),
        }
    }
    cases
}

/// Names that are given, and how often each was asked for.
type Names = BTreeMap<String, usize>;

/// A name that no other case has in the document: of equal names, readers use the first.
fn unique(name: &str, names: &mut Names) -> String {
    let name = legal(name);
    let mut count = names.get(&name).map_or(1, |count| count + 1);
    let mut unique = name.clone();
    while names.contains_key(&unique) {
        unique = format!("{name} ({count})");
        count += 1;
    }
    names.insert(unique.clone(), 1);
    if unique != name {
        names.insert(name, count - 1);
    }
    unique
}

fn suite(source: SourceId, cases: &[Case<'_>], report: &Report<'_>, xml: &mut Xml) {
    let name = line(region::name(source, report.sources));
    let path = region::path(source, report.sources);
    let tests = cases.len().to_string();
    let failures = cases.iter().filter(|case| !case.errors.is_empty()).count().to_string();
    xml.open(
        "testsuite",
        &[("name", &name), ("tests", &tests), ("failures", &failures), ("errors", "0"), ("skipped", "0"), TIME],
    );
    for case in cases {
        let (number, _) = report.sources.line_column(case.start);
        let number = number.to_string();
        let mut attributes: Vec<Attribute<'_>> = vec![("classname", &name), ("name", &case.name)];
        if let Some(path) = path {
            attributes.push(("file", path));
            attributes.push(("line", &number));
        }
        attributes.push(TIME);
        if case.errors.is_empty() && case.others.is_empty() {
            xml.empty("testcase", &attributes);
            continue;
        }
        xml.open("testcase", &attributes);
        if let Some(first) = case.errors.first() {
            let mut message = format!("{} {}", first.code.id, line(&first.title));
            if case.errors.len() > 1 {
                message.push_str(&format!(", and {} more", case.errors.len() - 1));
            }
            let text = told(&case.errors, report);
            xml.text("failure", &[("message", &message), ("type", first.code.id)], &text);
        }
        if !case.others.is_empty() {
            xml.text("system-out", &[], &told(&case.others, report));
        }
        xml.close();
    }
    xml.close();
}

/// What could not be checked: tests that were not run.
fn unchecked(report: &Report<'_>, names: &mut Names, xml: &mut Xml) {
    let count = report.unchecked.len().to_string();
    let name = "could not check";
    xml.open(
        "testsuite",
        &[("name", name), ("tests", &count), ("failures", "0"), ("errors", "0"), ("skipped", &count), TIME],
    );
    for text in report.unchecked {
        let text = line(text);
        let case = unique(&text, names);
        xml.open("testcase", &[("classname", name), ("name", &case), TIME]);
        xml.empty("skipped", &[("message", &text)]);
        xml.close();
    }
    xml.close();
}

/// Findings in words, with all that is said of each.
fn told(findings: &[&Finding], report: &Report<'_>) -> String {
    let mut out = String::new();
    for finding in findings.iter().take(CASE_MAX) {
        out.push_str(&words::head(finding, report.sources));
        out.push('\n');
        for detail in words::details(finding, report.sources) {
            out.push_str(&format!("  {}\n", detail.replace('\n', "\n    ")));
        }
    }
    if findings.len() > CASE_MAX {
        out.push_str(&format!("{} more findings\n", findings.len() - CASE_MAX));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::code::SP002;
    use crate::diagnostics::{Colour, Sources};

    fn rendered(count: usize) -> String {
        let mut sources = Sources::default();
        let source = sources.add("a", "x");
        let findings = vec![Finding::new(SP002, Span::new(source, 0, 1), "t"); count];
        render(&Report {
            findings: &findings,
            left_out: 0,
            suppressed: &[],
            sources: &sources,
            slos: &[],
            unchecked: &[],
            checks: &[],
            colour: Colour::Plain,
        })
    }

    #[test]
    fn a_case_tells_findings_up_to_its_limit() {
        let fits = rendered(CASE_MAX);
        assert_eq!(fits.matches("a:1:1:").count(), CASE_MAX);
        assert!(!fits.contains("more findings"));
        let more = rendered(CASE_MAX + 1);
        assert_eq!(more.matches("a:1:1:").count(), CASE_MAX);
        assert!(more.contains("1 more findings\n"));
    }

    #[test]
    fn equal_names_are_numbered() {
        let mut names = Names::new();
        let found = ["a", "a", "a (2)", "a"].map(|name| unique(name, &mut names));
        assert_eq!(found, ["a", "a (2)", "a (2) (2)", "a (3)"]);
        let found = ["b", "b\u{fffe}"].map(|name| unique(name, &mut names));
        assert_eq!(found, ["b", "b (2)"]);
    }
}
