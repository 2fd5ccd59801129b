//! Which input series an SLO's test has, and how bursts of good and bad events move them.
//!
//! Raw series where it can be worked out which ones the rules count as events and as errors; else the recorded windows
//! themselves are fed, which leaves the raw expressions untested.

use super::case::{Appears, Feed, Part};
use super::linear::{Term, selectors, speaks_without_series, terms};
use super::synthesise::{Labels, Matching};
use crate::base::LabelName;
use crate::model::core::{Core, Errors, Slices};
use crate::promql::matchers::METRIC_NAME;
use crate::promql::{Expr, MatchOp, Matcher};

/// The inputs of an SLO's test.
#[derive(Clone, Debug, PartialEq)]
pub struct Inputs {
    /// What is fed.
    pub feed: Feed,
    /// The series and what moves them; the windows' shares where those are fed.
    pub parts: Vec<Part>,
    /// The labels of each part's series; none where windows are fed.
    pub series: Vec<Labels>,
    /// Label values of the group that burns.
    pub burning: Labels,
    /// Label values of a group that is healthy all the time, where there can be one.
    pub healthy: Option<Labels>,
}

/// Values for groups whose labels nothing constrains.
const GROUPS: [&str; 2] = ["a", "b"];
/// Windows are fed as good events and bad ones.
const WINDOWS: [Part; 2] = [
    Part {
        good: 1,
        bad: 0,
        events: 1,
        errors: 0,
        appears: Appears::AtOnce,
    },
    Part {
        good: 0,
        bad: 1,
        events: 1,
        errors: 1,
        appears: Appears::AtOnce,
    },
];

/// The inputs for `core`; why there are none, where there are none.
pub fn inputs(
    core: &Core,
    group_by: &[LabelName],
    matching: &mut Matching,
) -> Result<Inputs, &'static str> {
    if let Core::Events { events, errors } = core {
        let (Errors::Counted(own) | Errors::Remaining(own)) = errors;
        if let (Some(all), Some(some)) = (terms(events), terms(own))
            && let Some(inputs) = solve(errors, &all, &some, group_by, matching)
        {
            return Ok(inputs);
        }
    }
    match expressions(core).into_iter().any(speaks_without_series) {
        true => Err("its expressions give values where there are no series"),
        false => Ok(windows(group_by)),
    }
}

fn windows(group_by: &[LabelName]) -> Inputs {
    let group = |value: &str| -> Labels {
        let pair = |label: &LabelName| (label.to_string(), value.to_string());
        group_by.iter().map(pair).collect()
    };
    Inputs {
        feed: Feed::Windows,
        parts: WINDOWS.to_vec(),
        series: Vec::new(),
        burning: group(GROUPS[0]),
        healthy: (!group_by.is_empty()).then(|| group(GROUPS[1])),
    }
}

fn expressions(core: &Core) -> Vec<&Expr> {
    match core {
        Core::Events { events, errors } => match errors {
            Errors::Counted(own) | Errors::Remaining(own) => {
                vec![events, own]
            }
        },
        Core::Slices { source, .. } => match source {
            Slices::Samples { known, bad } => vec![known, bad],
            Slices::Condition(own) | Slices::Ratio(own) => vec![own],
        },
    }
}

/// Every selector that the rules of `core` read.
pub fn reads(core: &Core) -> Vec<Vec<Matcher>> {
    expressions(core).into_iter().flat_map(selectors).collect()
}

/// A series, and how often the rules count it as events and as errors.
struct Candidate {
    series: Labels,
    events: i64,
    errors: i64,
    /// Seen by which terms: those of the events, then those of the errors.
    seen: Vec<bool>,
}

fn solve(
    errors: &Errors,
    all: &[Term],
    some: &[Term],
    group_by: &[LabelName],
    matching: &mut Matching,
) -> Option<Inputs> {
    let everything: Vec<&Term> = all.iter().chain(some).collect();
    let (burning, healthy) = groups(&everything, group_by, matching)?;
    let candidates = candidates(errors, &everything, all.len(), &burning, matching);
    let effects = |wanted: (i64, i64)| combination(&candidates, wanted);
    let (good, bad) = (effects((1, 0))?, effects((1, 1))?);
    let mut used: Vec<usize> = good.iter().chain(&bad).copied().collect();
    used.sort_unstable();
    used.dedup();
    // A sum is absent where one of its terms is: each needs a series, were it one that stands still.
    for term in 0..everything.len() {
        let alone = term >= all.len() && some.len() == 1;
        if !alone && !used.iter().any(|at| candidates[*at].seen[term]) {
            used.push(candidates.iter().position(|c| c.seen[term])?);
        }
    }
    let counted = matches!(errors, Errors::Counted(_)) && some.len() == 1;
    let part = |at: &usize| {
        let candidate = &candidates[*at];
        let others = |term: usize| used.iter().any(|u| u != at && candidates[*u].seen[term]);
        let stays = (0..all.len()).all(|term| !candidate.seen[term] || others(term));
        let only_bad = bad.contains(at) && !good.contains(at);
        Part {
            good: i64::from(good.contains(at)),
            bad: i64::from(bad.contains(at)),
            events: candidate.events,
            errors: candidate.errors,
            // An error that never happened has no series.
            appears: match counted && only_bad && stays {
                true => Appears::Late,
                false => Appears::AtOnce,
            },
        }
    };
    Some(Inputs {
        feed: Feed::Counters,
        parts: used.iter().map(part).collect(),
        series: used
            .iter()
            .map(|at| candidates[*at].series.clone())
            .collect(),
        burning,
        healthy,
    })
}

/// Label values of a group that burns and of one that does not, let through by every selector.
fn groups(
    terms: &[&Term],
    group_by: &[LabelName],
    matching: &mut Matching,
) -> Option<(Labels, Option<Labels>)> {
    let mut burning = Labels::new();
    let mut other: Option<(String, String)> = None;
    for label in group_by {
        let matchers: Vec<&Matcher> = terms
            .iter()
            .flat_map(|term| &term.matchers)
            .filter(|m| m.name == label.as_str())
            .collect();
        let mut values = matching.values(&matchers, 2).into_iter();
        burning.insert(label.to_string(), values.next()?);
        if other.is_none() {
            other = values.next().map(|value| (label.to_string(), value));
        }
    }
    let healthy = other.map(|(label, value)| {
        let mut group = burning.clone();
        group.insert(label, value);
        group
    });
    Some((burning, healthy))
}

/// Series that some selectors see and others do not.
fn candidates(
    errors: &Errors,
    terms: &[&Term],
    events: usize,
    fixed: &Labels,
    matching: &mut Matching,
) -> Vec<Candidate> {
    let mut found: Vec<Labels> = Vec::new();
    for own in terms {
        for other in terms {
            if name(own) == name(other) {
                found.extend(matching.series(&own.matchers, fixed, Some(&other.matchers)));
            }
            let both = [&own.matchers[..], &other.matchers[..]].concat();
            found.extend(matching.series(&both, fixed, None));
        }
    }
    // Those that say most come first, with the labels of both.
    found.sort_by_key(|series| std::cmp::Reverse(series.len()));
    let mut candidates: Vec<Candidate> = Vec::new();
    for series in found {
        if candidates.iter().any(|c| c.series == series) {
            continue;
        }
        let seen: Vec<bool> = terms
            .iter()
            .map(|term| matching.sees(&term.matchers, &series))
            .collect();
        let count = |range: std::ops::Range<usize>| -> i64 {
            range.filter(|at| seen[*at]).map(|at| terms[at].sign).sum()
        };
        let (all, some) = (count(0..events), count(events..terms.len()));
        candidates.push(Candidate {
            series,
            events: all,
            errors: match errors {
                Errors::Counted(_) => some,
                Errors::Remaining(_) => all - some,
            },
            seen,
        });
    }
    candidates
}

/// The name of the metric, where a selector has exactly one.
fn name(term: &Term) -> Option<&str> {
    let named = |m: &&Matcher| m.name == METRIC_NAME && m.op == MatchOp::Equal;
    term.matchers.iter().find(named).map(|m| m.value.as_str())
}

/// One candidate, or two together, that count as `wanted` events and errors.
fn combination(candidates: &[Candidate], wanted: (i64, i64)) -> Option<Vec<usize>> {
    let effect = |at: usize| (candidates[at].events, candidates[at].errors);
    let all = 0..candidates.len();
    let one = all.clone().find(|at| effect(*at) == wanted);
    one.map(|at| vec![at]).or_else(|| {
        all.clone()
            .flat_map(|a| all.clone().map(move |b| (a, b)))
            .find(|(a, b)| {
                let ((e, r), (f, s)) = (effect(*a), effect(*b));
                a < b && (e + f, r + s) == wanted
            })
            .map(|(a, b)| vec![a, b])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::promql::parse_template;

    fn check(events: &str, errors: &str, remaining: bool, expected: Option<&[(&str, i64, i64)]>) {
        let parse = |text: &str| parse_template(text).unwrap();
        let core = Core::Events {
            events: parse(events),
            errors: match remaining {
                true => Errors::Remaining(parse(errors)),
                false => Errors::Counted(parse(errors)),
            },
        };
        let found = inputs(&core, &[], &mut Matching::default())
            .ok()
            .map(|inputs| {
                let name = |labels: &Labels| {
                    let values: Vec<&str> = labels.values().map(String::as_str).collect();
                    values.join(" ")
                };
                let parts = inputs.series.iter().zip(&inputs.parts);
                parts
                    .map(|(s, p)| (name(s), p.good, p.bad))
                    .collect::<Vec<_>>()
            });
        let expected = expected.map(|parts| {
            parts
                .iter()
                .map(|(n, g, b)| (n.to_string(), *g, *b))
                .collect::<Vec<_>>()
        });
        assert_eq!(found, expected, "{events} {errors}");
    }

    #[test]
    fn errors_within_events_are_two_series() {
        check(
            r#"sum(increase(http{job="x"}[$window]))"#,
            r#"sum(increase(http{job="x",code=~"5.."}[$window]))"#,
            false,
            Some(&[("http 200 x", 1, 0), ("http 500 x", 0, 1)]),
        );
    }

    #[test]
    fn errors_with_a_counter_of_their_own_come_on_top() {
        check(
            "sum(increase(all[$window]))",
            "sum(increase(bad[$window]))",
            false,
            Some(&[("all", 1, 1), ("bad", 0, 1)]),
        );
    }

    #[test]
    fn what_is_not_good_is_bad() {
        check(
            "sum(increase(l_count[$window]))",
            r#"sum(increase(l_bucket{le="0.5"}[$window]))"#,
            true,
            Some(&[("l_bucket 0.5", 1, 0), ("l_count", 1, 1)]),
        );
    }

    #[test]
    fn a_sum_of_two_counters_is_worked_out() {
        check(
            "sum(increase(done[$window])) + sum(increase(failed[$window]))",
            "sum(increase(failed[$window]))",
            false,
            Some(&[("done", 1, 0), ("failed", 0, 1)]),
        );
    }

    #[test]
    fn where_series_cannot_be_worked_out_windows_are_fed() {
        let all = "sum(increase(all[$window]))";
        check(all, "2 * sum(increase(bad[$window]))", false, Some(&[]));
    }

    #[test]
    fn what_has_values_without_series_has_no_inputs() {
        let all = "sum(increase(all[$window]))";
        check(all, "sum(increase(bad[$window])) or vector(0)", false, None);
    }
}
