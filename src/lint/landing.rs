//! Where an alert lands for each value of its group labels that makes a difference.
//!
//! Pure. Alerts that no matcher tells apart are followed once, however many SLOs send them.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::alertmanager::{Arrival, Labels, MatchOp, Route, arrivals};
use crate::base::LabelName;

/// Most values of a group label, and most combinations of values, that an alert is followed with.
pub const COMBINATIONS_MAX: usize = 64;

/// The value of a group label that stands for all that no matcher names.
pub const ANY: &str = "any-other-value";

/// Values of group labels, and where alerts with them land.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Landing {
    /// The group labels with their values.
    pub group: Vec<(String, String)>,
    /// Where they land.
    pub paths: Rc<[Arrival]>,
}

/// What an alert is known by: its group labels, and the values of all others that matchers name.
type Key = (Vec<LabelName>, Vec<String>);

/// The ways through one routing tree that are known so far.
pub struct Landings<'r> {
    root: &'r Route,
    /// The labels that matchers name.
    labels: BTreeSet<&'r str>,
    known: BTreeMap<Key, Rc<[Landing]>>,
}

impl<'r> Landings<'r> {
    /// Of the tree with this root nothing is known.
    pub fn new(root: &'r Route) -> Landings<'r> {
        let mut labels = BTreeSet::new();
        let mut open = vec![root];
        while let Some(route) = open.pop() {
            labels.extend(route.matchers.iter().map(|matcher| &*matcher.label));
            open.extend(&route.routes);
        }
        Landings {
            root,
            labels,
            known: BTreeMap::new(),
        }
    }

    /// Where an alert lands: with any values of its group labels, and with each combination of values that leads elsewhere.
    /// `labels` are all others.
    pub fn of(&mut self, labels: &Labels, group_by: &[LabelName]) -> Rc<[Landing]> {
        let is_group = |label: &str| group_by.iter().any(|group| group.as_str() == label);
        let others = self.labels.iter().filter(|label| !is_group(label));
        let values = others.map(|label| labels.get(*label).cloned().unwrap_or_default());
        let key = (group_by.to_vec(), values.collect());
        if let Some(known) = self.known.get(&key) {
            return Rc::clone(known);
        }
        let landings: Rc<[Landing]> = apart(self.root, labels, group_by).into();
        self.known.insert(key, Rc::clone(&landings));
        landings
    }
}

/// A landing for each different way.
fn apart(root: &Route, labels: &Labels, group_by: &[LabelName]) -> Vec<Landing> {
    let named = named_values(root, labels, group_by);
    let mut groups = vec![Vec::new()];
    for label in group_by {
        let values = group_values(label, &named);
        let more = |group: &Vec<(String, String)>, value: &String| {
            let mut group = group.clone();
            group.push((label.to_string(), value.clone()));
            group
        };
        let combined = values
            .iter()
            .flat_map(|value| groups.iter().map(move |group| more(group, value)));
        groups = combined.take(COMBINATIONS_MAX).collect();
    }
    let mut landings: Vec<Landing> = Vec::new();
    for group in groups {
        let mut labels = labels.clone();
        labels.extend(group.iter().cloned());
        let paths = arrivals(root, &labels);
        if landings.iter().all(|known| *known.paths != *paths) {
            landings.push(Landing {
                group,
                paths: paths.into(),
            });
        }
    }
    landings
}

/// The values of group labels that matchers name where an alert of these labels can come.
fn named_values<'r>(
    root: &'r Route,
    labels: &Labels,
    group_by: &[LabelName],
) -> BTreeMap<&'r str, BTreeSet<&'r str>> {
    let mut named: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let is_group = |label: &str| group_by.iter().any(|group| group.as_str() == label);
    let mut open = vec![root];
    while let Some(route) = open.pop() {
        let value = |label: &str| labels.get(label).map_or("", String::as_str);
        let mut others = route.matchers.iter().filter(|m| !is_group(&m.label));
        if !others.all(|matcher| matcher.matches(value(&matcher.label))) {
            continue;
        }
        for matcher in route.matchers.iter().filter(|m| is_group(&m.label)) {
            let values = named.entry(&matcher.label).or_default();
            match matcher.op {
                MatchOp::Equal | MatchOp::NotEqual => {
                    values.insert(&matcher.value);
                }
                // Alternatives that are plain words; what else a pattern means is left to the value that nobody names.
                MatchOp::Regex | MatchOp::NotRegex => {
                    let plain = |word: &&str| {
                        let mut letters = word.chars();
                        letters.all(|c| c.is_alphanumeric() || "_-/ ".contains(c))
                    };
                    values.extend(matcher.value.split('|').filter(plain));
                }
            }
        }
        open.extend(&route.routes);
    }
    named
}

fn group_values(label: &LabelName, named: &BTreeMap<&str, BTreeSet<&str>>) -> Vec<String> {
    let of_label = named.get(label.as_str()).into_iter().flatten();
    let values = of_label.filter(|value| !value.is_empty());
    std::iter::once(ANY)
        .chain(values.copied())
        .take(COMBINATIONS_MAX)
        .map(str::to_string)
        .collect()
}
