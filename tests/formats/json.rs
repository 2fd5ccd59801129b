//! The formats that are JSON of other shapes: `json`, `gitlab`, `rdjson`.

use std::collections::BTreeSet;

use burnwatch::base::Span;
use burnwatch::diagnostics::{Colour, human};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::arbitrary;
use crate::render;
use crate::set::Set;

fn parsed(format: &str, set: &Set) -> Value {
    serde_json::from_str(&render(format, &set.report())).unwrap()
}

#[test]
fn json_carries_what_a_person_would_see_and_what_a_program_needs() {
    let set = Set::awkward();
    let report = parsed("json", &set);
    assert_eq!(report["version"], 1);
    assert_eq!(
        report["summary"],
        json!({"errors": 4, "warnings": 1, "infos": 1, "left_out": 0, "suppressed": 2, "unchecked": 1, "files": 4, "slos": 4})
    );
    let finding = &report["findings"][1];
    let seen = human(&set.findings[1..2], &set.sources, Colour::Plain);
    assert_eq!(finding["rendered"], seen);
    assert_eq!(finding["slo"], "shop/a");
    assert_eq!(
        finding["span"],
        json!({"start": {"line": 3, "column": 2, "byte": 21}, "end": {"line": 3, "column": 10, "byte": 29}})
    );
    assert_eq!(finding["patch"]["certainty"], "certain");
    assert_eq!(finding["patch"]["edits"][0]["text"], "objective");
    assert_eq!(report["findings"][2]["patch"]["certainty"], "likely");
    assert_eq!(report["findings"][5]["path"], Value::Null);
    assert_eq!(report["suppressed"][0]["reason"], "the edge counts: 100 %");
    assert_eq!(report["suppressed"][1]["reason"], Value::Null);
    assert_eq!(report["unchecked"][0], set.unchecked[0]);
}

#[test]
fn findings_that_are_left_out_are_counted() {
    let set = Set {
        left_out: 7,
        ..Set::real()
    };
    let summary = &parsed("json", &set)["summary"];
    assert_eq!(
        (&summary["errors"], &summary["left_out"]),
        (&2.into(), &7.into())
    );
    let log = parsed("sarif", &set);
    let told = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    assert_eq!(
        *told,
        json!([{"level": "warning", "message": {"text": "7 less important findings are left out: one run has more than are reported"}}])
    );
    let github = render("github", &set.report());
    assert!(
        github.ends_with("7 more findings of 9: GitHub shows ten annotations of each level\n"),
        "{github}"
    );
}

/// What GitLab documents as required of its report, as a schema.
fn gitlab_schema() -> jsonschema::Validator {
    let line = json!({"type": "integer", "minimum": 1});
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "array",
        "items": {
            "type": "object",
            "required": ["description", "check_name", "fingerprint", "location", "severity"],
            "properties": {
                "description": {"type": "string", "minLength": 1},
                "check_name": {"type": "string", "minLength": 1},
                "fingerprint": {"type": "string", "minLength": 1},
                "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
                "location": {
                    "type": "object",
                    "required": ["path"],
                    "properties": {
                        "path": {"type": "string"},
                        "lines": {"type": "object", "required": ["begin"], "properties": {"begin": line}},
                        "positions": {
                            "type": "object",
                            "required": ["begin"],
                            "properties": {
                                "begin": {"type": "object", "required": ["line"], "properties": {"line": line}},
                            },
                        },
                    },
                    "anyOf": [{"required": ["lines"]}, {"required": ["positions"]}],
                },
            },
        },
    });
    jsonschema::validator_for(&schema).unwrap()
}

fn fingerprints(report: &Value) -> Vec<&str> {
    let items = report.as_array().unwrap();
    items
        .iter()
        .map(|item| item["fingerprint"].as_str().unwrap())
        .collect()
}

#[test]
fn fingerprints_outlive_moved_lines_and_tell_equal_findings_apart() {
    let mut set = Set::real();
    let before = parsed("gitlab", &set);
    // The same findings two lines further down.
    let mut moved = Set::default();
    let shift = "# one\n# two\n";
    for (_, source) in set.sources.iter() {
        moved
            .sources
            .add(source.name.clone(), format!("{shift}{}", source.text));
    }
    let down = |span: Span| {
        Span::new(
            span.source,
            span.start as usize + shift.len(),
            span.end as usize + shift.len(),
        )
    };
    moved.findings = set.findings.clone();
    moved.slos = set.slos.clone();
    for finding in &mut moved.findings {
        finding.primary.span = down(finding.primary.span);
        finding.title.push_str(" in other words");
    }
    for slo in &mut moved.slos {
        slo.span = down(slo.span);
    }
    let after = parsed("gitlab", &moved);
    assert_eq!(fingerprints(&before), fingerprints(&after));
    assert_ne!(before[0]["location"], after[0]["location"]);
    // One finding three times.
    let again = set.findings[0].clone();
    set.findings.extend([again.clone(), again]);
    let all = parsed("gitlab", &set);
    assert_eq!(
        fingerprints(&all)
            .into_iter()
            .collect::<BTreeSet<_>>()
            .len(),
        4
    );
    assert_eq!(fingerprints(&all)[..2], fingerprints(&before)[..]);
}

/// A suggestion made in a text, by its lines and columns of bytes.
fn made(text: &str, suggestion: &Value) -> String {
    let at = |place: &Value| {
        let line = place["line"].as_u64().unwrap() as usize;
        let lines: usize = text
            .split_inclusive('\n')
            .take(line - 1)
            .map(str::len)
            .sum();
        lines + place["column"].as_u64().unwrap() as usize - 1
    };
    let (start, end) = (
        at(&suggestion["range"]["start"]),
        at(&suggestion["range"]["end"]),
    );
    format!(
        "{}{}{}",
        &text[..start],
        suggestion["text"].as_str().unwrap(),
        &text[end..]
    )
}

#[test]
fn a_suggestion_of_rdjson_makes_the_change() {
    let set = Set::awkward();
    let report = parsed("rdjson", &set);
    assert_eq!(
        (&report["source"]["name"], &report["severity"]),
        (&json!("burnwatch"), &json!("ERROR"))
    );
    let (_, source) = set.sources.iter().nth(1).unwrap();
    let diagnostics = report["diagnostics"].as_array().unwrap();
    assert_eq!(diagnostics.len(), set.findings.len());
    let with = |at: usize| made(&source.text, &diagnostics[at]["suggestions"][0]);
    assert_eq!(with(1), source.text.replace("objetive", "objective"));
    assert_eq!(with(2), source.text.replace("w:", "v:").replace("語", ""));
    assert_eq!(
        diagnostics[2]["location"]["range"]["start"],
        json!({"line": 4, "column": 14})
    );
    assert_eq!(diagnostics[5]["location"]["path"], "<stdin>");
}

proptest! {
    #![proptest_config(arbitrary::config())]
    #[test]
    fn arbitrary_findings_make_valid_reports(set in arbitrary::set()) {
        let report = parsed("json", &set);
        let counts = [("findings", set.findings.len()), ("suppressed", set.suppressed.len()), ("unchecked", set.unchecked.len())];
        for (part, count) in counts {
            prop_assert_eq!(report[part].as_array().unwrap().len(), count);
        }
        for (finding, value) in set.findings.iter().zip(report["findings"].as_array().unwrap()) {
            prop_assert_eq!(&value["title"], &json!(finding.title));
        }
        let report = parsed("gitlab", &set);
        prop_assert!(gitlab_schema().is_valid(&report), "{}", report);
        let unique: BTreeSet<&str> = fingerprints(&report).into_iter().collect();
        prop_assert_eq!(unique.len(), set.findings.len());
        let report = parsed("rdjson", &set);
        for (finding, value) in set.findings.iter().zip(report["diagnostics"].as_array().unwrap()) {
            let source = set.sources.get(finding.primary.span.source);
            if let (Some(patch), Some(suggestion)) = (&finding.patch, value["suggestions"].get(0)) {
                let edit = &patch.edits[0];
                let (start, end) = (edit.span.start as usize, edit.span.end as usize);
                let expected = format!("{}{}{}", &source.text[..start], edit.text, &source.text[end..]);
                prop_assert_eq!(made(&source.text, suggestion), expected);
            }
        }
    }
}

#[test]
fn a_concise_line_is_one_line_whatever_is_in_it() {
    let set = Set::awkward();
    let text = render("concise", &set.report());
    let lines: Vec<&str> = text.split_terminator('\n').collect();
    assert_eq!(lines.len(), set.findings.len() + set.unchecked.len());
    assert_eq!(
        lines[1],
        "slos/a.yaml:3:2: error[SP002] unknown field `objetive`"
    );
    assert!(!text.contains(['\u{1b}', '\r', '\u{85}', '\u{202e}']));
}
