//! Generated files that are committed, held against the SLOs by `validate`.

use super::case::{Case, FINE, TERSE_WORKSPACE, slo};

const RULES: &str = "generated/prometheus/checkout.rules.yaml";

/// A workspace whose files were generated.
fn generated(options: &[&str]) -> Case {
    let case = Case::bare()
        .file("burnwatch.yaml", TERSE_WORKSPACE)
        .file("slos/a.yaml", &slo(FINE));
    let outcome = case.run(&[&["generate"], options].concat());
    assert_eq!(outcome.code, 0, "{outcome:?}");
    case
}

fn check_silent(case: &Case, arguments: &[&str]) {
    let outcome = case.run(&[&["validate"], arguments].concat());
    assert_eq!((outcome.code, &*outcome.stdout), (0, ""), "{outcome:?}");
}

/// What is said of one file.
fn said(case: &Case) -> String {
    let outcome = case.run(&["validate", "--format", "concise"]);
    assert_eq!(outcome.code, 1, "{outcome:?}");
    outcome.stdout
}

#[test]
fn what_was_generated_from_the_slos_is_up_to_date() {
    for options in [
        &[][..],
        &["--target", "operator"],
        &["--windows", "raw"],
        &["--only", "rules"],
    ] {
        check_silent(&generated(options), &[]);
    }
}

#[test]
fn a_line_that_differs_is_shown_with_what_it_is_now() {
    let case = generated(&[]);
    let rules = case.read(RULES).unwrap();
    let line = rules
        .lines()
        .position(|line| line.contains("expr:"))
        .unwrap();
    let case = case.file(RULES, &rules.replacen("increase", "rate", 1));
    let said = said(&case);
    assert!(said.starts_with(&format!("{RULES}:")), "{said}");
    assert!(
        said.contains(
            "error[XF003] `generated/prometheus/checkout.rules.yaml` is not what is generated now"
        ),
        "{said}"
    );
    let shown = case.run(&["validate"]).stdout;
    let number: usize = said.split(':').nth(1).unwrap().parse().unwrap();
    assert!(
        number > line / 2 && shown.contains("the first line that differs; now it is `"),
        "{shown}"
    );
    assert_eq!(shown.matches("error[").count(), 1);
    check_silent(&case, &["slos/a.yaml"]);
    case.run(&["generate"]);
    check_silent(&case, &[]);
}

#[test]
fn a_file_that_is_missing_and_one_that_nothing_makes_are_told() {
    let case = generated(&[]);
    std::fs::remove_file(case.path().join(RULES)).unwrap();
    let missing = said(&case);
    assert_eq!(
        missing,
        "slos/a.yaml:5:11: error[XF003] `generated/prometheus/checkout.rules.yaml` is missing\n"
    );
    let case = generated(&["--only", "rules"]);
    let other = slo(FINE).replace("service: checkout", "service: cart");
    let said = said(&case.file("slos/a.yaml", &other));
    assert!(
        said.contains("`generated/prometheus/cart.rules.yaml` is missing"),
        "{said}"
    );
    assert!(
        said.contains("`generated/prometheus/checkout.rules.yaml` is no longer generated"),
        "{said}"
    );
}

#[test]
fn files_of_which_nobody_knows_how_they_were_made_are_left_alone() {
    let case = generated(&[]);
    let rules = case.read(RULES).unwrap();
    let list = case.read("generated/.burnwatch.json").unwrap();
    let case = case.file(RULES, &rules.replacen("increase", "rate", 1));
    let old = list.replacen(
        "\"made\": {\"target\":\"prometheus\",\"windows\":\"recorded\"}, ",
        "",
        1,
    );
    assert_ne!(old, list);
    check_silent(&case.file("generated/.burnwatch.json", &old), &[]);
}

#[test]
fn an_error_keeps_drift_from_being_looked_for() {
    let case = generated(&[]).file("slos/a.yaml", &slo(&FINE.replace("99.9", "101")));
    let said = said(&case);
    assert!(
        said.contains("[SP010]") && !said.contains("XF003"),
        "{said}"
    );
}
