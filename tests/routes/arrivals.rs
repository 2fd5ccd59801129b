//! `arrivals` and `amtool config routes test` on random trees and alerts.

use std::cell::Cell;

use burnwatch::alertmanager::arrivals;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};

use crate::amtool_files;
use crate::read::{labels, read};
use crate::tree;

/// How many trees, and how many alerts each of them gets, unless `ROUTES_TREES` says otherwise.
const TREES: u32 = 80;
const ALERTS: usize = 15;

fn computed(text: &str, alert: &[(String, String)]) -> String {
    let (config, findings) = read(text);
    assert!(findings.is_empty(), "{text}\n{findings:?}");
    let found = arrivals(&config.route.unwrap(), &labels(alert));
    let receivers: Vec<String> = found.into_iter().map(|arrival| arrival.receiver).collect();
    receivers.join(",")
}

#[test]
fn amtool_and_our_paths_agree_on_random_trees() {
    let folder = tempfile::tempdir().unwrap();
    let trees = std::env::var("ROUTES_TREES").map_or(TREES, |trees| trees.parse().unwrap());
    let mut runner = TestRunner::new(Config {
        cases: trees,
        rng_seed: RngSeed::Fixed(4),
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Config::default()
    });
    let (alerts, several, below) = (Cell::new(0), Cell::new(0), Cell::new(0));
    let cases = (tree::forest(), prop::collection::vec(tree::alert(), ALERTS));
    runner
        .run(&cases, |(forest, given)| {
            let text = tree::config(&forest);
            std::fs::write(folder.path().join("am.yaml"), &text).unwrap();
            for alert in given {
                let expected = amtool_files::receivers(folder.path(), "am.yaml", &labels(&alert));
                alerts.set(alerts.get() + 1);
                several.set(several.get() + u32::from(expected.contains(',')));
                below.set(below.get() + u32::from(expected != "r0"));
                prop_assert_eq!(computed(&text, &alert), expected, "{:?}\n{}", alert, text);
            }
            Ok(())
        })
        .unwrap();
    let (alerts, several, below) = (alerts.get(), several.get(), below.get());
    eprintln!(
        "{alerts} alerts in {trees} trees: {several} to several receivers, {below} below the root"
    );
    assert!(
        several > alerts / 10 && below > alerts / 2,
        "the trees are too plain: {several} and {below} of {alerts}"
    );
}
