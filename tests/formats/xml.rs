//! JUnit and Checkstyle through parsers that were not written here.

use std::collections::BTreeSet;

use burnwatch::diagnostics::Level;
use proptest::prelude::*;
use roxmltree::{Document, Node};

use crate::arbitrary;
use crate::render;
use crate::set::Set;

/// The elements of a name.
fn elements<'a>(document: &'a Document<'a>, name: &'a str) -> Vec<Node<'a, 'a>> {
    document
        .descendants()
        .filter(|node| node.has_tag_name(name))
        .collect()
}

/// What holds for every report of test results.
fn check_junit(text: &str) -> junit_parser::TestSuites {
    let suites = junit_parser::from_reader(text.as_bytes()).unwrap();
    let document = Document::parse(text).unwrap();
    let cases = elements(&document, "testcase");
    let names: BTreeSet<&str> = cases
        .iter()
        .map(|case| case.attribute("name").unwrap())
        .collect();
    assert_eq!(names.len(), cases.len(), "names are unique: {text}");
    let count = |name| elements(&document, name).len() as u64;
    assert_eq!(suites.tests, cases.len() as u64);
    assert_eq!(
        (suites.failures, suites.skipped),
        (count("failure"), count("skipped"))
    );
    for suite in &suites.suites {
        assert_eq!(suite.tests, suite.cases.len() as u64, "{}", suite.name);
        let failed = suite
            .cases
            .iter()
            .filter(|case| case.status.is_failure())
            .count();
        assert_eq!(suite.failures, failed as u64, "{}", suite.name);
    }
    suites
}

#[test]
fn every_slo_is_a_test_that_passes_or_fails() {
    let outcomes = |set: &Set| -> Vec<(String, bool)> {
        let suites = check_junit(&render("junit", &set.report()));
        let cases = suites.suites.iter().flat_map(|suite| &suite.cases);
        cases
            .map(|case| (case.original_name.clone(), case.status.is_success()))
            .collect()
    };
    let expected = |pass: [bool; 3]| {
        [
            ("burnwatch.yaml", true),
            ("slos/search.yaml", true),
            ("search/availability", pass[0]),
            ("search/freshness", pass[1]),
            ("search/latency", pass[2]),
        ]
        .map(|(name, pass)| (name.to_string(), pass))
        .to_vec()
    };
    assert_eq!(outcomes(&Set::real()), expected([false, false, true]));
    assert_eq!(outcomes(&Set::clean()), expected([true, true, true]));
    assert_eq!(outcomes(&Set::default()), []);
}

#[test]
fn warnings_fail_nothing_and_are_told() {
    let mut set = Set::real();
    for finding in &mut set.findings {
        finding.level = Level::Warning;
    }
    let text = render("junit", &set.report());
    assert_eq!(check_junit(&text).failures, 0);
    let document = Document::parse(&text).unwrap();
    let told: Vec<&str> = elements(&document, "system-out")
        .iter()
        .filter_map(|node| node.text())
        .collect();
    assert_eq!(told.len(), 2);
    assert!(
        told[0].starts_with("slos/search.yaml:6:5: warning[SP002] unknown field"),
        "{told:?}"
    );
}

#[test]
fn awkward_texts_come_through_junit() {
    let text = render("junit", &Set::awkward().report());
    check_junit(&text);
    let document = Document::parse(&text).unwrap();
    let case = |name: &str| {
        let all = elements(&document, "testcase");
        all.into_iter()
            .find(|case| case.attribute("name") == Some(name))
            .unwrap()
    };
    let failed = case("shop/b")
        .children()
        .find(|node| node.has_tag_name("failure"))
        .unwrap();
    assert_eq!(failed.attribute("message"), Some("SP005 a range of lines"));
    let warned = case("shop/a")
        .children()
        .find(|node| node.has_tag_name("system-out"))
        .unwrap();
    assert!(
        warned
            .text()
            .unwrap()
            .contains("wide characters <&>\"' ]]> stand before")
    );
    assert_eq!(
        case("shop/a (2)").attribute("file"),
        Some("slos/odd, name: 100%\n::error::x]]>.yaml")
    );
    assert_eq!(case("shop/c").attribute("file"), None);
    let skipped = elements(&document, "skipped");
    assert_eq!(skipped.len(), 1);
}

/// Files, lines and codes of a Checkstyle report.
fn checkstyle(set: &Set) -> Vec<(String, usize, String, String)> {
    let text = render("checkstyle", &set.report());
    let document = Document::parse(&text).unwrap();
    assert_eq!(document.root_element().attribute("version"), Some("4.3"));
    elements(&document, "error")
        .iter()
        .map(|error| {
            let of = |name: &str| error.attribute(name).unwrap().to_string();
            assert!(["error", "warning", "info"].contains(&of("severity").as_str()));
            assert!(of("column").parse::<usize>().unwrap() >= 1);
            let file = error.parent().unwrap().attribute("name").unwrap();
            (
                file.to_string(),
                of("line").parse().unwrap(),
                of("source"),
                of("message"),
            )
        })
        .collect()
}

#[test]
fn checkstyle_names_each_finding_under_its_file() {
    let found = checkstyle(&Set::awkward());
    let places: Vec<(&str, usize, &str)> = found
        .iter()
        .map(|(file, line, code, _)| (file.as_str(), *line, code.as_str()))
        .collect();
    let odd = "slos/odd, name: 100%\n::error::x]]>.yaml";
    assert_eq!(
        places,
        [
            ("burnwatch.yaml", 1, "SP016"),
            ("slos/a.yaml", 3, "SP002"),
            ("slos/a.yaml", 4, "SP009"),
            ("slos/a.yaml", 6, "SP005"),
            (odd, 2, "SP002"),
            ("<stdin>", 2, "SP001"),
        ]
    );
    assert!(
        found[1]
            .3
            .contains("unknown field `objetive`\nnot a field of an SLO\n")
    );
    assert!(checkstyle(&Set::clean()).is_empty());
}

proptest! {
    #![proptest_config(arbitrary::config())]
    #[test]
    fn arbitrary_findings_make_well_formed_documents(set in arbitrary::set()) {
        check_junit(&render("junit", &set.report()));
        prop_assert_eq!(checkstyle(&set).len(), set.findings.len());
    }
}
