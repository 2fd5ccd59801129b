//! What the workspace says: settings of rules, severities, teams, policies and templates.

use std::collections::BTreeMap;

use crate::base::{Duration, Name, Span, Spanned, UrlTemplate, UrlTemplateError};
use crate::diagnostics::code::{RT001, SP007, SP009};
use crate::diagnostics::{Finding, Findings};
use crate::model::run::Run;
use crate::spec::Record;
use crate::spec::check::{closest, similar};
use crate::yaml::Node;

use super::policy_source::PolicySource;

/// How often rules are evaluated, unless the workspace says otherwise.
pub const INTERVAL_DEFAULT: Duration = Duration::minutes(1);
/// The longest interval: tiles bridge gaps of half an hour, and instant queries look back five minutes.
pub const INTERVAL_MAX: Duration = Duration::minutes(5);
/// The shortest interval.
pub const INTERVAL_MIN: Duration = Duration::from_ms(1_000);
/// How often targets are scraped, unless the workspace says otherwise.
pub const SCRAPE_INTERVAL_DEFAULT: Duration = Duration::from_ms(15_000);
/// The places that the URL of a runbook or dashboard can have.
pub const URL_PLACES: &[&str] = &["service", "slo", "id", "tier", "owner", "severity"];

/// The settings that SLOs share.
#[derive(Debug)]
pub struct Workspace<'a> {
    /// How often rules are evaluated.
    pub interval: Duration,
    /// How often targets are scraped.
    pub scrape_interval: Duration,
    /// How a runbook of the workspace becomes a link.
    pub runbook_url: Option<UrlTemplate>,
    /// How an SLO becomes a link to its dashboard.
    pub dashboard_url: Option<UrlTemplate>,
    /// Severities, and whether they wake somebody.
    pub severities: BTreeMap<Name, Wakes>,
    /// Teams.
    pub teams: BTreeMap<Name, Span>,
    /// Who gives the second opinion on the PromQL of all SLOs.
    pub run: Run,
    pub(super) policies: BTreeMap<&'a str, PolicySource<'a>>,
    pub(super) sli_templates: BTreeMap<&'a str, &'a Node>,
}

/// Whether a severity wakes somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wakes {
    /// At any hour.
    Anytime,
    /// Not before office hours.
    Never,
}

impl Default for Workspace<'_> {
    fn default() -> Self {
        let name = |text: &str| text.parse().expect("a literal name is a name");
        Workspace {
            interval: INTERVAL_DEFAULT,
            scrape_interval: SCRAPE_INTERVAL_DEFAULT,
            runbook_url: None,
            dashboard_url: None,
            severities: BTreeMap::from([
                (name("page"), Wakes::Anytime),
                (name("ticket"), Wakes::Never),
            ]),
            teams: BTreeMap::new(),
            run: Run::default(),
            policies: BTreeMap::new(),
            sli_templates: BTreeMap::new(),
        }
    }
}

impl<'a> Workspace<'a> {
    /// Reads a workspace file that was checked against its shape.
    pub fn resolve(root: &'a Node, findings: &mut Findings) -> Workspace<'a> {
        let mut workspace = Workspace::default();
        let Some(file) = Record::of(root) else {
            return workspace;
        };
        if let Some(rules) = file.record("rules") {
            workspace.interval = interval(&rules, findings);
            if let Some(scrape) = rules.parse::<Duration>("scrape_interval") {
                workspace.scrape_interval = within(scrape, SCRAPE_INTERVAL_DEFAULT, findings);
            }
        }
        workspace.runbook_url = link(file.record("runbooks"), findings);
        workspace.dashboard_url = link(file.record("dashboards"), findings);
        if file.node("severities").is_some() {
            workspace.severities = severities(&file);
        }
        workspace.teams = file
            .map("teams")
            .into_iter()
            .filter_map(|(key, _)| Some((key.value.parse().ok()?, key.span)))
            .collect();
        check_receivers(&file, &workspace, findings);
        workspace.sli_templates = file
            .map("sli_templates")
            .into_iter()
            .map(|(k, node)| (k.value, node))
            .collect();
        for (key, node) in file.map("policies") {
            if let Some(record) = Record::of(node) {
                let source =
                    PolicySource::read(key.value, &record, &workspace.severities, findings);
                workspace.policies.insert(key.value, source);
            }
        }
        workspace
    }

    /// A severity that wakes nobody, `ticket` if there is one.
    pub fn quiet_severity(&self) -> Option<&Name> {
        let quiet =
            |(name, wakes): &(&Name, &Wakes)| **wakes == Wakes::Never && name.as_str() == "ticket";
        let ticket = self.severities.iter().find(quiet);
        ticket
            .or_else(|| {
                self.severities
                    .iter()
                    .find(|(_, wakes)| **wakes == Wakes::Never)
            })
            .map(|(name, _)| name)
    }
}

fn interval(rules: &Record<'_>, findings: &mut Findings) -> Duration {
    match rules.parse::<Duration>("interval") {
        None => INTERVAL_DEFAULT,
        Some(interval) => within(interval, INTERVAL_DEFAULT, findings),
    }
}

/// An interval between samples, of rules or of targets, that Prometheus can do something with; else `fallback`.
fn within(interval: Spanned<Duration>, fallback: Duration, findings: &mut Findings) -> Duration {
    if interval.value >= INTERVAL_MIN && interval.value <= INTERVAL_MAX {
        return interval.value;
    }
    let long = interval.value > INTERVAL_MAX;
    let title = format!(
        "an interval of {} is too {}",
        interval.value,
        if long { "long" } else { "short" }
    );
    let finding = Finding::new(SP007, interval.span, title)
        .label(format!("from {INTERVAL_MIN} to {INTERVAL_MAX}"));
    findings.push(match long {
        true => {
            finding.note("instant queries look back five minutes: in between, series would vanish")
        }
        false => finding,
    });
    fallback
}

fn link(record: Option<Record<'_>>, findings: &mut Findings) -> Option<UrlTemplate> {
    let record = record?;
    let scalar = record.scalar("url")?;
    let (range, fault) = match UrlTemplate::parse(&scalar.text, URL_PLACES) {
        Ok(template) => return Some(template),
        Err(UrlTemplateError::UnknownPlace(name, at)) => (
            at..at + name.len() + 4,
            format!("a URL has no place `{name}`"),
        ),
        Err(UrlTemplateError::Unclosed(at)) => {
            (at..scalar.text.len(), "`{{` is not closed".to_string())
        }
        // The check of shapes has said so.
        Err(
            UrlTemplateError::Scheme | UrlTemplateError::TooLong | UrlTemplateError::Character(_),
        ) => return None,
    };
    findings.push(
        Finding::new(SP007, scalar.span_of(range), fault).label(format!(
            "places are {}",
            crate::spec::scalar::list(URL_PLACES).replace(" or ", " and ")
        )),
    );
    None
}

fn severities(file: &Record<'_>) -> BTreeMap<Name, Wakes> {
    file.map("severities")
        .into_iter()
        .filter_map(|(key, node)| {
            let wakes =
                Record::of(node).and_then(|r| r.text("wakes").map(|text| text.value == "true"));
            let wakes = if wakes == Some(true) {
                Wakes::Anytime
            } else {
                Wakes::Never
            };
            Some((key.value.parse().ok()?, wakes))
        })
        .collect()
}

/// Names of receivers and severities in teams must exist.
fn check_receivers(file: &Record<'_>, workspace: &Workspace<'_>, findings: &mut Findings) {
    let receivers: Vec<&str> = file
        .map("receivers")
        .into_iter()
        .map(|(key, _)| key.value)
        .collect();
    let mut check = |nodes: &[Node]| {
        for scalar in nodes.iter().filter_map(crate::spec::record::scalar) {
            if !receivers.contains(&&*scalar.text) {
                let finding = Finding::new(
                    RT001,
                    scalar.span,
                    format!("no receiver is called `{}`", scalar.text),
                )
                .label("not in `receivers`");
                findings.push(match closest(&scalar.text, receivers.iter().copied()) {
                    Some(meant) => similar(finding, scalar.span, meant),
                    None => finding,
                });
            }
        }
    };
    let mut unknown = Vec::new();
    for team in file
        .map("teams")
        .into_iter()
        .filter_map(|(_, node)| Record::of(node))
    {
        for (severity, _) in team.map("notify") {
            if !workspace.severities.contains_key(severity.value) {
                unknown.push(severity);
            }
        }
        if let Some(notify) = team.record("notify") {
            for (severity, _) in team.map("notify") {
                check(notify.list(severity.value));
            }
        }
        check(team.list("fallback"));
        for step in team.list("escalate").iter().filter_map(Record::of) {
            check(step.list("notify"));
        }
    }
    for severity in unknown {
        findings.push(unknown_severity(severity, &workspace.severities));
    }
    if let Some(receiver) = file
        .record("alertmanager")
        .and_then(|a| a.text("default_receiver"))
        && !receivers.contains(&receiver.value)
    {
        findings.push(
            Finding::new(
                RT001,
                receiver.span,
                format!("no receiver is called `{}`", receiver.value),
            )
            .label("not in `receivers`"),
        );
    }
}

/// A severity that is not defined.
pub(super) fn unknown_severity(name: Spanned<&str>, severities: &BTreeMap<Name, Wakes>) -> Finding {
    let known: Vec<&str> = severities.keys().map(Name::as_str).collect();
    let finding = Finding::new(
        crate::diagnostics::code::AL007,
        name.span,
        format!("no severity is called `{}`", name.value),
    )
    .label(format!("severities are {}", known.join(", ")));
    match closest(name.value, known.iter().copied()) {
        Some(meant) => similar(finding, name.span, meant),
        None => finding,
    }
}

/// A team that does not exist.
pub(super) fn unknown_team(name: Spanned<&str>, teams: &BTreeMap<Name, Span>) -> Finding {
    let finding = Finding::new(
        SP009,
        name.span,
        format!("no team is called `{}`", name.value),
    )
    .label("not in `teams` of the workspace");
    match closest(name.value, teams.keys().map(Name::as_str)) {
        Some(meant) => similar(finding, name.span, meant),
        None => finding.help(format!(
            "add it to `burnwatch.yaml`: `teams: {{{}: {{}}}}`",
            name.value
        )),
    }
}
