//! SLO files held against a server, and what is said of them in short lines.

use burnwatch::base::SourceId;
use burnwatch::diagnostics::{Finding, Findings};
use burnwatch::lint::online::{self, Online};
use burnwatch::lint::options::SLOTS;
use burnwatch::lint::{Options, Subject};
use burnwatch::model::{self, Workspace};
use burnwatch::plan::Settings;
use burnwatch::prometheus::Server;
use burnwatch::source::{Endpoint, Source, SourceSettings};
use burnwatch::spec::slo_file::SLO_FILE;
use burnwatch::spec::workspace_file::WORKSPACE_FILE;
use burnwatch::spec::{Record, check};
use burnwatch::yaml::{self, Node};

/// The head of every SLO file here; an SLO follows.
const HEAD: &str = "apiVersion: burnwatch/v1\nservice: shop\nowner: payments\nslos:\n";
/// A workspace for data that is scraped once a minute.
pub const MINUTELY: &str =
    "apiVersion: burnwatch/v1\nrules: {scrape_interval: 1m}\nteams: {payments: {}}\n";

/// An SLO file of SLOs in flow style, without their names, one a line.
pub fn file(slos: &[&str]) -> String {
    let mut text = HEAD.to_owned();
    for (at, slo) in slos.iter().enumerate() {
        text.push_str(&format!("  - {{name: s{at}, {slo}}}\n"));
    }
    text
}

fn document(source: u32, text: &str) -> Node {
    let (documents, faults) = yaml::read(SourceId(source), text);
    assert!(faults.is_empty(), "{text}\n{faults:?}");
    documents
        .into_iter()
        .next()
        .expect("the text has a document")
        .root
}

/// What is found about a file; it must be without any fault that can be seen without a server.
pub fn held_against(
    server: &mut dyn Server,
    workspace: &str,
    text: &str,
    at_ms: Option<i64>,
) -> Online {
    let mut faults = Findings::new();
    let mut settings_node = document(0, workspace);
    check::check(&mut settings_node, &WORKSPACE_FILE, &SLOTS, &mut faults);
    let workspace = Workspace::resolve(&settings_node, &mut faults);
    let settings = Settings::of(&workspace);
    let checks = Record::of(&settings_node).and_then(|file| file.record("checks"));
    let options = Options::of_checks(checks.as_ref());
    let mut node = document(1, text);
    check::check(&mut node, &SLO_FILE, &SLOTS, &mut faults);
    let slos = model::slos(&node, &workspace, &mut faults);
    assert!(faults.is_empty(), "{text}\n{faults:#?}");
    let subjects: Vec<Subject<'_>> = slos
        .iter()
        .map(|slo| Subject::new(slo, &settings, &options))
        .collect();
    online::check(&subjects, server, at_ms)
}

/// A finding in one line: its code, its level, the text at its place, and what is said.
pub fn line(text: &str, finding: &Finding) -> String {
    let span = finding.primary.span;
    let place = match span.source {
        SourceId(1) => &text[span.start as usize..span.end as usize],
        _ => "the workspace",
    };
    let mut line = format!(
        "{} {} at `{place}`: {}; {}",
        finding.code.id, finding.level, finding.title, finding.primary.text
    );
    if let Some(patch) = &finding.patch {
        line.push_str(&format!("; {}", patch.help));
    }
    line
}

/// Findings and what could not be checked, in lines.
pub fn lines(text: &str, online: &Online) -> Vec<String> {
    let findings = online.findings.iter().map(|finding| line(text, finding));
    let unchecked = online.unchecked.iter().map(ToString::to_string);
    findings.chain(unchecked).collect()
}

/// A client for a URL.
pub fn source(url: &str) -> Source {
    let endpoint = Endpoint::parse(url).expect("a test names a server as it should");
    Source::new(SourceSettings::new(endpoint)).expect("a client can be made")
}
