//! The syntax of matchers: random texts, read here and by amtool, which prints what it has read.

use std::cell::Cell;
use std::path::Path;

use burnwatch::alertmanager::{MatchOp, Matcher, Syntax};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngSeed, TestRunner};

use crate::kit::tools::{run, tool};
use crate::read::read;

/// How many texts, unless `ROUTES_TEXTS` says otherwise.
const TEXTS: u32 = 500;

/// Pieces of matchers, and what breaks them.
const PIECES: [&str; 28] = [
    "a",
    "b",
    "severity",
    "=",
    "=",
    "=~",
    "!=",
    "!~",
    "\"",
    "\"",
    "\\",
    ",",
    ",",
    "{",
    "}",
    " ",
    "\"x\"",
    "\"x,y\"",
    "=\"x\"",
    "=~\"x|y\"",
    "(",
    ")",
    "n",
    "1",
    "ü",
    ".",
    "~",
    "!",
];

/// The matchers of the only child, as amtool prints them; `None` where it refuses the text.
fn printed(amtool: &Path, folder: &Path) -> Option<String> {
    let said = run(
        amtool,
        folder,
        ["config", "routes", "show", "--config.file=am.yaml"],
    );
    let line = said
        .stdout
        .lines()
        .find(|line| line.ends_with("receiver: b"));
    match said.success {
        true => Some(line.expect("the child is printed").to_string()),
        false => None,
    }
}

/// Matchers as Alertmanager prints them, in its order.
fn shown(matchers: &[Matcher]) -> String {
    let rank = |op: MatchOp| match op {
        MatchOp::Equal => 0,
        MatchOp::NotEqual => 1,
        MatchOp::Regex => 2,
        MatchOp::NotRegex => 3,
    };
    let mut matchers: Vec<&Matcher> = matchers.iter().collect();
    matchers
        .sort_by(|x, y| (&x.label, &x.value, rank(x.op)).cmp(&(&y.label, &y.value, rank(y.op))));
    let one = |m: &&Matcher| {
        let value = m
            .value
            .replace('\\', r"\\")
            .replace('\n', r"\n")
            .replace('"', "\\\"");
        format!("{}{}\"{value}\"", m.label, m.op.as_str())
    };
    let all: Vec<String> = matchers.iter().map(one).collect();
    if all.is_empty() {
        return "└── default-route  receiver: b".to_string();
    }
    format!("└── {{{}}}  receiver: b", all.join(","))
}

#[test]
fn amtool_reads_the_same_matchers_in_random_texts() {
    let amtool = tool("amtool");
    let folder = tempfile::tempdir().unwrap();
    let texts = std::env::var("ROUTES_TEXTS").map_or(TEXTS, |texts| texts.parse().unwrap());
    let mut runner = TestRunner::new(Config {
        cases: texts,
        rng_seed: RngSeed::Fixed(7),
        failure_persistence: None,
        max_shrink_iters: 500,
        ..Config::default()
    });
    let (read_by_both, newer) = (Cell::new(0), Cell::new(0));
    let wild = prop::collection::vec(select(&PIECES[..]), 1..9);
    let wild = wild.prop_map(|pieces| pieces.concat());
    // Most of what is wild is refused; this is mostly read.
    let tame = prop::collection::vec(select(&PIECES[..]), 0..4);
    let tame = tame.prop_map(|pieces| format!("a=\"{}\",b=~x", pieces.concat()));
    let text = prop_oneof![wild, tame];
    runner
        .run(&text, |matchers| {
            let quoted = matchers.replace('\'', "''");
            let text = format!(
                "route: {{receiver: a, routes: [{{receiver: b, matchers: ['{quoted}']}}]}}\nreceivers: [{{name: a}}, {{name: b}}]\n"
            );
            std::fs::write(folder.path().join("am.yaml"), &text).unwrap();
            let expected = printed(&amtool, folder.path());
            let (config, findings) = read(&text);
            let root = config.route.unwrap();
            let found = &root.routes[0].matchers;
            let is_newer = found.iter().any(|m| m.syntax == Syntax::Utf8);
            // What only the parser of 0.27 reads, this amtool refuses.
            let ours = (findings.is_empty() && !is_newer).then(|| shown(found));
            let theirs = expected.map(|line| line.trim_start().to_string());
            prop_assert_eq!(&ours, &theirs, "{}", matchers);
            read_by_both.set(read_by_both.get() + u32::from(ours.is_some()));
            newer.set(newer.get() + u32::from(is_newer));
            Ok(())
        })
        .unwrap();
    let (both, newer) = (read_by_both.get(), newer.get());
    eprintln!("{texts} texts: {both} read by both, {newer} only by a later version");
    assert!(both > texts / 5 && both < texts, "the texts are too plain");
}
