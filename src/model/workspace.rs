//! What the workspace says: settings of rules, severities, teams, policies and templates.

use std::collections::BTreeMap;

use crate::base::{Duration, Name, Span, Spanned, UrlTemplate, UrlTemplateError};
use crate::diagnostics::code::{AL007, RT001, SP007, SP009};
use crate::diagnostics::{Finding, Findings};
use crate::model::run::Run;
use crate::spec::Record;
use crate::spec::check::{closest, similar};
use crate::yaml::Node;

use super::daemon::Daemon;
use super::policy_source::PolicySource;
use super::prometheus_server::PrometheusServer;
use super::roster::{Roster, Severity};
use super::section::Sections;

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
    /// Who is reached, how and when.
    pub roster: Roster,
    /// How the daemon runs.
    pub daemon: Daemon,
    /// The server that the daemon asks.
    pub prometheus: Option<PrometheusServer>,
    /// What is known of the sections that define names.
    pub(super) sections: Sections,
    /// The names of teams, those that cannot be read too.
    pub teams: BTreeMap<Name, Span>,
    /// Who gives the second opinion on the PromQL of all SLOs.
    pub run: Run,
    pub(super) policies: BTreeMap<&'a str, PolicySource<'a>>,
    pub(super) sli_templates: BTreeMap<&'a str, &'a Node>,
}

impl Default for Workspace<'_> {
    fn default() -> Self {
        Workspace {
            interval: INTERVAL_DEFAULT,
            scrape_interval: SCRAPE_INTERVAL_DEFAULT,
            runbook_url: None,
            dashboard_url: None,
            roster: Roster::default(),
            daemon: Daemon::default(),
            prometheus: None,
            sections: Sections::ABSENT,
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
        workspace.sections = Sections::of(&file);
        workspace.runbook_url = link(file.record("runbooks"), findings);
        workspace.dashboard_url = link(file.record("dashboards"), findings);
        workspace.roster = Roster::of(&file, findings);
        workspace.teams = places(&file, "teams");
        if let Some(daemon) = file.record("daemon") {
            workspace.daemon = Daemon::of(&daemon, workspace.said_interval(&file), findings);
        }
        workspace.prometheus = file
            .record("prometheus")
            .and_then(|record| PrometheusServer::of(&record, findings));
        check_names(&file, &workspace, findings);
        workspace.sli_templates = file
            .map("sli_templates")
            .into_iter()
            .map(|(k, node)| (k.value, node))
            .collect();
        for (key, node) in file.map("policies") {
            if let Some(record) = Record::of(node) {
                let source = PolicySource::read(key.value, &record, &workspace, findings);
                workspace.policies.insert(key.value, source);
            } else {
                // It has its finding; without tiers nobody makes anything of it.
                workspace
                    .policies
                    .insert(key.value, PolicySource::default());
            }
        }
        workspace
    }
}

impl Workspace<'_> {
    /// How often SLOs are evaluated, unless what the file says of it is wrong.
    fn said_interval(&self, file: &Record<'_>) -> Option<Duration> {
        let rules = file.record("rules");
        let said = rules.as_ref().and_then(|rules| rules.node("interval"));
        let parsed = rules.and_then(|rules| rules.parse::<Duration>("interval"));
        match (said, parsed) {
            (None, _) => Some(self.interval),
            (Some(_), parsed) => parsed
                .map(|parsed| parsed.value)
                .filter(|parsed| *parsed == self.interval),
        }
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
            crate::spec::scalar::list_all(URL_PLACES)
        )),
    );
    None
}

/// The names of a section, and where they are defined.
fn places(file: &Record<'_>, section: &str) -> BTreeMap<Name, Span> {
    file.map(section)
        .into_iter()
        .filter_map(|(key, _)| Some((key.value.parse().ok()?, key.span)))
        .collect()
}

/// Names that teams, maintenance and Alertmanager use must exist.
fn check_names(file: &Record<'_>, workspace: &Workspace<'_>, findings: &mut Findings) {
    let receivers: Vec<&str> = file
        .map("receivers")
        .into_iter()
        .map(|(key, _)| key.value)
        .collect();
    let section = &workspace.sections.receivers;
    let missing = |used: &Spanned<Name>| match receivers.contains(&used.value.as_str()) {
        true => None,
        false => section.missing(
            RT001,
            Spanned::new(used.value.as_str(), used.span),
            receivers.iter().copied(),
        ),
    };
    let roster = &workspace.roster;
    for team in roster.teams.values() {
        findings.extend(team.receivers().filter_map(missing));
    }
    for team in file
        .map("teams")
        .into_iter()
        .filter_map(|(_, node)| Record::of(node))
    {
        for (severity, _) in team.map("notify") {
            if !severity
                .value
                .parse()
                .is_ok_and(|name: Name| roster.severities.contains_key(&name))
            {
                findings.extend(unknown_severity(severity, workspace));
            }
        }
    }
    for maintenance in roster.maintenance.values() {
        for team in &maintenance.teams {
            if !workspace.teams.contains_key(&team.value) {
                findings.extend(unknown_team(
                    Spanned::new(team.value.as_str(), team.span),
                    workspace,
                ));
            }
        }
        for severity in &maintenance.severities {
            if !roster.severities.contains_key(&severity.value) {
                let name = Spanned::new(severity.value.as_str(), severity.span);
                findings.extend(unknown_severity(name, workspace));
            }
        }
    }
    let alertmanager = roster.alertmanager.as_ref();
    let by_default = alertmanager.and_then(|a| a.default_receiver.as_ref());
    let heartbeat = workspace.daemon.heartbeat.as_ref();
    let canary = heartbeat.and_then(|heartbeat| heartbeat.canary.as_ref());
    findings.extend(by_default.into_iter().chain(canary).filter_map(missing));
    if let Some(owner) = &workspace.daemon.owner
        && !workspace.teams.contains_key(&owner.value)
    {
        let name = Spanned::new(owner.value.as_str(), owner.span);
        findings.extend(unknown_team(name, workspace));
    }
}

/// A severity that is not defined.
pub(super) fn unknown_severity(name: Spanned<&str>, workspace: &Workspace<'_>) -> Option<Finding> {
    let known: Vec<&str> = workspace
        .roster
        .severities
        .keys()
        .map(Name::as_str)
        .collect();
    let section = &workspace.sections.severities;
    let finding = section.missing(AL007, name, known.iter().copied())?;
    Some(finding.label(format!("severities are {}", known.join(", "))))
}

/// A severity that the built-in policy needs and the workspace does not define.
pub(super) fn lacking_severity<'a>(needed: &Name, workspace: &'a Workspace<'_>) -> Option<Finding> {
    let section = &workspace.sections.severities;
    let written = |(name, severity): (&'a Name, &Severity)| Some((name.as_str(), severity.span?));
    let known: Vec<(&str, Span)> = workspace
        .roster
        .severities
        .iter()
        .filter_map(written)
        .collect();
    let meant = closest(needed.as_str(), known.iter().map(|(name, _)| *name));
    let place = known
        .iter()
        .find(|(name, _)| Some(*name) == meant)
        .map(|(_, span)| *span);
    let span = place.or(section.start())?;
    let used = Spanned::new(needed.as_str(), span);
    let finding = section
        .missing(AL007, used, std::iter::empty())?
        .label("the built-in policy needs the severities `page` and `ticket`");
    Some(match place {
        Some(span) => similar(finding, span, needed.as_str()),
        None => finding.help("define it here, or name a policy of your own"),
    })
}

/// A team that does not exist.
pub(super) fn unknown_team(name: Spanned<&str>, workspace: &Workspace<'_>) -> Option<Finding> {
    let known = workspace.teams.keys().map(Name::as_str);
    let add = format!(
        "add it to `burnwatch.yaml`: `teams: {{{}: {{}}}}`",
        name.value
    );
    let finding = workspace.sections.teams.missing(SP009, name, known)?;
    Some(match finding.patch {
        Some(_) => finding,
        None => finding.help(add),
    })
}
