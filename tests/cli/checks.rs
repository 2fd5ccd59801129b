//! What is said of each check is true: its example makes it speak and no other, what stands instead is silent.

use std::collections::{BTreeMap, BTreeSet};

use burnwatch::diagnostics::code::CODES;
use burnwatch::lint::{Ask, CHECKS, Check};

use super::case::Case;

/// Codes and levels of what burnwatch says about a text. Rules alone are refused for a calendar, so `generate` is asked too.
fn said(text: &str) -> BTreeSet<(String, String)> {
    let case = Case::of(text);
    let validated = case.run(&["validate"]).stdout;
    let generated = case.run(&["generate", "-o", "-"]).stderr;
    let heads = validated.lines().chain(generated.lines());
    heads
        .filter_map(|line| {
            let (level, rest) = line.split_once('[')?;
            let (code, _) = rest.split_once("]: ")?;
            let known = ["error", "warning", "info"].contains(&level);
            known.then(|| (code.to_string(), level.to_string()))
        })
        .collect()
}

/// Codes at warning or above.
fn loud(text: &str) -> BTreeSet<String> {
    let loud = said(text).into_iter().filter(|(_, level)| level != "info");
    loud.map(|(code, _)| code).collect()
}

/// Whether it can speak in this test at all: a server and an output folder are not here.
fn is_offline(check: &Check) -> bool {
    match check.ask {
        Ask::Readers
        | Ask::Slo(_)
        | Ask::Slos(_)
        | Ask::Roster(_)
        | Ask::Routes(_)
        | Ask::Runbooks(_)
        | Ask::Suppressions => true,
        Ask::Output | Ask::Server | Ask::Web => false,
    }
}

/// Codes that an example may have beside its own: those that its suppressions name.
fn beside(check: &Check) -> BTreeSet<String> {
    let Ask::Suppressions = check.ask else {
        return BTreeSet::new();
    };
    CHECKS
        .iter()
        .map(|other| other.code.id.to_string())
        .filter(|id| check.example.contains(&format!("ignore[{id}]")))
        .collect()
}

#[test]
fn an_example_makes_its_check_speak_and_no_other() {
    let mut wrong = Vec::new();
    for check in CHECKS.iter().filter(|check| is_offline(check)) {
        let id = check.code.id;
        if check.example.is_empty() {
            continue;
        }
        let said = said(check.example);
        if !said.iter().any(|(code, _)| code == id) {
            wrong.push(format!(
                "{id}: its example does not make it speak: {said:?}"
            ));
        }
        let may = beside(check);
        let others: Vec<String> = loud(check.example)
            .into_iter()
            .filter(|code| code != id && !may.contains(code))
            .collect();
        if !others.is_empty() {
            wrong.push(format!("{id}: its example also has {others:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn what_stands_instead_is_silent() {
    let mut wrong = Vec::new();
    for check in CHECKS.iter().filter(|check| is_offline(check)) {
        let id = check.code.id;
        if check.example.is_empty() {
            continue;
        }
        let own = said(check.instead).into_iter().any(|(code, _)| code == id);
        let loud = loud(check.instead);
        if own || !loud.is_empty() {
            wrong.push(format!("{id}: what stands instead has {loud:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// What needs a server or generated files cannot be run here; its texts are at least SLO files.
#[test]
fn examples_that_cannot_be_run_offline_can_be_read() {
    for check in CHECKS.iter().filter(|check| !is_offline(check)) {
        for text in [check.example, check.instead] {
            let refused: Vec<String> = loud(text)
                .into_iter()
                .filter(|code| code.starts_with("SP") || code.starts_with("QL001"))
                .collect();
            assert!(refused.is_empty(), "{}: {refused:?}", check.code.id);
        }
    }
}

#[test]
fn every_check_but_one_has_an_example() {
    // Nobody knows of an expression that one of the two parsers of PromQL takes and the other refuses.
    const UNKNOWN: &str = "QL014";
    let without: Vec<&str> = CHECKS
        .iter()
        .filter(|check| is_offline(check))
        .filter(|check| check.example.is_empty() || check.instead.is_empty())
        .map(|check| check.code.id)
        .collect();
    assert_eq!(without, [UNKNOWN]);
}

#[test]
fn every_code_has_a_check_and_no_two_checks_share_a_code_or_a_name() {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for check in CHECKS {
        for word in [check.code.id, check.code.name] {
            let before = seen.insert(word, check.code.id);
            assert!(before.is_none(), "`{word}` stands twice");
        }
    }
    for code in CODES {
        assert_eq!(seen.get(code.name), Some(&code.id), "no check for {code:?}");
    }
}

#[test]
fn explain_finds_a_check_by_code_or_name_in_any_case() {
    let case = Case::bare();
    let page = case.run(&["explain", "SP002"]);
    assert_eq!(page.code, 0, "{page:?}");
    assert!(
        page.stdout
            .starts_with("# SP002 unknown-field\n\nLevel: error. ")
    );
    for head in [
        "## What it finds",
        "## Why it matters",
        "## Example",
        "## Write instead",
    ] {
        assert!(
            page.stdout.contains(&format!("\n{head}\n")),
            "{head}: {page:?}"
        );
    }
    assert!(!page.stdout.contains("## What burnwatch says"));
    for subject in ["sp002", "unknown-field", "Unknown-Field"] {
        assert_eq!(case.run(&["explain", subject]).stdout, page.stdout);
    }
}

#[test]
fn pages_fit_a_terminal() {
    for check in CHECKS {
        let page = Case::bare().run(&["explain", check.code.id]).stdout;
        let mut fenced = false;
        for line in page.lines() {
            fenced ^= line.starts_with("```");
            let prose = !fenced && !line.starts_with(['|', '`']);
            assert!(
                !prose || line.chars().count() <= 100,
                "{}: {line}",
                check.code.id
            );
        }
    }
}

#[test]
fn a_check_that_cannot_be_suppressed_does_not_say_how() {
    let case = Case::bare();
    let says = |code: &str| case.run(&["explain", code]).stdout;
    assert!(says("AL001").contains("# burnwatch: ignore[AL001] -- the reason\n"));
    assert!(!says("SP002").contains("burnwatch: ignore"));
    assert!(says("SP002").contains("cannot be turned down or suppressed"));
}

#[test]
fn an_unknown_subject_is_answered_with_the_closest_of_checks_and_slos() {
    for (subject, meant) in [
        ("unkown-field", "unknown-field"),
        ("AL0001", "AL001"),
        ("checkout/availabilty", "checkout/availability"),
    ] {
        let case = Case::of(CHECKS[1].instead);
        let outcome = case.run(&["explain", subject]);
        assert_eq!(outcome.code, 2);
        let help = format!("`{subject}`; `{meant}` is similar\n");
        assert!(outcome.stderr.ends_with(&help), "{outcome:?}");
    }
}

#[test]
fn checks_lists_every_check_on_a_line() {
    let outcome = Case::bare().run(&["checks"]);
    assert_eq!(outcome.code, 0);
    let lines: Vec<&str> = outcome.stdout.lines().collect();
    assert_eq!(lines.len(), CHECKS.len());
    for (line, check) in lines.iter().zip(CHECKS) {
        let words: Vec<&str> = line.split_whitespace().take(3).collect();
        let level = check.code.level.to_string();
        assert_eq!(words, [check.code.id, &level, check.code.name]);
        assert!(line.ends_with(['.', ')']), "no sentence: {line}");
    }
}

#[test]
fn checks_are_json_for_tools() {
    let outcome = Case::bare().run(&["checks", "--format", "json"]);
    let value: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(value["version"], 1);
    let list = value["checks"].as_array().unwrap();
    assert_eq!(list.len(), CHECKS.len());
    for (object, check) in list.iter().zip(CHECKS) {
        assert_eq!(object["code"], check.code.id);
        assert_eq!(object["name"], check.code.name);
        assert_eq!(object["level"], check.code.level.to_string());
        assert_eq!(object["fixed"], check.is_fixed());
        assert_eq!(object["finds"], check.finds);
        assert_eq!(object["why"], check.why);
    }
}
