//! The files of one service, in the formats that were asked for.

use std::collections::BTreeSet;
use std::ops::Add;

use super::promtool::{Scripts, tests_file};
use super::rules::{Group, group};
use super::{Artifact, Format, operator, prometheus};
use crate::base::Name;
use crate::model::Slo;
use crate::model::slo::WindowMode;
use crate::plan::{Plan, Settings, plan};

/// What rules are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Rule files.
    Prometheus,
    /// Objects for the Prometheus operator.
    Operator,
}

/// What is asked for.
pub struct Request<'a> {
    /// How rules are made.
    pub settings: &'a Settings,
    /// Which outputs.
    pub formats: &'a [Format],
    /// How windows are computed.
    pub mode: WindowMode,
    /// What the rules are for.
    pub target: Target,
    /// Scripts of unit tests that were made already.
    pub scripts: &'a Scripts,
}

/// How much was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rules, alerts among them.
    pub rules: usize,
    /// Alerts.
    pub alerts: usize,
    /// Unit tests, one for each SLO that has one.
    pub tests: usize,
}

impl Add for Counts {
    type Output = Counts;

    fn add(self, other: Counts) -> Counts {
        Counts {
            rules: self.rules + other.rules,
            alerts: self.alerts + other.alerts,
            tests: self.tests + other.tests,
        }
    }
}

/// The files of `service`.
pub fn artifacts(
    service: &Name,
    slos: &[Slo],
    sources: &BTreeSet<String>,
    request: &Request<'_>,
) -> (Vec<Artifact>, Counts) {
    let plans: Vec<Plan<'_>> = slos.iter().map(|slo| plan(slo, request.mode)).collect();
    let groups: Vec<Group> = plans
        .iter()
        .map(|plan| group(plan, request.settings))
        .collect();
    let mut counts = Counts {
        rules: groups.iter().map(|group| group.rules.len()).sum(),
        alerts: groups.iter().map(Group::alerts).sum(),
        tests: 0,
    };
    let mut artifacts = Vec::new();
    if request.formats.contains(&Format::Rules) {
        let text = match request.target {
            Target::Prometheus => prometheus::rules_file(&groups),
            Target::Operator => operator::prometheus_rule(service, &groups),
        };
        artifacts.push(Artifact {
            path: format!("prometheus/{service}.rules.yaml"),
            format: Format::Rules,
            text,
            sources: sources.clone(),
        });
    }
    // promtool reads rule files, not objects of the operator.
    let tested = request.formats.contains(&Format::Tests) && request.target == Target::Prometheus;
    let made = tested.then(|| tests_file(service, &plans, request.settings, request.scripts));
    if let Some((text, tests)) = made.flatten() {
        counts.tests = tests;
        artifacts.push(Artifact {
            path: format!("prometheus/{service}.test.yaml"),
            format: Format::Tests,
            text,
            sources: sources.clone(),
        });
    }
    (artifacts, counts)
}

/// One rule file with the groups of all `slos`.
pub fn rules_of<'a>(
    slos: impl Iterator<Item = &'a Slo>,
    settings: &Settings,
    mode: WindowMode,
) -> String {
    let groups: Vec<Group> = slos.map(|slo| group(&plan(slo, mode), settings)).collect();
    prometheus::rules_file(&groups)
}
