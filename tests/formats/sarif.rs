//! SARIF against the schema of OASIS, and against what code scanning asks for beyond it.

use std::sync::LazyLock;

use burnwatch::base::Span;
use burnwatch::diagnostics::Finding;
use burnwatch::diagnostics::code::SP002;
use burnwatch::lint::CHECKS;
use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::Value;

use crate::arbitrary;
use crate::render;
use crate::set::Set;

static SCHEMA: LazyLock<Validator> = LazyLock::new(|| {
    let schema = include_str!("data/sarif-schema-2.1.0.json");
    let schema: Value = serde_json::from_str(schema).unwrap();
    jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap()
});

/// The log of a set, valid by the schema.
fn log(set: &Set) -> Value {
    let log: Value = serde_json::from_str(&render("sarif", &set.report())).unwrap();
    let faults: Vec<String> = SCHEMA
        .iter_errors(&log)
        .map(|fault| format!("{}: {fault}", fault.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{faults:#?}");
    log
}

/// What code scanning requires of a run beyond the schema.
fn check_required(log: &Value) {
    assert!(log["$schema"].is_string() && log["version"] == "2.1.0");
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for rule in rules {
        for (part, max) in [
            ("shortDescription", 1024),
            ("fullDescription", 1024),
            ("help", usize::MAX),
        ] {
            let text = rule[part]["text"].as_str().unwrap();
            assert!(!text.is_empty() && text.chars().count() <= max, "{rule}");
        }
        assert!(!rule["id"].as_str().unwrap().is_empty());
        assert!(rule["name"].as_str().unwrap().chars().count() <= 255);
        assert!(rule["properties"]["tags"].as_array().unwrap().len() <= 20);
        let tags = rule["properties"]["tags"].to_string();
        assert!(
            !tags.contains("security") && rule["properties"].get("security-severity").is_none()
        );
    }
    let results = run["results"].as_array().unwrap();
    for result in results {
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        let place = &result["locations"][0]["physicalLocation"];
        assert!(place["artifactLocation"]["uri"].is_string(), "{result}");
        let number = |key: &str| place["region"][key].as_u64().unwrap();
        let (start, end) = (
            (number("startLine"), number("startColumn")),
            (number("endLine"), number("endColumn")),
        );
        assert!(start <= end && start.0 >= 1 && start.1 >= 1, "{result}");
        let rule = &rules[result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], result["ruleId"]);
    }
    let suppressed = results
        .iter()
        .filter(|result| result.get("suppressions").is_some())
        .count();
    assert!(suppressed == 0 || suppressed == results.len());
}

#[test]
fn logs_are_valid_and_have_what_code_scanning_requires() {
    for set in [Set::awkward(), Set::real(), Set::clean(), Set::default()] {
        check_required(&log(&set));
    }
}

#[test]
fn the_schema_refuses_what_is_wrong() {
    let mut log = log(&Set::real());
    log["runs"][0]["results"][0]["colour"] = Value::from("red");
    assert!(!SCHEMA.is_valid(&log));
}

#[test]
fn every_check_is_a_rule_even_where_nothing_was_found() {
    let set = Set::clean();
    let mut report = set.report();
    report.checks = CHECKS;
    let log: Value = serde_json::from_str(&render("sarif", &report)).unwrap();
    assert!(SCHEMA.is_valid(&log));
    check_required(&log);
    let driver = &log["runs"][0]["tool"]["driver"];
    let rules = driver["rules"].as_array().unwrap().iter();
    let ids: Vec<&str> = rules.map(|rule| rule["id"].as_str().unwrap()).collect();
    let checks: Vec<&str> = CHECKS.iter().map(|check| check.code.id).collect();
    assert_eq!(ids, checks);
    assert_eq!(log["runs"][0]["results"], Value::Array(Vec::new()));
}

/// What a log says of a finding with so many second places, whose texts are so long.
fn related(count: usize, chars: usize) -> (usize, usize) {
    let mut set = Set::default();
    let source = set.sources.add("a", "x");
    let place = Span::new(source, 0, 1);
    let mut finding = Finding::new(SP002, place, "t");
    for _ in 0..count {
        finding = finding.also(place, "é".repeat(chars));
    }
    set.findings = vec![finding];
    let log = log(&set);
    let related = log["runs"][0]["results"][0]["relatedLocations"]
        .as_array()
        .unwrap();
    let text = related[0]["message"]["text"].as_str().unwrap();
    (related.len(), text.trim_end_matches('…').chars().count())
}

#[test]
fn second_places_and_their_texts_are_kept_up_to_their_limits() {
    assert_eq!(related(100, 1024), (100, 1024));
    assert_eq!(related(101, 1025), (100, 1023));
}

#[test]
fn what_could_not_be_checked_is_told_up_to_its_limits() {
    let told = |count: usize, chars: usize| {
        let unchecked = vec!["é".repeat(chars); count];
        let log = log(&Set {
            unchecked,
            ..Set::default()
        });
        let told = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"];
        let told = told.as_array().unwrap().iter();
        let texts: Vec<&str> = told
            .map(|one| one["message"]["text"].as_str().unwrap())
            .collect();
        (
            texts.len(),
            texts[0].matches('é').count(),
            texts.last().unwrap().contains("1 more"),
        )
    };
    assert_eq!(told(100, 1024), (100, 1024, false));
    assert_eq!(told(101, 1025), (101, 1023, true));
}

#[test]
fn suppressed_findings_are_there_with_their_reasons() {
    let log = log(&Set::awkward());
    let results = log["runs"][0]["results"].as_array().unwrap();
    let suppressions: Vec<&Value> = results
        .iter()
        .map(|result| &result["suppressions"])
        .collect();
    let reason =
        serde_json::json!([{"kind": "inSource", "justification": "the edge counts: 100 %"}]);
    assert_eq!(
        suppressions
            .iter()
            .filter(|s| s.as_array().unwrap().is_empty())
            .count(),
        6
    );
    assert_eq!(*suppressions[6], reason);
    assert_eq!(*suppressions[7], serde_json::json!([{"kind": "inSource"}]));
}

proptest! {
    #![proptest_config(arbitrary::config())]
    #[test]
    fn arbitrary_findings_make_valid_logs(set in arbitrary::set()) {
        let log = log(&set);
        check_required(&log);
        prop_assert_eq!(log["runs"][0]["results"].as_array().unwrap().len(), set.findings.len() + set.suppressed.len());
    }
}
