//! The alerting of an SLO: its policy, applied to its period, with its mode.

use std::collections::BTreeSet;

use crate::base::{Duration, Name, Span};
use crate::diagnostics::code::{AL005, AL010, SP008, SP009};
use crate::diagnostics::{Finding, Findings};
use crate::spec::Record;

use super::policy::{Mode, Policy, Tier, WINDOW_GRAIN};
use super::policy_source::{self, PolicySource, TierSource};
use super::slo::Slo;
use super::workspace::{Workspace, lacking_severity};

/// The policy and mode of the SLO in `record`.
pub(super) fn resolve(
    record: &Record<'_>,
    period: Duration,
    workspace: &Workspace<'_>,
    findings: &mut Findings,
) -> Option<(Policy, Mode)> {
    let alerting = record.record("alerting");
    let own = match &alerting {
        Some(alerting) => PolicySource::read("inline", alerting, workspace, findings),
        None => PolicySource::default(),
    };
    let named = named(alerting.as_ref(), workspace, findings);
    let mode = match alerting
        .as_ref()
        .and_then(|a| a.text("mode"))
        .map(|text| text.value)
    {
        Some("ticket-only") => Mode::TicketOnly,
        Some("observe") => Mode::Observe,
        Some(_) | None => Mode::Alert,
    };
    let inline = alerting.as_ref().is_some_and(|a| a.node("tiers").is_some());
    if let (Some(alerting), true) = (&alerting, inline)
        && let (Some(policy), Some(tiers)) =
            (alerting.key_span("policy"), alerting.key_span("tiers"))
    {
        findings.push(
            Finding::new(SP008, policy, "`policy` and `tiers` exclude each other")
                .label("tiers of the SLO's own take the place of a policy")
                .also(tiers, "the other one"),
        );
    }
    let named = named?;
    let source = if inline { &own } else { &named };
    let applied = Applied {
        period,
        mode,
        workspace,
        at: record.key_span("period").or(record.key_span("name")),
    };
    let mut policy = applied.policy(source, (&own, &named), findings)?;
    if inline {
        policy.name = "inline".to_string();
    }
    Some((policy, mode))
}

/// The policy that is called `name` as it would apply to `slo`, with the guards of the policy; nothing where there is none or
/// it does not fit, which has its finding.
pub fn policy_named(
    name: &str,
    slo: &Slo,
    workspace: &Workspace<'_>,
    findings: &mut Findings,
) -> Option<Policy> {
    let built_in = || (name == policy_source::DEFAULT).then(PolicySource::google_sre);
    let source = workspace.policies.get(name).cloned().or_else(built_in)?;
    let applied = Applied {
        period: slo.period,
        mode: slo.mode,
        workspace,
        at: Some(slo.places.period.unwrap_or(slo.places.name)),
    };
    applied.policy(&source, (&PolicySource::default(), &source), findings)
}

/// The names of all policies that an SLO of `workspace` can have.
pub fn policy_names<'a>(workspace: &Workspace<'a>) -> BTreeSet<&'a str> {
    let own = workspace.policies.keys().copied();
    own.chain([policy_source::DEFAULT]).collect()
}

/// What a policy is applied to.
struct Applied<'a> {
    period: Duration,
    mode: Mode,
    workspace: &'a Workspace<'a>,
    at: Option<Span>,
}

impl Applied<'_> {
    /// The tiers of `source` with the guards of the first of the two that has them.
    fn policy(
        &self,
        source: &PolicySource<'_>,
        (own, named): (&PolicySource<'_>, &PolicySource<'_>),
        findings: &mut Findings,
    ) -> Option<Policy> {
        let (mode, workspace) = (self.mode, self.workspace);
        let tiers: Option<Vec<Tier>> = source
            .tiers
            .as_ref()?
            .iter()
            .map(|source| tier(source, self.period, mode, workspace, self.at, findings))
            .collect();
        let no_data = own.no_data.clone().or_else(|| named.no_data.clone());
        Some(Policy {
            name: named.name.to_string(),
            tiers: tiers?,
            extent: source.extent,
            min_errors: own.min_errors(named),
            min_bad: own.min_bad(named),
            confidence: own.confidence.or(named.confidence),
            no_data: no_data.map(|mut no_data| {
                no_data.severity = severity(&no_data.severity, mode, workspace);
                no_data
            }),
        })
    }
}

/// Samples that a window must hold at least.
const SAMPLES_MIN: u64 = 2;

/// Whether a window can be put together from recorded ones.
pub(super) fn is_recorded_whole(window: Duration) -> bool {
    window <= Duration::hours(1) || window.as_ms().is_multiple_of(WINDOW_GRAIN.as_ms())
}

/// A window that cannot.
pub(super) fn uneven(window: Duration, span: crate::base::Span) -> Finding {
    Finding::new(
        AL010,
        span,
        format!("a window of {window} cannot be put together from recorded ones"),
    )
    .label(format!(
        "beyond 1h, windows and periods are whole multiples of {WINDOW_GRAIN}"
    ))
}

fn named<'a>(
    alerting: Option<&Record<'_>>,
    workspace: &Workspace<'a>,
    findings: &mut Findings,
) -> Option<PolicySource<'a>> {
    if alerting.is_some_and(|alerting| alerting.is_unreadable("policy")) {
        return None;
    }
    let Some(name) = alerting.and_then(|a| a.text("policy")) else {
        return Some(
            workspace
                .policies
                .get(policy_source::DEFAULT)
                .cloned()
                .unwrap_or_else(PolicySource::google_sre),
        );
    };
    if let Some(policy) = workspace.policies.get(name.value) {
        return Some(policy.clone());
    }
    if name.value == policy_source::DEFAULT {
        return Some(PolicySource::google_sre());
    }
    let known = workspace
        .policies
        .keys()
        .copied()
        .chain([policy_source::DEFAULT]);
    findings.extend(workspace.sections.policies.missing(SP009, name, known));
    None
}

fn tier(
    source: &TierSource,
    period: Duration,
    mode: Mode,
    workspace: &Workspace<'_>,
    at: Option<crate::base::Span>,
    findings: &mut Findings,
) -> Option<Tier> {
    if source.long > period {
        if let Some(span) = at {
            let title = format!(
                "tier `{}` looks back further than the period of {period}",
                source.name
            );
            let mut finding = Finding::new(AL005, span, title)
                .label(format!("its long window is {}", source.long));
            if let Some(place) = source.place {
                finding = finding.also(place.long, "the long window");
            }
            findings
                .push(finding.help("lengthen the period, or choose a policy with shorter windows"));
        }
        return None;
    }
    let shortest = Duration::from_ms(workspace.scrape_interval.as_ms() * SAMPLES_MIN);
    let place = source.place.map(|place| place.long).or(at);
    if let (Some(span), true) = (place, source.short < shortest) {
        let title = format!("the short window of {} holds too few samples", source.short);
        findings.push(
            Finding::new(AL010, span, title)
                .label(format!(
                    "targets are scraped every {}, so it needs at least {shortest}",
                    workspace.scrape_interval
                ))
                .note("`increase` of a single sample is nothing: the tier would never fire"),
        );
        return None;
    }
    for window in [source.long, source.short] {
        if let (Some(span), true) = (place, !is_recorded_whole(window)) {
            findings.push(uneven(window, span));
            return None;
        }
    }
    if !workspace.roster.severities.contains_key(&source.severity) {
        findings.extend(lacking_severity(&source.severity, workspace));
        return None;
    }
    Some(Tier {
        name: source.name.clone(),
        severity: severity(&source.severity, mode, workspace),
        pace: source.pace,
        of: source.of,
        burn_rate: source.pace.burn_rate(period, source.long),
        long: source.long,
        short: source.short,
        hold: source.hold,
        keep_firing_for: source.keep_firing_for,
        place: source.place,
    })
}

/// A severity that wakes becomes one that does not, where nobody may be woken.
fn severity(severity: &Name, mode: Mode, workspace: &Workspace<'_>) -> Name {
    let wakes = workspace.roster.wakes(severity);
    match (mode, workspace.roster.quiet_severity()) {
        (Mode::TicketOnly, Some(quiet)) if wakes => quiet.clone(),
        _ => severity.clone(),
    }
}
