//! `sarif`: SARIF 2.1.0, as GitHub's code scanning and many viewers read it.
//!
//! The standard: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html>. The limits are
//! those of code scanning: <https://docs.github.com/code-security/reference/code-scanning/sarif-files/sarif-support-for-code-scanning>.
//! The file may have 10 MB when it is compressed; it is kept below that before, so no text of a user's can make it too
//! large. Findings that do not fit are the least important ones, and a notification says how many they are.

mod result;
mod rule;

use serde_json::{Value, json};

use super::fingerprint::Fingerprints;
use super::order::by_importance;
use super::owner::Owners;
use super::{Format, Report, TOOL, pages, Paths};
use rule::Rules;

/// Results of a run that code scanning takes.
const RESULTS_MAX: usize = 25_000;
/// Size of a file that code scanning takes, in bytes: 10 MB when compressed, less what `gzip` may add to a text that it
/// cannot compress.
const FILE_MAX_BYTES: usize = 9_900_000;
/// Room for the notification that says how many findings are left out, in bytes.
const NOTIFICATION_MAX_BYTES: usize = 1_000;
/// Longest notification of something that could not be checked, in characters.
const UNCHECKED_MAX_CHARS: usize = 1_024;
/// Notifications of things that could not be checked.
const UNCHECKED_MAX: usize = 100;

pub(super) static FORMAT: Format = Format {
    name: "sarif",
    doc: "SARIF 2.1.0: alerts in GitHub's code scanning, and findings in many viewers and editors.",
    extension: Some(".sarif"),
    paths: Paths::Repository,
    render,
};

fn render(report: &Report<'_>) -> String {
    let rules = Rules::of(report);
    let empty = log(report, &rules, 0);
    let room = FILE_MAX_BYTES.saturating_sub(empty.len() + NOTIFICATION_MAX_BYTES);
    let results = results(report, &rules, room);
    let beyond = report.findings.len() + report.suppressed.len() - results.len();
    let log = log(report, &rules, beyond);
    let head = log
        .strip_suffix(END)
        .expect("the results are the last thing in a log");
    match results.is_empty() {
        true => format!("{log}\n"),
        false => format!("{head}\n{}\n{END}\n", results.join(",\n")),
    }
}

/// What follows the results.
const END: &str = "]}]}";

/// Each result in a line, the most important first, as many as fit into a number of bytes.
fn results(report: &Report<'_>, rules: &Rules, room: usize) -> Vec<String> {
    let owners = Owners::of(report);
    let mut fingerprints = Fingerprints::default();
    let mut left = room;
    let counting = by_importance(report.findings).into_iter().map(|finding| (finding, None));
    let suppressed = report.suppressed.iter().map(|suppressed| (&suppressed.finding, Some(suppressed)));
    let mut results = Vec::new();
    for (finding, suppressed) in counting.chain(suppressed).take(RESULTS_MAX) {
        let fingerprint = fingerprints.next(finding, &owners, report.sources);
        let result = result::of(finding, suppressed, fingerprint, report, rules).to_string();
        // A comma and a line feed stand after it.
        let size = result.len() + 2;
        if size > left {
            break;
        }
        left -= size;
        results.push(result);
    }
    results
}

/// The log without its results.
fn log(report: &Report<'_>, rules: &Rules, beyond: usize) -> String {
    let mut driver = json!({
        "name": TOOL,
        "semanticVersion": env!("CARGO_PKG_VERSION"),
    });
    if let Some(home) = pages::home() {
        driver["informationUri"] = json!(home);
    }
    driver["rules"] = Value::Array(rules.all.clone());
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": driver},
            "automationDetails": {"id": format!("{TOOL}/")},
            "invocations": [{
                "executionSuccessful": true,
                "toolExecutionNotifications": notifications(report, beyond),
            }],
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {
                result::BASE: {"description": {"text": "The folder that paths are relative to: the root of the repository."}},
            },
            "results": [],
        }],
    });
    log.to_string()
}

/// What is to be said beside the results, of which so many are beyond the limits of code scanning.
fn notifications(report: &Report<'_>, beyond: usize) -> Vec<Value> {
    let unchecked = report.unchecked.iter().take(UNCHECKED_MAX).map(|text| {
        let text = super::words::cut(text, UNCHECKED_MAX_CHARS);
        json!({"level": "warning", "message": {"text": format!("could not check: {text}")}})
    });
    let mut notifications: Vec<Value> = unchecked.collect();
    let more = report.unchecked.len().saturating_sub(UNCHECKED_MAX);
    if more > 0 {
        let text = format!("could not check {more} more things");
        notifications.push(json!({"level": "warning", "message": {"text": text}}));
    }
    for (left_out, why) in [
        (report.left_out, "one run has more than are reported"),
        (beyond, "the limits of code scanning are reached"),
    ] {
        if left_out > 0 {
            let text = format!("{left_out} less important findings are left out: {why}");
            notifications.push(json!({"level": "warning", "message": {"text": text}}));
        }
    }
    notifications
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Span;
    use crate::diagnostics::code::{SP002, SP016};
    use crate::diagnostics::{Colour, Finding, Sources};

    /// The log of `count` errors and an info, whose titles have so many bytes.
    fn rendered(count: usize, title_bytes: usize) -> String {
        let mut sources = Sources::default();
        let source = sources.add("a", "");
        let title: String = (0..title_bytes).map(|_| 'x').collect();
        let mut findings = vec![Finding::new(SP002, Span::new(source, 0, 0), title); count];
        findings.insert(0, Finding::new(SP016, Span::new(source, 0, 0), "info"));
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

    fn counted(log: &str) -> (usize, bool) {
        (log.matches("\"ruleIndex\"").count(), log.contains("are left out"))
    }

    #[test]
    fn results_beyond_the_limit_are_left_out_and_counted() {
        let log = rendered(RESULTS_MAX - 1, 1);
        assert!(log.len() < FILE_MAX_BYTES, "{}", log.len());
        assert_eq!(counted(&log), (RESULTS_MAX, false));
        let log = rendered(RESULTS_MAX, 1);
        assert_eq!(counted(&log), (RESULTS_MAX, true));
        assert!(log.contains("1 less important findings") && !log.contains("\"SP016\",\"ruleIndex\""));
    }

    #[test]
    fn a_file_never_grows_beyond_its_limit() {
        let log = rendered(RESULTS_MAX - 1, 400);
        let (results, told) = counted(&log);
        assert!(told && results < RESULTS_MAX);
        assert!(log.len() <= FILE_MAX_BYTES, "{}", log.len());
        assert!(log.len() > FILE_MAX_BYTES - 2 * NOTIFICATION_MAX_BYTES, "{}", log.len());
    }
}
