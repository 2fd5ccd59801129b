//! Findings as users read them: `tests/cases` has a file for each fault, and beside it what is said of it.
//!
//! A case is an SLO file, or several texts under lines of `=== path`. A case whose name ends in `.ok` is near a fault and has
//! none. `UPDATE=1` writes what is said anew.

use std::fs;
use std::path::{Path, PathBuf};

use super::case::{Case, TERSE_WORKSPACE};

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "yaml")
        })
        .collect();
    cases.sort();
    cases
}

#[test]
fn every_fault_is_said_as_its_case_says() {
    let mut wrong = Vec::new();
    for path in cases() {
        let outcome =
            Case::within(TERSE_WORKSPACE, &fs::read_to_string(&path).unwrap()).run(&["validate"]);
        let near = path.file_stem().unwrap().to_string_lossy().ends_with(".ok");
        if near {
            if (outcome.code, outcome.stdout.as_str()) != (0, "") {
                wrong.push(format!(
                    "{} is near a fault and has none:\n{}",
                    path.display(),
                    outcome.stdout
                ));
            }
            continue;
        }
        let out = path.with_extension("out");
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&out, &outcome.stdout).unwrap();
        }
        let expected = fs::read_to_string(&out).unwrap_or_default();
        if outcome.stdout != expected || expected.is_empty() {
            wrong.push(format!("{} says:\n{}", path.display(), outcome.stdout));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_code_has_a_case_that_makes_it_speak() {
    let said: String = cases()
        .iter()
        .map(|path| fs::read_to_string(path.with_extension("out")).unwrap_or_default())
        .collect();
    // Rules alone are refused for a calendar, which `generate` says; the second parser has no known disagreement.
    let elsewhere = ["SP017", "QL014"];
    let silent: Vec<&str> = burnwatch::diagnostics::code::CODES
        .iter()
        .map(|code| code.id)
        .filter(|id| !elsewhere.contains(id) && !said.contains(&format!("[{id}]")))
        .collect();
    assert!(silent.is_empty(), "no case makes these speak: {silent:?}");
}
