//! Alerts of other people: for each route of a configuration some that reach it, and some that look like ours.

use std::collections::{BTreeMap, BTreeSet};

use burnwatch::alertmanager::{Config, Labels, MatchOp, Matcher, Route, arrivals};
use proptest::strategy::{Strategy, ValueTree};
use proptest::string::string_regex;
use proptest::test_runner::TestRunner;

use crate::dice::Dice;

/// How often an alert is sought for a route before it counts as one that none reaches.
const TRIES: usize = 600;
/// Strings that are made of each regular expression.
const SAMPLES: usize = 6;

/// Labels that our alerts carry, with values that other people's alerts may have too.
const LIKE_OURS: [(&str, &[&str]); 8] = [
    (
        "alertname",
        &["SLOErrorBudgetBurn", "SLONoData", "HighLoad"],
    ),
    ("slo", &["x", "checkout/availability"]),
    ("severity", &["page", "ticket", "critical"]),
    ("owner", &["payments", "search"]),
    ("slo_tier", &["page-1h", "ticket-1d"]),
    ("slo_service", &["checkout"]),
    ("region", &["eu"]),
    ("team", &["payments"]),
];

/// Whether an alert is one of ours: of our name, with a tier.
pub fn is_ours(alert: &Labels) -> bool {
    let of = |label: &str| alert.get(label).map_or("", String::as_str);
    ["SLOErrorBudgetBurn", "SLONoData"].contains(&of("alertname")) && !of("slo_tier").is_empty()
}

/// The labels that alerts are made of, each with its values.
pub struct Vocabulary(BTreeMap<String, Vec<String>>);

impl Vocabulary {
    /// The labels and values that `config` names, and those of ours.
    pub fn of(config: &Config) -> Vocabulary {
        let mut words: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut runner = TestRunner::deterministic();
        let mut learn = |matcher: &Matcher| {
            let values = words.entry(matcher.label.clone()).or_default();
            values.extend(["".to_string(), "other".to_string()]);
            match matcher.op {
                MatchOp::Equal | MatchOp::NotEqual => {
                    values.insert(matcher.value.clone());
                }
                MatchOp::Regex | MatchOp::NotRegex => {
                    values.extend(samples(&matcher.value, &mut runner));
                }
            }
        };
        let mut open: Vec<&Route> = config.route.iter().collect();
        while let Some(route) = open.pop() {
            route.matchers.iter().for_each(&mut learn);
            open.extend(&route.routes);
        }
        for rule in &config.inhibit_rules {
            rule.source.iter().chain(&rule.target).for_each(&mut learn);
        }
        for (label, values) in LIKE_OURS {
            let words = words.entry(label.to_string()).or_default();
            words.extend(values.iter().map(|value| value.to_string()));
        }
        let lists = words
            .into_iter()
            .map(|(label, values)| (label, values.into_iter().collect()));
        Vocabulary(lists.collect())
    }

    /// Some alert that is none of ours: a label in `share` is there.
    pub fn any(&self, share: usize, dice: &mut Dice) -> Labels {
        loop {
            let mut labels = Labels::new();
            for (label, values) in &self.0 {
                if dice.below(share) == 0 {
                    labels.insert(label.clone(), values[dice.below(values.len())].clone());
                }
            }
            if !is_ours(&labels) {
                return labels;
            }
        }
    }

    /// Some alert that all of `matchers` let through, if one is found.
    fn meeting(&self, matchers: &[&Matcher], dice: &mut Dice) -> Option<Labels> {
        let mut labels = self.any(8, dice);
        let named: BTreeSet<&String> = matchers.iter().map(|matcher| &matcher.label).collect();
        for label in named {
            let meets = |value: &&String| {
                let own = matchers.iter().filter(|matcher| matcher.label == *label);
                own.into_iter().all(|matcher| matcher.matches(value))
            };
            let fitting: Vec<&String> = self.0[label].iter().filter(meets).collect();
            if fitting.is_empty() {
                return None;
            }
            labels.insert(label.clone(), fitting[dice.below(fitting.len())].clone());
        }
        (!is_ours(&labels)).then_some(labels)
    }
}

/// Strings that match, without what no command line takes.
fn samples(pattern: &str, runner: &mut TestRunner) -> Vec<String> {
    // Anchors say nothing here, and any letter does for any character.
    let plain = pattern.replace("[^", "[\u{0}").replace(['^', '$'], "");
    let plain = plain.replace('\u{0}', "^").replace("\\.", "\u{1}");
    let plain = plain.replace('.', "[a-z]").replace('\u{1}', "\\.");
    let plain = plain.replace("\\d", "[0-9]");
    let strategy = string_regex(&plain).unwrap_or_else(|error| panic!("{plain}: {error}"));
    let made = (0..SAMPLES).map(|_| strategy.new_tree(runner).unwrap().current());
    made.filter(|value| !value.contains(char::is_control))
        .collect()
}

/// At least `count` alerts, and the routes that none of them reaches, as the trails of their indices.
pub fn alerts(config: &Config, count: usize, dice: &mut Dice) -> (Vec<Labels>, Vec<Vec<usize>>) {
    let vocabulary = Vocabulary::of(config);
    let root = config.route.as_ref().unwrap();
    let (mut alerts, mut missed) = (Vec::new(), Vec::new());
    let mut open: Vec<(Vec<usize>, &Route, Vec<&Matcher>)> = vec![(Vec::new(), root, Vec::new())];
    while let Some((trail, route, above)) = open.pop() {
        let matchers: Vec<&Matcher> = above.iter().copied().chain(&route.matchers).collect();
        let reached = (0..TRIES).find_map(|_| {
            let alert = vocabulary.meeting(&matchers, dice)?;
            let lands = |arrival: &burnwatch::alertmanager::Arrival| arrival.trail == trail;
            arrivals(root, &alert).iter().any(lands).then_some(alert)
        });
        match reached {
            Some(alert) => alerts.push(alert),
            None => missed.push(trail.clone()),
        }
        for (at, child) in route.routes.iter().enumerate() {
            let trail = trail.iter().copied().chain([at]).collect();
            open.push((trail, child, matchers.clone()));
        }
    }
    let share = |at: usize| 1 + at % 4;
    let from = alerts.len();
    let more = (from..count.max(from + 10)).map(|at| vocabulary.any(share(at), dice));
    alerts.extend(more);
    (alerts, missed)
}
