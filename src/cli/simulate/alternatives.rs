//! Which policies and guards are tried on an SLO, at which traffic.

use super::super::compile::Compiled;
use super::super::report::{failed, to_stderr};
use super::super::{Exit, Io};
use super::arguments::Options;
use crate::base::{Duration, Ratio};
use crate::diagnostics::Findings;
use crate::model::core::Core;
use crate::model::policy::{Confidence, Policy};
use crate::model::{Slo, Workspace, policy_named, policy_names};
use crate::replay::synthetic::{Traffic, Volume};
use crate::spec::check::closest;

/// Events an hour where nothing says how many there are.
const SWEEP: [i128; 4] = [10, 100, 1_000, 100_000];
/// The confidence that is tried beside what a policy says, in percent.
const CONFIDENCE_PERCENT: Ratio = Ratio::whole(99);

/// A policy with guards.
pub(super) struct Alternative {
    /// The SLO with them.
    pub slo: Slo,
    /// Which guards.
    pub guards: Guards,
}

/// Which guards a policy has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guards {
    /// None.
    None,
    /// Its own.
    Own,
    /// Its own, and a confidence that it has not.
    Surer,
}

/// How much there is of what is counted.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Volumes {
    /// Events, so many in an hour, with so much of a daily rhythm.
    Events(Vec<Ratio>, Ratio),
    /// Seconds, in slices.
    Time(Duration),
}

impl Volumes {
    /// Those that are asked for, else those that the SLO expects, else some.
    pub fn of(slo: &Slo, options: &Options) -> Volumes {
        let sweep = || SWEEP.map(Ratio::whole).to_vec();
        let said = || slo.expected_per_hour.map(|rate| vec![rate]);
        match &slo.core {
            Core::Slices { slice, .. } => Volumes::Time(*slice),
            Core::Events { .. } => match options.traffic.is_empty() {
                true => Volumes::Events(said().unwrap_or_else(sweep), options.swing),
                false => Volumes::Events(options.traffic.clone(), options.swing),
            },
        }
    }

    /// Each with its events in an hour; time has none.
    pub fn each(&self) -> Vec<(Option<Ratio>, Volume)> {
        match self {
            Volumes::Time(slice) => {
                let slice_ms = slice.as_ms() as i64;
                vec![(None, Volume::Time { slice_ms })]
            }
            Volumes::Events(rates, swing) => rates
                .iter()
                .map(|rate| {
                    let traffic = Traffic {
                        per_hour: rate.to_f64(),
                        swing: swing.to_f64(),
                    };
                    (Some(*rate), Volume::Events(traffic))
                })
                .collect(),
        }
    }
}

/// What is tried: each policy without guards, with its own, and with a confidence where it has none.
pub(super) fn alternatives(
    compiled: &Compiled,
    slo: &Slo,
    options: &Options,
    io: &mut Io<'_>,
) -> Result<Vec<Alternative>, Exit> {
    let mut all = Vec::new();
    for policy in policies(compiled, slo, options, io)? {
        let own = with(slo, policy);
        let mut bare = own.clone();
        bare.policy.min_errors = 1;
        if let Core::Slices { slice, .. } = &own.core {
            bare.policy.min_bad = *slice;
        }
        bare.policy.confidence = None;
        let mut surer = own.clone();
        surer.policy.confidence = Confidence::new(CONFIDENCE_PERCENT);
        let is_surer = own.policy.confidence.is_none();
        if bare.policy != own.policy {
            all.push((bare, Guards::None));
        }
        all.push((own, Guards::Own));
        if is_surer {
            all.push((surer, Guards::Surer));
        }
    }
    let all = all.into_iter();
    Ok(all
        .map(|(slo, guards)| Alternative { slo, guards })
        .collect())
}

fn with(slo: &Slo, policy: Policy) -> Slo {
    Slo {
        policy,
        ..slo.clone()
    }
}

fn policies(
    compiled: &Compiled,
    slo: &Slo,
    options: &Options,
    io: &mut Io<'_>,
) -> Result<Vec<Policy>, Exit> {
    if options.policies.is_empty() {
        return Ok(vec![slo.policy.clone()]);
    }
    // What is wrong with the workspace file has been said.
    let mut said = Findings::new();
    let workspace = match &compiled.document {
        Some(node) => Workspace::resolve(node, &mut said),
        None => Workspace::default(),
    };
    let names = policy_names(&workspace);
    let mut policies = Vec::new();
    for name in &options.policies {
        let mut findings = Findings::new();
        match policy_named(name, slo, &workspace, &mut findings) {
            Some(policy) => policies.push(policy),
            None if names.contains(name.as_str()) => {
                to_stderr(&findings, &compiled.sources, io);
                return Err(failed(
                    &format!("the policy `{name}` does not fit `{}`", slo.id),
                    io,
                ));
            }
            None => {
                let help = match closest(name, names.iter().copied()) {
                    Some(meant) => format!("; `{meant}` is similar"),
                    None => format!("; there are `{}`", list(&names)),
                };
                return Err(failed(&format!("no policy is called `{name}`{help}"), io));
            }
        }
    }
    Ok(policies)
}

fn list(names: &std::collections::BTreeSet<&str>) -> String {
    let names: Vec<&str> = names.iter().copied().collect();
    names.join("`, `")
}

/// The same for SLOs for which everything comes out the same.
pub(super) fn key(slo: &Slo, alternatives: &[Alternative], volumes: &Volumes) -> String {
    let policies: Vec<String> = alternatives
        .iter()
        .map(|alternative| {
            let policy = &alternative.slo.policy;
            let tiers: Vec<_> = policy.tiers.iter().map(tier).collect();
            let guards = (policy.min_errors, policy.min_bad, policy.confidence);
            format!("{} {tiers:?} {guards:?}", policy.name)
        })
        .collect();
    let calendar = slo
        .calendar
        .as_ref()
        .map(|calendar| (&calendar.unit, &calendar.time_zone));
    format!(
        "{} {} {calendar:?} {:?} {:?} {volumes:?} {policies:?}",
        slo.objective.percent(),
        slo.period,
        slo.mode,
        slo.windows,
    )
}

/// What of a tier matters.
fn tier(tier: &crate::model::policy::Tier) -> impl std::fmt::Debug + use<> {
    let tier = crate::model::policy::Tier {
        place: None,
        ..tier.clone()
    };
    format!("{tier:?}")
}
