//! A route that is said to be shadowed is one that no alert reaches.

use std::cell::Cell;

use burnwatch::alertmanager::shadow::shadowed;
use burnwatch::alertmanager::{Route, arrivals};
use burnwatch::base::Span;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};

use crate::read::{labels, read};
use crate::tree;

const TREES: u32 = 300;
const ALERTS: usize = 200;

/// The places of all routes on the way to a landing.
fn passed(root: &Route, trail: &[usize]) -> Vec<Span> {
    let mut route = root;
    trail
        .iter()
        .map(|at| {
            route = &route.routes[*at];
            route.span
        })
        .collect()
}

#[test]
fn no_alert_reaches_a_shadowed_route() {
    let mut runner = TestRunner::new(Config {
        cases: TREES,
        rng_seed: RngSeed::Fixed(9),
        failure_persistence: None,
        ..Config::default()
    });
    let shadows = Cell::new(0);
    let cases = (tree::forest(), prop::collection::vec(tree::alert(), ALERTS));
    runner
        .run(&cases, |(forest, alerts)| {
            let text = tree::config(&forest);
            let root = read(&text).0.route.unwrap();
            let found = shadowed(&root);
            shadows.set(shadows.get() + found.len());
            for alert in alerts {
                for arrival in arrivals(&root, &labels(&alert)) {
                    let passed = passed(&root, &arrival.trail);
                    let wrong = found.iter().find(|shadow| passed.contains(&shadow.route));
                    prop_assert!(wrong.is_none(), "{wrong:?}\n{alert:?}\n{text}");
                }
            }
            Ok(())
        })
        .unwrap();
    let shadows = shadows.get();
    eprintln!("{shadows} shadowed routes in {TREES} trees");
    assert!(shadows > TREES as usize / 2, "only {shadows} shadows");
}
