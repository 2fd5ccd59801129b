//! Texts made to hurt: every one is judged quickly, without a panic.
#![allow(
    clippy::disallowed_methods,
    reason = "that a text is judged quickly can only be told with a clock"
)]

use std::time::{Duration, Instant};

use burnwatch::promql::parse::{
    HEAVY_PATTERNS_MAX, HEIGHT_MAX, MATCHERS_MAX, NESTING_MAX, TEXT_BYTES_MAX,
};
use burnwatch::promql::{
    FaultKind, lower, output_labels, parse, parse_matchers, parse_template, print, second_opinion,
};

use crate::corpus::CORPUS;
use crate::dice::Dice;

/// Far above what any text may take in a debug build on a busy machine, far below what a quadratic
/// reader would take.
const PATIENCE: Duration = Duration::from_secs(60);

fn is_limit(text: &str) -> bool {
    let started = Instant::now();
    let verdict = parse(text);
    assert!(started.elapsed() < PATIENCE, "{:.40}", text);
    match verdict {
        Ok(_) => false,
        Err(faults) => {
            assert_eq!(faults[0].kind, FaultKind::Limit, "{faults:?}");
            true
        }
    }
}

#[test]
fn the_length_of_a_text_has_an_edge() {
    let padded = |bytes: usize| format!("{}x", " ".repeat(bytes - 1));
    assert!(!is_limit(&padded(TEXT_BYTES_MAX)));
    assert!(is_limit(&padded(TEXT_BYTES_MAX + 1)));
}

#[test]
fn nesting_has_an_edge() {
    let parens = |depth: usize| format!("{}x{}", "(".repeat(depth), ")".repeat(depth));
    assert!(!is_limit(&parens(NESTING_MAX - 1)));
    assert!(is_limit(&parens(NESTING_MAX)));
    assert!(!is_limit(&format!("{}x", "-".repeat(NESTING_MAX - 1))));
    assert!(is_limit(&format!("{}x", "-".repeat(NESTING_MAX))));
    for text in [
        "(",
        "-",
        "abs(",
        "sum by (a) (",
        "2^",
        "x offset 5m + (",
        "x[5m:][5m:] + (",
    ] {
        let faults = parse(&text.repeat(TEXT_BYTES_MAX / text.len())).unwrap_err();
        assert_eq!(faults[0].kind, FaultKind::Limit, "{text}");
    }
}

#[test]
fn chains_have_an_edge_and_are_fast() {
    let chain = |terms: usize| vec!["x"; terms].join("+");
    assert!(!is_limit(&chain(HEIGHT_MAX)));
    assert!(is_limit(&chain(HEIGHT_MAX + 1)));
    assert!(is_limit(&chain(30_000)));
    let subqueries = |count: usize| format!("x{}", "[5m:]".repeat(count));
    assert_eq!(parse(&subqueries(2)).unwrap_err()[0].kind, FaultKind::Type);
    assert!(is_limit(&subqueries(HEIGHT_MAX)));
    let highest = parse_template(&vec!["increase(x[$window])"; HEIGHT_MAX - 2].join("+")).unwrap();
    assert_eq!(second_opinion(&highest), Ok(()));
    let mut out = String::new();
    print(&mut out, &lower(&highest, &[]).unwrap(), None);
    output_labels(&highest);
}

#[test]
fn matchers_and_large_regular_expressions_have_edges() {
    let matchers = |count: usize, each: &str| format!("x{{{}}}", vec![each; count].join(","));
    assert!(!is_limit(&matchers(MATCHERS_MAX, "a=~\"a|b\"")));
    assert!(is_limit(&matchers(MATCHERS_MAX + 1, "a=~\"a|b\"")));
    let heavy = "a=~\"((ab){100}){10}|\"";
    assert!(!is_limit(&matchers(HEAVY_PATTERNS_MAX, heavy)));
    assert!(is_limit(&matchers(HEAVY_PATTERNS_MAX + 1, heavy)));
    assert!(is_limit(&matchers(500, heavy)));
    // Every one of these is looked at twice, since the selector has no name.
    let nameless = vec!["a=~\"a{1000}{0}\""; MATCHERS_MAX].join(",");
    assert!(parse(&format!("{{{nameless}}}")).is_err());
    let light = vec!["a=~\"(?:a{900}|\\\\b)?\""; MATCHERS_MAX].join(",");
    let started = Instant::now();
    assert!(parse(&format!("{{{light}}}")).is_err());
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
}

#[test]
fn texts_that_broke_other_readers_are_judged() {
    for text in [
        "{a:b}",
        "foo[1e400]",
        "foo offset 1e30",
        "foo offset NaN",
        "foo[NaN]",
        "foo[Inf]",
        "foo offset 52222222222222222222m",
        "foo[1d5000000000s]",
        "foo @ -1e300",
        "foo[0]",
        "a{b=~\"\\\"}",
        "foo{",
        "[",
        "]",
        ")",
        "}",
        "'",
        "`",
        "\"\\",
        "#",
        "$",
        "$window",
        "foo[$window",
        "\u{fffd}",
        "é",
        "foo{é=\"x\"}",
        "x[5m:5m:5m]",
        "x[:",
        "x[ ",
        "\0",
        "0x",
        "1e",
        "@",
        "x @",
        "sum by",
        "by (",
    ] {
        let _ = parse(text);
        let _ = parse_template(text);
        let _ = parse_matchers(text);
    }
    assert!(parse("foo offset NaN").is_ok());
    assert!(parse("foo[NaN]").is_err());
    assert!(parse("foo[Inf]").is_err());
}

const SOUP: &[&str] = &[
    "foo",
    "sum",
    "rate",
    "by",
    "without",
    "on",
    "ignoring",
    "group_left",
    "bool",
    "offset",
    "start",
    "step",
    "anchored",
    "fill",
    "fill_left",
    "and",
    "or",
    "atan2",
    "inf",
    "nan",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "@",
    "=",
    "==",
    "=~",
    "!~",
    "!=",
    "<",
    ">/",
    "+",
    "-",
    "*",
    "^",
    "5m",
    "1",
    "0x1f",
    "1e9",
    "\"s\"",
    "`r`",
    "'",
    "$window",
    "$",
    " ",
    "\n",
    "#",
    "a:b",
    "é",
    "\\",
    "5m1",
];

fn judge(text: &str) {
    for expr in [parse(text), parse_template(text)].into_iter().flatten() {
        let mut out = String::new();
        print(&mut out, &expr, None);
        let again =
            parse_template(&out).unwrap_or_else(|faults| panic!("{text} {out}: {faults:?}"));
        assert_eq!(again, expr, "{text}: {out}");
        output_labels(&expr);
        let _ = lower(&expr, &["route".parse().unwrap()]);
    }
    let faults = [
        parse(text).err(),
        parse_template(text).err(),
        parse_matchers(text).err(),
    ];
    for faults in faults.into_iter().flatten() {
        assert!(!faults.is_empty(), "{text}");
        for fault in faults {
            assert!(text.get(fault.range.clone()).is_some(), "{text}: {fault:?}");
        }
    }
}

#[test]
fn a_soup_of_tokens_is_judged_and_faults_stay_inside_the_text() {
    let mut dice = Dice(1);
    for _ in 0..8_000 {
        let words = 1 + dice.below(12);
        let text: String = (0..words).map(|_| dice.pick(SOUP)).collect();
        judge(&text);
    }
}

#[test]
fn damaged_texts_are_judged_and_faults_stay_inside_the_text() {
    let mut dice = Dice(2);
    for _ in 0..6_000 {
        let mut bytes = dice.pick(CORPUS).as_bytes().to_vec();
        for _ in 0..=dice.below(3) {
            let at = dice
                .below(bytes.len().max(1))
                .min(bytes.len().saturating_sub(1));
            match dice.below(4) {
                _ if bytes.is_empty() => {}
                0 => {
                    bytes.remove(at);
                }
                1 => bytes[at] = dice.below(128) as u8,
                2 => bytes.insert(at, dice.below(128) as u8),
                _ => {
                    let other = dice.pick(SOUP).as_bytes();
                    bytes.splice(at..at, other.iter().copied());
                }
            }
        }
        if let Ok(text) = String::from_utf8(bytes) {
            judge(&text);
        }
    }
}
