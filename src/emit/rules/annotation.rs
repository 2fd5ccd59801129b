//! What an alert says. Burn rate and budget are asked for when it fires, since the value of the condition is a count.
//!
//! Text of users is put beyond the reach of Prometheus' templates; what stands in braces here is ours.

use std::fmt::Write;

use crate::base::Duration;
use crate::model::policy::{NoData, Of};
use crate::plan::{Plan, PlannedTier, Settings, link, naming, no_data_tier};

/// Room for a description, in bytes; more is found when it is needed.
const DESCRIPTION_BYTES: usize = 1_024;

type Annotations = Vec<(&'static str, String)>;

/// The annotations of a burning budget.
pub(super) fn burn(plan: &Plan<'_>, planned: &PlannedTier<'_>, settings: &Settings) -> Annotations {
    let (slo, tier) = (plan.slo, planned.tier);
    let groups = group_values(plan);
    let mut text = String::with_capacity(DESCRIPTION_BYTES);
    let times = match tier.of {
        Of::Full => "",
        Of::Remaining => " times the budget left",
    };
    let naming = settings.naming;
    let matchers = matchers(plan);
    let burn_rate = format!("{}{}{matchers}", naming.burn_rate, tier.long);
    let left = format!("{}{}{matchers}", naming.budget_remaining, slo.period);
    query(&mut text, plan, &[&burn_rate]);
    let _ = write!(
        text,
        "Over {} the error budget burns {{{{ . | first | value | humanize }}}} times as fast as the objective allows (fires above {}{times}).{{{{ end }}}}",
        tier.long, tier.burn_rate,
    );
    query(&mut text, plan, &[&left, " > 0"]);
    let _ = write!(
        text,
        " {{{{ . | first | value | humanizePercentage }}}} of the {} budget is left.{{{{ end }}}}",
        slo.period,
    );
    query(&mut text, plan, &[&left, " <= 0"]);
    let _ = write!(text, " The {} budget is spent.{{{{ end }}}}", slo.period,);
    let period_s = Duration::as_secs(slo.period).to_string();
    query(
        &mut text,
        plan,
        &[
            "(", &left, " > 0) * ", &period_s, " / (", &burn_rate, " > 0)",
        ],
    );
    text.push_str(
        " At this pace it is spent in {{ . | first | value | humanizeDuration }}.{{ end }}",
    );
    // Behind the facts, for long texts are cut at their end.
    if let Some(description) = &slo.description {
        text.push(' ');
        text.push_str(&literal(description.trim()));
    }
    let mut annotations = vec![
        (
            "summary",
            format!(
                "{}{groups} burns its error budget too fast ({} tier)",
                slo.id, tier.name
            ),
        ),
        ("description", text),
    ];
    links(
        plan,
        tier.name.as_str(),
        tier.severity.as_str(),
        settings,
        &mut annotations,
    );
    annotations
}

/// The annotations of missing data.
pub(super) fn missing(plan: &Plan<'_>, no_data: &NoData, settings: &Settings) -> Annotations {
    let mut annotations = vec![
        ("summary", format!("{} has no data", plan.slo.id)),
        (
            "description",
            format!(
                "For {} there has been no series at all of what {} counts, so its budget cannot be seen. Without traffic \
                 there would be series that stand still.",
                no_data.after, plan.slo.id
            ),
        ),
    ];
    let tier = no_data_tier();
    links(
        plan,
        tier.as_str(),
        no_data.severity.as_str(),
        settings,
        &mut annotations,
    );
    annotations
}

fn links(
    plan: &Plan<'_>,
    tier: &str,
    severity: &str,
    settings: &Settings,
    annotations: &mut Annotations,
) {
    let runbook = link::runbook(plan.slo, settings, tier, severity);
    annotations.extend(runbook.map(|url| ("runbook_url", literal(&url))));
    let dashboard = link::dashboard(plan.slo, settings, tier, severity);
    annotations.extend(dashboard.map(|url| ("dashboard_url", url)));
}

/// ` (route={{ $labels.route }})` where the SLO is grouped.
fn group_values(plan: &Plan<'_>) -> String {
    let values: Vec<String> = plan
        .slo
        .group_by
        .iter()
        .map(|l| format!("{l}={{{{ $labels.{l} }}}}"))
        .collect();
    match values.is_empty() {
        true => String::new(),
        false => format!(" ({})", values.join(", ")),
    }
}

/// Matchers for this SLO and group, in braces; the value of a group label is the place of its number in `printf`.
fn matchers(plan: &Plan<'_>) -> String {
    let mut text = format!("{{{}='{}'", naming::SLO, plan.slo.id);
    for (at, label) in plan.slo.group_by.iter().enumerate() {
        let _ = write!(text, ",{label}=%[{}]q", 1 + at);
    }
    text.push('}');
    text
}

/// The head of a block that runs the expression made of `parts`, and is left out where there is no answer.
fn query(out: &mut String, plan: &Plan<'_>, parts: &[&str]) {
    let groups = &plan.slo.group_by;
    out.push_str(match groups.is_empty() {
        true => "{{ with query \"",
        false => "{{ with printf \"",
    });
    out.extend(parts.iter().copied());
    out.push('"');
    for label in groups {
        let _ = write!(out, " $labels.{label}");
    }
    out.push_str(match groups.is_empty() {
        true => " }}",
        false => " | query }}",
    });
}

/// Text that Prometheus' templates print as it stands.
pub(super) fn literal(text: &str) -> String {
    text.replace("{{", "{{ \"{{\" }}")
}
