//! Everything that is shown compiles: `slos/`, `examples/`, and the SLO files in the pages.

use std::fs;
use std::path::{Path, PathBuf};

use burnwatch::cli::{Io, run};
use burnwatch::diagnostics::Colour;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

/// Runs a command in `folder`: its code, what it printed and what it said beside.
fn burnwatch(folder: &Path, arguments: &[&str], stdin: &str) -> (u8, String, String) {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let code = run(
        std::iter::once("burnwatch")
            .chain(arguments.iter().copied())
            .map(Into::into),
        &mut Io {
            stdin: &mut stdin.as_bytes(),
            stdout: &mut stdout,
            stderr: &mut stderr,
            stdout_colour: Colour::Plain,
            stderr_colour: Colour::Plain,
            folder: folder.to_path_buf(),
            today: jiff::civil::date(2026, 11, 21),
            now_ms: 1_795_219_200_000,
            environment: &|_| None,
        },
    );
    let text = |bytes| String::from_utf8(bytes).expect("output is text");
    (code, text(stdout), text(stderr))
}

#[test]
fn our_own_slos_and_all_examples_have_no_fault() {
    for folder in ["", "examples", "examples/issue-tracker"] {
        let (code, stdout, stderr) = burnwatch(&root().join(folder), &["validate"], "");
        assert_eq!(code, 0, "{folder}: {stdout}{stderr}");
        assert!(!stdout.contains("warning"), "{folder}: {stdout}");
    }
}

#[test]
fn at_least_eight_services_are_shown() {
    let services = fs::read_dir(root().join("examples/slos"))
        .expect("examples")
        .count();
    assert!(services >= 8, "{services}");
}

/// What is generated of the examples, kept so that a change of it is seen in a review. `UPDATE=1` writes it anew.
fn check_golden(name: &str, text: &str) {
    let path = root().join("tests/golden").join(name);
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
        fs::write(&path, text).expect("a golden can be written");
    }
    let before = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        before == text,
        "tests/golden/{name} is out of date: run the tests with UPDATE=1 and look at the difference"
    );
}

#[test]
fn rules_of_the_examples_are_as_they_were() {
    let (code, rules, stderr) = burnwatch(&root().join("examples"), &["generate", "-o", "-"], "");
    assert_eq!(code, 0, "{stderr}");
    check_golden("examples.rules.yaml", &rules);
}

#[test]
fn routes_of_the_examples_are_as_they_were() {
    let examples = root().join("examples");
    let (code, table, stderr) = burnwatch(&examples, &["routes"], "");
    assert_eq!(code, 0, "{stderr}");
    check_golden("examples.routes.txt", &table);
    let folder = tempfile::tempdir().expect("a folder can be made");
    let output = folder.path().to_str().expect("its path is text");
    let (code, _, stderr) = burnwatch(
        &examples,
        &["generate", "--only", "routes", "-o", output],
        "",
    );
    assert_eq!(code, 0, "{stderr}");
    let config = fs::read_to_string(folder.path().join("alertmanager/alertmanager.yaml"));
    check_golden(
        "examples.alertmanager.yaml",
        &config.expect("it was generated"),
    );
}

/// Fenced blocks of a language in a page.
pub fn blocks(page: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}");
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if line.trim() == fence {
            let block: Vec<&str> = lines
                .by_ref()
                .take_while(|line| line.trim() != "```")
                .collect();
            blocks.push(block.join("\n") + "\n");
        }
    }
    blocks
}

/// A block as a whole file: a complete one as it stands, an `sli` put into an SLO.
fn completed(block: &str) -> String {
    if block.starts_with("apiVersion:") {
        return block.to_string();
    }
    let indented: String = block
        .lines()
        .map(|line| format!("      {line}\n"))
        .collect();
    format!(
        "apiVersion: burnwatch/v1\nservice: shown\nowner: payments\nrunbook: https://runbooks.example.com/shown\nslos:\n  - name: shown\n    objective: 99\n    sli:\n{indented}"
    )
}

#[test]
fn every_slo_in_the_pages_compiles() {
    let mut seen = 0;
    for page in ["README.md", "docs/spec.md"] {
        let text = fs::read_to_string(root().join(page)).expect("a page");
        for block in blocks(&text, "yaml") {
            let (code, stdout, stderr) = burnwatch(
                &root().join("examples"),
                &["validate", "-"],
                &completed(&block),
            );
            assert_eq!(code, 0, "{page}:\n{block}\n{stdout}{stderr}");
            seen += 1;
        }
    }
    assert!(seen >= 7, "only {seen} blocks were found");
}

/// Workspace files in the pages, each with an SLO of the team that it has.
#[test]
fn every_workspace_in_the_pages_compiles() {
    let slo = "apiVersion: burnwatch/v1\nservice: checkout\nowner: payments\n\
               runbook: https://runbooks.example.com/checkout\nslos:\n  - name: availability\n    objective: 99.9\n    \
               sli: {ratio: {events: 'http_requests_total{job=\"checkout\"}', errors_where: code=~\"5..\"}}\n";
    let text = fs::read_to_string(root().join("docs/alertmanager.md")).expect("a page");
    let workspaces: Vec<String> = blocks(&text, "yaml")
        .into_iter()
        .filter(|block| block.starts_with("# burnwatch.yaml"))
        .collect();
    assert!(
        workspaces.len() >= 3,
        "only {} blocks were found",
        workspaces.len()
    );
    for workspace in workspaces {
        let folder = tempfile::tempdir().expect("a folder can be made");
        fs::write(folder.path().join("burnwatch.yaml"), &workspace).expect("a file can be written");
        fs::create_dir(folder.path().join("slos")).expect("a folder can be made");
        fs::write(folder.path().join("slos/a.yaml"), slo).expect("a file can be written");
        let (code, stdout, stderr) = burnwatch(folder.path(), &["generate"], "");
        assert_eq!(code, 0, "{workspace}\n{stdout}{stderr}");
    }
}
