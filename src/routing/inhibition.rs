//! Who silences whom while it fires.
//!
//! Three kinds: what is more urgent silences what is less, of the same SLO; a faster tier silences a slower one of the
//! same severity; an SLO silences those that depend on it. The first two ask for the same `slo` and group labels, so that
//! nobody silences a stranger. Missing data silences nothing and is silenced by nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Name, naming};
use crate::model::policy::Tier;
use crate::model::{Roster, Slo, SloId};
use crate::plan::Plan;

use super::dependency::{Dependency, dependency};

/// While an alert fires that has all of `source`, none is sent that has all of `target` and agrees with it in `equal`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inhibition {
    /// What must fire.
    pub source: Vec<Selector>,
    /// What is silenced then.
    pub target: Vec<Selector>,
    /// Labels in which both agree; one that both lack is one in which they agree.
    pub equal: Vec<String>,
}

/// A label and the values that it may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    /// The label.
    pub label: &'static str,
    /// The values, at least one.
    pub values: Vec<String>,
}

impl Selector {
    /// A label with one value.
    fn is(label: &'static str, value: impl ToString) -> Selector {
        Selector {
            label,
            values: vec![value.to_string()],
        }
    }

    /// A label with one of some values.
    fn any(label: &'static str, values: Vec<String>) -> Selector {
        Selector { label, values }
    }
}

/// The inhibitions of a workspace.
pub(super) fn inhibitions(
    roster: &Roster,
    plans: &[Plan<'_>],
    group_by: &[String],
) -> Vec<Inhibition> {
    let mut all = by_severity(roster, group_by);
    all.extend(by_tier(plans, group_by));
    all.extend(by_dependency(roster, plans));
    all
}

/// What is more urgent silences what is less.
fn by_severity(roster: &Roster, group_by: &[String]) -> Vec<Inhibition> {
    let mut all = Vec::new();
    for (severity, of) in &roster.severities {
        let lower =
            |(_, other): &(&Name, &crate::model::roster::Severity)| other.rank() > of.rank();
        let targets = roster.severities.iter().filter(lower);
        let targets: Vec<String> = targets.map(|(name, _)| name.to_string()).collect();
        if !targets.is_empty() {
            all.push(Inhibition {
                source: vec![Selector::is(naming::SEVERITY, severity)],
                target: vec![Selector::any(naming::SEVERITY, targets)],
                equal: group_by.to_vec(),
            });
        }
    }
    all
}

/// A severity and two tiers of it.
type Pair = (Name, Name, Name);

/// How the first of two tiers compares to the second.
enum Order {
    /// Its long window is shorter.
    Faster,
    /// It is not.
    AsFastOrSlower,
}

/// A faster tier silences the slower ones of its severity.
fn by_tier(plans: &[Plan<'_>], group_by: &[String]) -> Vec<Inhibition> {
    let mut pairs: BTreeMap<Pair, BTreeSet<SloId>> = BTreeMap::new();
    let mut denied: BTreeSet<Pair> = BTreeSet::new();
    for plan in plans {
        for (pair, order) in pairs_of(plan) {
            match order {
                Order::Faster => {
                    let slos = pairs.entry(pair).or_default();
                    slos.insert(plan.slo.id.clone());
                }
                Order::AsFastOrSlower => {
                    denied.insert(pair);
                }
            }
        }
    }
    let mut plain: BTreeMap<(&Name, &Name), Vec<String>> = BTreeMap::new();
    let mut named = Vec::new();
    for (pair, slos) in &pairs {
        let (severity, fast, slow) = pair;
        // What is faster in one policy may not be in another: there, the SLOs are named.
        match denied.contains(pair) {
            false => plain
                .entry((severity, fast))
                .or_default()
                .push(slow.to_string()),
            true => {
                let slos = slos.iter().map(SloId::to_string).collect();
                named.push((severity, fast, vec![slow.to_string()], Some(slos)));
            }
        }
    }
    let plain = plain
        .into_iter()
        .map(|((severity, fast), slow)| (severity, fast, slow, None));
    plain
        .chain(named)
        .map(|(severity, fast, slow, slos)| {
            let mut source = vec![
                Selector::is(naming::SEVERITY, severity),
                Selector::is(naming::TIER, fast),
            ];
            source.extend(slos.map(|slos| Selector::any(naming::SLO, slos)));
            Inhibition {
                source,
                target: vec![
                    Selector::is(naming::SEVERITY, severity),
                    Selector::any(naming::TIER, slow),
                ],
                equal: group_by.to_vec(),
            }
        })
        .collect()
}

/// The pairs of tiers of one SLO, both ways round.
fn pairs_of<'a>(plan: &'a Plan<'_>) -> impl Iterator<Item = (Pair, Order)> + 'a {
    let tiers = || plan.tiers.iter().map(|planned| planned.tier);
    tiers().flat_map(move |first| {
        let beside =
            move |second: &&Tier| second.severity == first.severity && second.name != first.name;
        tiers().filter(beside).map(move |second| {
            let pair = (
                first.severity.clone(),
                first.name.clone(),
                second.name.clone(),
            );
            match first.long < second.long {
                true => (pair, Order::Faster),
                false => (pair, Order::AsFastOrSlower),
            }
        })
    })
}

/// An SLO silences those that depend on it, as far as they are not more urgent.
fn by_dependency(roster: &Roster, plans: &[Plan<'_>]) -> Vec<Inhibition> {
    let slos: Vec<&Slo> = plans.iter().map(|plan| plan.slo).collect();
    let mut all = Vec::new();
    for plan in plans {
        for name in &plan.slo.depends_on {
            let Some(on) = dependency(&name.value, &slos) else {
                continue;
            };
            for (equal, on, source) in sources(plan.slo, on) {
                for (severity, of) in &roster.severities {
                    let sends = |slo: &&Slo| {
                        let mut tiers = slo.policy.tiers.iter();
                        tiers.any(|tier| tier.severity == *severity)
                    };
                    if !on.iter().any(sends) {
                        continue;
                    }
                    let others = roster.severities.iter();
                    let targets = others.filter(|(_, other)| other.rank() >= of.rank());
                    let targets = targets.map(|(name, _)| name.to_string());
                    all.push(Inhibition {
                        source: vec![source.clone(), Selector::is(naming::SEVERITY, severity)],
                        target: vec![
                            Selector::is(naming::SLO, &plan.slo.id),
                            Selector::any(naming::SEVERITY, targets.collect()),
                        ],
                        equal: equal.clone(),
                    });
                }
            }
        }
    }
    all
}

/// What `slo` depends on, apart by the labels that it is grouped by as `slo` is: a region that burns silences what depends
/// on it in that region, and what is not grouped by region silences all of them.
fn sources<'a>(slo: &Slo, on: Dependency<'a>) -> Vec<(Vec<String>, Vec<&'a Slo>, Selector)> {
    let mut apart: BTreeMap<Vec<String>, Vec<&'a Slo>> = BTreeMap::new();
    for other in on.slos() {
        let shared = slo.group_by.iter().filter(|l| other.group_by.contains(l));
        let shared = shared.map(|label| label.to_string()).collect();
        apart.entry(shared).or_default().push(other);
    }
    let are_alike = apart.len() == 1;
    let sources = apart.into_iter().map(|(shared, slos)| {
        let source = match on {
            Dependency::Service(_) if are_alike => {
                Selector::is(naming::SERVICE, &slos[0].id.service)
            }
            Dependency::Service(_) | Dependency::Slo(_) => Selector::any(
                naming::SLO,
                slos.iter().map(|slo| slo.id.to_string()).collect(),
            ),
        };
        (shared, slos, source)
    });
    sources.collect()
}
