//! Prometheus' own verdicts, read from a file that is no part of the project.
//!
//! Set `PROMQL_CONFORMANCE` to a file of JSON lines: `expr`, `valid`, and for refused ones, where known,
//! `error_at`, pairs of byte offsets.

use burnwatch::promql::parse;
use serde_json::Value;

/// Verdicts that must agree, in percent of the cases that are asked.
const VERDICTS_PERCENT_MIN: usize = 99;
/// Starts of faults that must agree, in percent of the refused cases that are asked.
const STARTS_PERCENT_MIN: usize = 80;

/// Whether a text uses arithmetic on durations, which is experimental and not supported: between
/// brackets or behind `offset` there are parentheses, operators between two operands, or one of its words.
fn uses_duration_arithmetic(text: &str) -> bool {
    let spans = |open: &str, close: &str| -> Vec<String> {
        let lower = text.to_lowercase();
        lower
            .split(open)
            .skip(1)
            .map(|rest| rest.split(close).next().unwrap().trim().to_string())
            .collect()
    };
    let words = ["step", "range", "max_of", "min_of"];
    let is_arithmetic = |part: &str| {
        let unsigned = part.trim_start_matches(['+', '-', ' ']);
        let called = words.iter().any(|word| {
            unsigned
                .strip_prefix(word)
                .is_some_and(|rest| rest.trim_start().starts_with('('))
        });
        called || unsigned.starts_with('(')
    };
    let in_brackets = spans("[", "]").iter().any(|inside| {
        // A quoted text in brackets is a fault of another kind, and so is an exponent's sign.
        let inside = inside.replace("e-", "e").replace("e+", "e");
        !inside.contains(['"', '\''])
            && inside.split(':').any(|part| {
                let part = part.trim();
                is_arithmetic(part)
                    || part
                        .trim_start_matches(['+', '-', ' '])
                        .contains(['+', '-', '*', '/', '%', '^', '('])
            })
    });
    in_brackets
        || spans("offset ", "\n")
            .iter()
            .any(|after| is_arithmetic(after))
}

#[test]
fn duration_arithmetic_is_told_from_everything_else() {
    for text in [
        "foo[1m+1m]",
        "foo[(5s)]",
        "foo offset (5)",
        "foo offset -range()",
        "foo[5m:step()]",
    ] {
        assert!(uses_duration_arithmetic(text), "{text}");
    }
    for text in [
        "foo[5m] - 1",
        "foo[-1]",
        "foo[1e-3]",
        "foo offset -5m * 2",
        "step()",
        "foo[5m:1s]",
        "foo[\"5m\"]",
        "foo[step]",
        "offset + range",
    ] {
        assert!(!uses_duration_arithmetic(text), "{text}");
    }
}

#[test]
fn verdicts_and_places_agree_with_prometheus() {
    let Some(path) = std::env::var_os("PROMQL_CONFORMANCE") else {
        println!("skipped: PROMQL_CONFORMANCE is not set");
        return;
    };
    let cases = std::fs::read_to_string(&path).expect("PROMQL_CONFORMANCE names a file");
    let (mut asked, mut agreed, mut refused, mut placed, mut excluded) = (0, 0, 0, 0, 0);
    for line in cases.lines() {
        let case: Value = serde_json::from_str(line).expect("each line is a JSON object");
        let text = case["expr"].as_str().unwrap();
        if uses_duration_arithmetic(text) {
            excluded += 1;
            let ours = if parse(text).is_ok() {
                "accepted"
            } else {
                "refused"
            };
            println!("excluded: {text:?} ({ours}, valid: {})", case["valid"]);
            continue;
        }
        asked += 1;
        let verdict = parse(text);
        if verdict.is_ok() == case["valid"].as_bool().unwrap() {
            agreed += 1;
        } else {
            println!("verdict differs: {text:?}: {verdict:?}");
        }
        let (Err(faults), Some(start)) = (&verdict, case["error_at"][0][0].as_u64()) else {
            continue;
        };
        refused += 1;
        if faults[0].range.start as u64 == start {
            placed += 1;
        } else {
            println!("place differs: {text:?}: {start}, ours {faults:?}");
        }
    }
    println!("{asked} asked, {excluded} excluded as duration arithmetic");
    println!("{agreed} of {asked} verdicts and {placed} of {refused} places agree");
    assert!(asked > 0 && refused > 0, "the file holds no cases");
    assert!(agreed * 100 >= asked * VERDICTS_PERCENT_MIN);
    assert!(placed * 100 >= refused * STARTS_PERCENT_MIN);
}
