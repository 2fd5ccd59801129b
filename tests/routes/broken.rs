//! Configurations broken at random: reading ends whatever the text, and nothing is refused that amtool takes.

use std::cell::Cell;

use burnwatch::alertmanager::shadow::shadowed;
use burnwatch::alertmanager::{Labels, arrivals};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, RngSeed, TestRunner};

use crate::kit::tools::{run, tool};
use crate::read::read;

/// How many texts are only read, and how many of them amtool sees as well, unless `ROUTES_BROKEN` says otherwise.
const READ: u32 = 1_500;
const SHOWN: u32 = 300;

const WHOLE: &str = "\
global:
  resolve_timeout: 5m
route:
  receiver: a
  group_by: [alertname, job]
  group_wait: 10s
  routes:
  - receiver: b
    matchers: ['x=\"1\"', \"y=~2|3\"]
    continue: true
    mute_time_intervals: [night]
    routes:
    - match: {z: 1}
      match_re: {w: 'a.*'}
      repeat_interval: 1h
  - receiver: a
    active_time_intervals: [day]
    group_by: ['...']
receivers:
- name: a
- name: b
  webhook_configs:
  - url: http://localhost/
time_intervals:
- name: night
  time_intervals: []
mute_time_intervals:
- name: day
inhibit_rules:
- source_matchers: [s=page]
  target_match: {s: ticket}
  target_match_re: {t: .+}
  equal: [slo]
";

const WORDS: [&str; 24] = [
    "a", "b", "night", "x", "null", "''", "[]", "{}", "~", "true", "no", "0", "0s", "5m", "1",
    "'...'", "'x=1'", "'('", "\"\\n\"", "\n", "- ", ": ", "routes", "receiver",
];

/// Takes a word away, puts another one in its place, or puts one before it.
fn broken() -> impl Strategy<Value = String> {
    let change = (any::<Index>(), select(&WORDS[..]), 0..3_u8);
    prop::collection::vec(change, 1..3).prop_map(|changes| {
        let mut words: Vec<String> = Vec::new();
        for c in WHOLE.chars() {
            let is_word = |c: char| c.is_alphanumeric() || c == '_';
            match words.last_mut() {
                Some(last) if is_word(c) && last.chars().all(is_word) => last.push(c),
                _ => words.push(c.to_string()),
            }
        }
        // What stands between words is broken less often, since then it is mostly no YAML at all.
        let named = |at: &usize| words[*at].chars().any(char::is_alphanumeric);
        let mut places: Vec<usize> = (0..words.len()).filter(named).collect();
        places.extend((0..words.len()).step_by(20));
        for (at, word, how) in changes {
            let at = places[at.index(places.len())];
            match how {
                0 => words[at].clear(),
                1 => words[at] = word.to_string(),
                _ => words[at].insert_str(0, word),
            }
        }
        words.concat()
    })
}

fn runner(cases: u32, seed: u64) -> TestRunner {
    TestRunner::new(Config {
        cases,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        max_shrink_iters: 500,
        ..Config::default()
    })
}

#[test]
fn reading_ends_whatever_the_text() {
    runner(READ, 11)
        .run(&broken(), |text| {
            let (config, _) = read(&text);
            if let Some(root) = &config.route {
                shadowed(root);
                let found = arrivals(root, &Labels::new());
                prop_assert!(!root.matchers.is_empty() || !found.is_empty());
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn nothing_is_refused_that_amtool_takes() {
    let amtool = tool("amtool");
    let folder = tempfile::tempdir().unwrap();
    let shown = std::env::var("ROUTES_BROKEN").map_or(SHOWN, |shown| shown.parse().unwrap());
    let (taken, refused) = (Cell::new(0), Cell::new(0));
    runner(shown, 12)
        .run(&broken(), |text| {
            std::fs::write(folder.path().join("am.yaml"), &text).unwrap();
            let is_taken = run(&amtool, folder.path(), ["check-config", "am.yaml"]).success;
            let (_, findings) = read(&text);
            taken.set(taken.get() + u32::from(is_taken));
            refused.set(refused.get() + u32::from(!findings.is_empty()));
            prop_assert!(!is_taken || findings.is_empty(), "{findings:?}\n{text}");
            Ok(())
        })
        .unwrap();
    let (taken, refused) = (taken.get(), refused.get());
    eprintln!("{shown} broken texts: amtool takes {taken}, {refused} are refused here");
    assert!(taken > shown / 20, "amtool takes only {taken}");
}
