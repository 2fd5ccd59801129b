//! Who silences whom while it fires.
//!
//! Three kinds: what is more urgent silences what is less, of the same SLO; a faster tier silences a slower one of the
//! same severity; an SLO silences those that depend on it. The first two ask for the same `slo` and group labels, so that
//! nobody silences a stranger. Missing data silences nothing and is silenced by nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Name, naming};
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

/// A pair of tiers of one severity, the faster first.
type Pair = (Name, Name, Name);

/// A faster tier silences the slower ones of its severity.
fn by_tier(plans: &[Plan<'_>], group_by: &[String]) -> Vec<Inhibition> {
    let mut pairs: BTreeMap<Pair, BTreeSet<SloId>> = BTreeMap::new();
    for plan in plans {
        for (pair, id) in pairs_of(plan) {
            pairs.entry(pair).or_default().insert(id);
        }
    }
    // What one policy calls faster another may call slower: there, the SLOs are named.
    let reversed = |(severity, fast, slow): &Pair| {
        pairs.contains_key(&(severity.clone(), slow.clone(), fast.clone()))
    };
    let mut plain: BTreeMap<(&Name, &Name), Vec<String>> = BTreeMap::new();
    let mut named = Vec::new();
    for (pair, slos) in &pairs {
        let (severity, fast, slow) = pair;
        match reversed(pair) {
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

/// The pairs of tiers of one SLO: that with the shorter long window is the faster.
fn pairs_of<'a>(plan: &'a Plan<'_>) -> impl Iterator<Item = (Pair, SloId)> + 'a {
    plan.tiers.iter().flat_map(move |fast| {
        let slower = move |slow: &&crate::plan::PlannedTier<'_>| {
            slow.tier.severity == fast.tier.severity && slow.tier.long > fast.tier.long
        };
        plan.tiers.iter().filter(slower).map(move |slow| {
            let names = (
                fast.tier.severity.clone(),
                fast.tier.name.clone(),
                slow.tier.name.clone(),
            );
            (names, plan.slo.id.clone())
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
            for (severity, of) in &roster.severities {
                let sends = |slo: &Slo| {
                    slo.policy
                        .tiers
                        .iter()
                        .any(|tier| tier.severity == *severity)
                };
                if !on.slos().iter().any(|slo| sends(slo)) {
                    continue;
                }
                let others = roster.severities.iter();
                let targets = others.filter(|(_, other)| other.rank() >= of.rank());
                all.push(Inhibition {
                    source: vec![
                        match on {
                            Dependency::Slo(slo) => Selector::is(naming::SLO, &slo.id),
                            Dependency::Service(_) => Selector::is(naming::SERVICE, &name.value),
                        },
                        Selector::is(naming::SEVERITY, severity),
                    ],
                    target: vec![
                        Selector::is(naming::SLO, &plan.slo.id),
                        Selector::any(
                            naming::SEVERITY,
                            targets.map(|(name, _)| name.to_string()).collect(),
                        ),
                    ],
                    equal: shared_groups(plan.slo, on.slos()),
                });
            }
        }
    }
    all
}

/// The labels that all of them are grouped by: a region that burns silences what depends on it in that region.
fn shared_groups(slo: &Slo, on: &[&Slo]) -> Vec<String> {
    let everywhere =
        |label: &&crate::base::LabelName| on.iter().all(|o| o.group_by.contains(label));
    let shared = slo.group_by.iter().filter(everywhere);
    shared.map(|label| label.to_string()).collect()
}
