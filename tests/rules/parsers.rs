//! Two parsers judge every expression that is generated: ours, and an independent one.

use burnwatch::promql::{parse, second_opinion};

use crate::generated::{WORKSPACES, ending, generate};

/// The expressions of a rule file, in order.
fn expressions(text: &str) -> Vec<String> {
    let source = burnwatch::base::SourceId(0);
    let (documents, findings) = burnwatch::yaml::read(source, text);
    assert!(findings.is_empty(), "{findings:?}");
    let mut found = Vec::new();
    collect(&documents[0].root, &mut found);
    found
}

fn collect(node: &burnwatch::yaml::Node, found: &mut Vec<String>) {
    use burnwatch::yaml::Value;
    match &node.value {
        Value::Mapping(mapping) => {
            for entry in &mapping.entries {
                match (&*entry.key.text, &entry.value.value) {
                    ("expr", Value::Scalar(scalar)) => found.push(scalar.text.to_string()),
                    _ => collect(&entry.value, found),
                }
            }
        }
        Value::Sequence(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Null | Value::Scalar(_) | Value::Unreadable => {}
    }
}

#[test]
fn both_parsers_take_every_generated_expression() {
    let mut judged = 0;
    for workspace in WORKSPACES {
        for mode in ["recorded", "raw"] {
            let folder = tempfile::TempDir::new().unwrap();
            let files = generate(
                workspace,
                folder.path(),
                &["--only", "rules", "--windows", mode],
            );
            for file in ending(&files, ".rules.yaml") {
                for text in expressions(&std::fs::read_to_string(file).unwrap()) {
                    let expr = parse(&text).unwrap_or_else(|faults| panic!("{text}: {faults:?}"));
                    second_opinion(&expr).unwrap_or_else(|reason| panic!("{text}: {reason}"));
                    judged += 1;
                }
            }
        }
    }
    assert!(judged > 700, "only {judged} expressions were found");
}
