//! Routes that no alert can reach, because an earlier sibling keeps every alert that they would take.
//!
//! What is told is certain. What cannot be seen from two routes and the matchers above them is not told: several earlier
//! siblings that together take everything, or two regular expressions that mean the same and are written differently.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::Span;
use crate::promql::MatchOp;

use super::limits::PAIRS_MAX;
use super::matcher::Matcher;
use super::route::{Continue, Route};

/// A route that no alert can reach, and the one that keeps all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shadow {
    /// The route that nothing reaches.
    pub route: Span,
    /// The sibling before it.
    pub by: Span,
}

/// Every route below `route` that a sibling before it shadows, in the order of the file; what is below a shadowed route
/// is not told again. After [`PAIRS_MAX`] comparisons nothing more is found.
pub fn shadowed(route: &Route) -> Vec<Shadow> {
    let mut search = Search {
        found: Vec::new(),
        pairs: 0,
    };
    search.below(route, &mut Vec::new());
    search.found
}

struct Search {
    found: Vec<Shadow>,
    pairs: usize,
}

impl Search {
    /// Judges the children of `route`; `above` are the matchers on the way to it. It nests no deeper than YAML does.
    fn below<'a>(&mut self, route: &'a Route, above: &mut Vec<&'a Matcher>) {
        let before = above.len();
        above.extend(&route.matchers);
        let mut keepers = Keepers::default();
        for child in &route.routes {
            let known = Known::of(above.iter().copied().chain(&child.matchers));
            match self.keeper(&keepers, &known) {
                Some(by) => self.found.push(Shadow {
                    route: child.span,
                    by: by.span,
                }),
                None => {
                    self.below(child, above);
                    if child.continues == Continue::Stop {
                        keepers.add(child);
                    }
                }
            }
        }
        above.truncate(before);
    }

    /// The first route that takes all that is like `known`.
    fn keeper<'a>(&mut self, keepers: &Keepers<'a>, known: &Known<'_>) -> Option<&'a Route> {
        if known.is_impossible() {
            return None;
        }
        let mut candidates: Vec<(usize, &'a Route)> = keepers.of_all.into_iter().collect();
        for (label, facts) in &known.labels {
            let Some(of_label) = keepers.labels.get(label) else {
                continue;
            };
            let one = facts.values.as_ref().and_then(|values| values.first());
            let of_value = one.and_then(|value| of_label.by_value.get(*value));
            candidates.extend(of_value.into_iter().flatten());
            candidates.extend(&of_label.others);
        }
        let left = PAIRS_MAX.saturating_sub(self.pairs);
        self.pairs += candidates.len();
        candidates
            .into_iter()
            .take(left)
            .filter(|(_, route)| route.matchers.iter().all(|matcher| known.imply(matcher)))
            .min_by_key(|(at, _)| *at)
            .map(|(_, route)| route)
    }
}

/// Routes that keep what they take, by one of their matchers.
#[derive(Default)]
struct Keepers<'a> {
    count: usize,
    /// The first without matchers.
    of_all: Option<(usize, &'a Route)>,
    labels: BTreeMap<&'a str, OfLabel<'a>>,
}

#[derive(Default)]
struct OfLabel<'a> {
    /// Those whose matcher lets only some values through, by each of them.
    by_value: BTreeMap<&'a str, Vec<(usize, &'a Route)>>,
    others: Vec<(usize, &'a Route)>,
}

impl<'a> Keepers<'a> {
    fn add(&mut self, route: &'a Route) {
        let entry = (self.count, route);
        self.count += 1;
        let only = route
            .matchers
            .iter()
            .find_map(|matcher| Some((matcher, values(matcher)?)));
        if let Some((matcher, values)) = only {
            let of_label = self.labels.entry(&matcher.label).or_default();
            for value in values {
                of_label.by_value.entry(value).or_default().push(entry);
            }
        } else if let Some(matcher) = route.matchers.first() {
            let of_label = self.labels.entry(&matcher.label).or_default();
            of_label.others.push(entry);
        } else {
            self.of_all.get_or_insert(entry);
        }
    }
}

/// The only values that a matcher lets through, if it names them.
fn values(matcher: &Matcher) -> Option<BTreeSet<&str>> {
    match matcher.op {
        MatchOp::Equal => Some(BTreeSet::from([matcher.value.as_str()])),
        MatchOp::Regex => literals(matcher),
        MatchOp::NotEqual | MatchOp::NotRegex => None,
    }
}

/// The only values that a matcher keeps out, if it names them.
fn kept_out(matcher: &Matcher) -> Option<BTreeSet<&str>> {
    match matcher.op {
        MatchOp::NotEqual => Some(BTreeSet::from([matcher.value.as_str()])),
        MatchOp::NotRegex => literals(matcher),
        MatchOp::Equal | MatchOp::Regex => None,
    }
}

fn literals(matcher: &Matcher) -> Option<BTreeSet<&str>> {
    let literals = matcher.pattern()?.literals()?;
    Some(literals.iter().map(String::as_str).collect())
}

/// What is known of an alert that reaches a route and that it takes.
struct Known<'a> {
    labels: BTreeMap<&'a str, Facts<'a>>,
}

#[derive(Default)]
struct Facts<'a> {
    matchers: Vec<&'a Matcher>,
    /// The only values that the label can have, if they are known.
    values: Option<BTreeSet<&'a str>>,
}

impl<'a> Known<'a> {
    fn of(matchers: impl Iterator<Item = &'a Matcher>) -> Known<'a> {
        let mut labels: BTreeMap<&str, Facts> = BTreeMap::new();
        for matcher in matchers {
            let facts = labels.entry(&matcher.label).or_default();
            facts.matchers.push(matcher);
            if facts.values.is_none() {
                facts.values = values(matcher);
            }
        }
        for facts in labels.values_mut() {
            if let Some(values) = &mut facts.values {
                values.retain(|value| facts.matchers.iter().all(|m| m.matches(value)));
            }
        }
        Known { labels }
    }

    /// Whether there is no such alert: no other route is to blame for that.
    fn is_impossible(&self) -> bool {
        let none = |values: &BTreeSet<&str>| values.is_empty();
        self.labels
            .values()
            .any(|facts| facts.values.as_ref().is_some_and(none))
    }

    /// Whether all such alerts are let through by `asked`.
    fn imply(&self, asked: &Matcher) -> bool {
        let Some(facts) = self.labels.get(asked.label.as_str()) else {
            return false;
        };
        if let Some(values) = &facts.values {
            return values.iter().all(|value| asked.matches(value));
        }
        // A value that some fact keeps out is none that the alert can have.
        let impossible = |value: &&str| facts.matchers.iter().any(|fact| !fact.matches(value));
        facts.matchers.iter().any(|fact| is_same(fact, asked))
            || kept_out(asked).is_some_and(|values| values.iter().all(impossible))
    }
}

/// Whether two matchers of one label let the same through, as they are written.
fn is_same(one: &Matcher, other: &Matcher) -> bool {
    // In a map a regular expression is anchored twice; this matters to those that close the group of the anchors.
    one.op == other.op
        && one.value == other.value
        && (one.syntax == other.syntax || !one.value.contains(')'))
}

#[cfg(test)]
mod tests {
    use super::super::sample::{route, text_of};
    use super::*;

    /// Pairs of a shadowed route and the one that shadows it, as written.
    fn check(routes: &[&str], expected: &[(&str, &str)]) {
        let listed: String = routes.iter().map(|route| format!("- {route}\n")).collect();
        let text = format!("receiver: r\nroutes:\n{listed}");
        let found: Vec<(String, String)> = shadowed(&route(&text))
            .iter()
            .map(|shadow| (text_of(&text, shadow.route), text_of(&text, shadow.by)))
            .collect();
        let expected: Vec<(String, String)> = expected
            .iter()
            .map(|(route, by)| (route.to_string(), by.to_string()))
            .collect();
        assert_eq!(found, expected, "{routes:?}");
    }

    fn matchers(text: &str) -> String {
        format!("{{matchers: ['{text}']}}")
    }

    fn shadows(earlier: &str, later: &str) {
        let (earlier, later) = (matchers(earlier), matchers(later));
        check(&[&earlier, &later], &[(&later, &earlier)]);
    }

    fn leaves(earlier: &str, later: &str) {
        check(&[&matchers(earlier), &matchers(later)], &[]);
    }

    #[test]
    fn a_route_that_takes_more_shadows_those_after_it() {
        shadows("", "a=1");
        shadows("a=1", "a=1");
        shadows("a=1", "b=2,a=1");
        shadows("a=~1|2", "a=2");
        shadows("a=~1|2|3", "a=~3|1");
        shadows("a=~x.*", "a=~xy|xz");
        shadows("a=~x.*", "a=~x.*,b=1");
        shadows("a!=1", "a=2");
        shadows("a!=1", "a!~1|2");
        shadows("a!~1|2", "a!=1,a!=2");
        shadows("a!=1", "a=~x.*");
        shadows("a!=x", "a!~x.*");
        shadows("a=1", "a=~1|2,a!=2");
        shadows("a=", "a=");
        shadows("a!=", "a=1");
    }

    #[test]
    fn a_route_that_some_alert_can_reach_is_left_alone() {
        leaves("a=1", "");
        leaves("a=1", "a=2");
        leaves("a=1,b=1", "a=1");
        leaves("a=~1|2", "a=~1|2|3");
        leaves("a=~1|2", "a!=3");
        leaves("a=~x.*", "a=~x.+");
        leaves("a!=1", "b=1");
        leaves("a!=x", "a=~x.*");
        leaves("a!~x.*", "a!=x");
        leaves("a=~.*", "b=1");
    }

    #[test]
    fn a_route_that_continues_shadows_nothing() {
        check(&["{continue: true}", "{matchers: [a=1]}"], &[]);
    }

    #[test]
    fn a_route_that_nothing_can_match_is_not_the_fault_of_another() {
        leaves("b=1", "a=1,a=2");
    }

    #[test]
    fn matchers_above_count_and_children_of_a_shadowed_route_are_not_told() {
        let parent = "{matchers: [a=1], routes: [{matchers: [a!=2]}, {routes: [{}, {}]}]}";
        check(&[parent], &[("{routes: [{}, {}]}", "{matchers: [a!=2]}")]);
    }

    #[test]
    fn a_pattern_that_reaches_through_its_anchors_is_another_in_a_map() {
        check(
            &[
                "{match_re: {a: 'x)|(?:y'}}",
                "{matchers: ['a=~\"x)|(?:y\"']}",
            ],
            &[],
        );
        check(
            &["{match_re: {a: 'x.*'}}", "{matchers: ['a=~\"x.*\"']}"],
            &[("{matchers: ['a=~\"x.*\"']}", "{match_re: {a: 'x.*'}}")],
        );
    }

    #[test]
    fn comparisons_have_an_edge() {
        let later = matchers("a=~z.*");
        let earlier: Vec<String> = (0..3).map(|at| matchers(&format!("a=~x{at}.*"))).collect();
        let mut search = Search {
            found: Vec::new(),
            pairs: PAIRS_MAX,
        };
        let text = format!(
            "receiver: r\nroutes: [{}, {later}, {later}]",
            earlier.join(", ")
        );
        search.below(&route(&text), &mut Vec::new());
        assert_eq!(search.found, []);
        search.pairs = PAIRS_MAX - 1 - 2 - 3 - 4;
        search.below(&route(&text), &mut Vec::new());
        assert_eq!(search.found.len(), 1);
    }
}
