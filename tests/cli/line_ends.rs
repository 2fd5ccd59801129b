//! A checkout with CRLF, as git makes on Windows: everything is read as with LF, and what is written keeps to the file.

use std::fs;
use std::path::Path;

use burnwatch::emit::alertmanager::template::MESSAGES;
use burnwatch::emit::runbook::Part;
use burnwatch::lint::CHECKS;

use super::case::{Case, TERSE_WORKSPACE};

/// The texts of all cases, and of the examples of all checks.
fn texts() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "yaml"));
    paths.sort();
    let cases = paths.iter().map(|path| fs::read_to_string(path).unwrap());
    let examples = CHECKS
        .iter()
        .flat_map(|check| [check.example, check.instead]);
    cases.chain(examples.map(str::to_string)).collect()
}

/// The files below a folder, by path.
fn files(folder: &Path) -> Vec<(String, String)> {
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name();
    let files = entries
        .into_iter()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| {
            let name = entry.path().strip_prefix(folder).unwrap();
            let text = fs::read_to_string(entry.path()).unwrap();
            (name.to_string_lossy().into_owned(), text)
        })
        .collect()
}

/// Gives every file below a folder of a case other line ends.
fn checked_out(case: &Case, folder: &str) {
    let folder = case.path().join(folder);
    for (name, text) in files(&folder) {
        fs::write(folder.join(name), crlf(&text)).unwrap();
    }
}

fn crlf(text: &str) -> String {
    text.replace('\n', "\r\n")
}

/// A case, and the same with other line ends.
fn both(text: &str) -> [Case; 2] {
    let [unix, windows] = [text, text].map(|text| Case::within(TERSE_WORKSPACE, text));
    checked_out(&windows, "");
    [unix, windows]
}

#[test]
fn findings_and_their_places_are_the_same_and_fixes_keep_line_ends() {
    for text in texts() {
        let [unix, windows] = both(&text);
        let said = |case: &Case| {
            let outcome = case.run(&["validate"]);
            (outcome.code, outcome.stdout)
        };
        let before = said(&unix);
        assert_eq!(before, said(&windows), "{text}");
        // Where nothing is found nothing is fixed.
        if !before.1.is_empty() {
            let fixed = [&unix, &windows].map(|case| case.run(&["validate", "--fix"]).stderr);
            assert_eq!(fixed[0], fixed[1], "{text}");
            let expected = files(unix.path()).into_iter();
            let expected: Vec<_> = expected.map(|(name, text)| (name, crlf(&text))).collect();
            assert_eq!(files(windows.path()), expected, "{text}");
        }
    }
}

#[test]
fn what_is_generated_is_the_same() {
    let mut made = 0;
    for check in CHECKS {
        let cases = both(check.instead);
        let outcomes = cases.each_ref().map(|case| case.run(&["generate"]));
        assert_eq!(outcomes[0].code, outcomes[1].code, "{}", check.code.id);
        let [unix, windows] = cases.each_ref().map(generated);
        assert_eq!(unix, windows, "{}", check.code.id);
        made += unix.len();
    }
    assert!(made > CHECKS.len(), "{made}");
}

fn generated(case: &Case) -> Vec<(String, String)> {
    let folder = case.path().join("generated");
    // An SLO without alerts may have nothing to generate.
    match folder.exists() {
        true => files(&folder),
        false => Vec::new(),
    }
}

/// The examples, with message templates and a page of runbooks of their own.
fn examples() -> Case {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let case = Case::bare();
    let case = files(&folder)
        .into_iter()
        .filter(|(name, _)| !name.starts_with("issue-tracker"))
        .fold(case, |case, (name, text)| case.file(&name, &text));
    case.file(Part::Page.path(), Part::Page.text())
        .file("templates/alertmanager.tmpl", MESSAGES)
}

#[test]
fn a_workspace_with_everything_in_it_generates_the_same() {
    let cases = [examples(), examples()];
    checked_out(&cases[1], "");
    let outcomes = cases.each_ref().map(|case| case.run(&["generate"]));
    assert_eq!(outcomes[1].code, 0, "{outcomes:?}");
    let [unix, windows] = cases.each_ref().map(generated);
    assert_eq!(unix, windows);
    assert!(unix.iter().all(|(_, text)| !text.contains('\r')));
}

#[test]
fn generated_files_that_differ_in_line_ends_alone_are_up_to_date() {
    let case = examples();
    assert_eq!(case.run(&["generate"]).code, 0);
    checked_out(&case, "");
    let before = generated(&case);
    for command in [&["generate", "--check"][..], &["validate"], &["generate"]] {
        let outcome = case.run(command);
        assert_eq!(outcome.code, 0, "{command:?} {outcome:?}");
        assert!(!outcome.stdout.contains("XF003"), "{outcome:?}");
    }
    assert_eq!(generated(&case), before);
}

#[test]
fn of_a_generated_file_with_other_line_ends_what_differs_is_shown_alone() {
    let case = examples();
    assert_eq!(case.run(&["generate"]).code, 0);
    checked_out(&case, "generated");
    let rules = "generated/prometheus/checkout.rules.yaml";
    let text = case.read(rules).unwrap();
    let case = case.file(rules, &text.replacen("increase", "rate", 1));
    let outcome = case.run(&["generate", "--check"]);
    assert_eq!(outcome.code, 1, "{outcome:?}");
    assert_eq!(
        outcome.stdout,
        format!(
            "{rules} differs\n  line 6\n  -   - record: slo:events:rate5m\n  +   - record: slo:events:increase5m\n"
        )
    );
    assert_eq!(case.run(&["generate"]).code, 0);
    assert!(!case.read(rules).unwrap().contains('\r'));
}
