//! Alerts that are followed once for many land where each of them would.

use std::cell::Cell;
use std::collections::BTreeSet;

use burnwatch::alertmanager::{Labels, MatchOp, Matcher, Route, arrivals};
use burnwatch::lint::landing::{ANY, Landings};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};

use crate::read::{labels, read};
use crate::tree;

const TREES: u32 = 300;
const ALERTS: usize = 20;
/// Every value that a matcher of these trees may name by itself.
const VALUES: [&str; 7] = [ANY, "x", "y", "xy", "page", "x y", "1"];

/// Whether a matcher of the group label is more than words.
fn has_patterns(route: &Route) -> bool {
    let is_pattern = |matcher: &Matcher| {
        let is_regex = matches!(matcher.op, MatchOp::Regex | MatchOp::NotRegex);
        let is_odd = |c: char| !c.is_alphanumeric() && c != '|' && c != ' ';
        matcher.label == "a" && is_regex && matcher.value.contains(is_odd)
    };
    route.matchers.iter().any(is_pattern) || route.routes.iter().any(has_patterns)
}

#[test]
fn every_value_of_a_group_label_lands_where_some_landing_says() {
    let mut runner = TestRunner::new(Config {
        cases: TREES,
        rng_seed: RngSeed::Fixed(13),
        failure_persistence: None,
        ..Config::default()
    });
    let several = Cell::new(0);
    let group_by = ["a".parse().unwrap()];
    let cases = (tree::forest(), prop::collection::vec(tree::alert(), ALERTS));
    runner
        .run(&cases, |(forest, alerts)| {
            let text = tree::config(&forest);
            let root = read(&text).0.route.unwrap();
            let mut landings = Landings::new(&root);
            for alert in alerts {
                let mut alert = labels(&alert);
                alert.remove("a");
                let with = |value: &str| -> Labels {
                    let mut alert = alert.clone();
                    alert.insert("a".to_string(), value.to_string());
                    alert
                };
                let found = landings.of(&alert, &group_by);
                several.set(several.get() + usize::from(found.len() > 1));
                let mut ways = BTreeSet::new();
                for landing in found.iter() {
                    let [(label, value)] = &landing.group[..] else {
                        panic!("{landing:?}");
                    };
                    prop_assert_eq!(label, "a");
                    prop_assert_eq!(&*landing.paths, &*arrivals(&root, &with(value)));
                    prop_assert!(ways.insert(format!("{:?}", landing.paths)), "{text}");
                }
                // What a pattern means beyond plain words is not sought.
                let values = if has_patterns(&root) {
                    &[]
                } else {
                    &VALUES[..]
                };
                for value in values {
                    let way = format!("{:?}", arrivals(&root, &with(value)));
                    let known = ways.contains(&way);
                    prop_assert!(known, "{value}: {alert:?} {way} {found:?}\n{text}");
                }
            }
            Ok(())
        })
        .unwrap();
    let several = several.get();
    eprintln!("{several} alerts with several ways");
    assert!(several > 100, "only {several}");
}
