//! What an alert says. Burn rate and budget are asked for when it fires, since the value of the condition is a count.
//!
//! Text of users is put beyond the reach of Prometheus' templates; what stands in braces here is ours.

use std::fmt::Write;

use crate::base::Duration;
use crate::model::policy::{NoData, Of};
use crate::model::slo::Runbook;
use crate::plan::naming;
use crate::plan::{Plan, PlannedTier, Settings, no_data_tier};

type Annotations = Vec<(&'static str, String)>;

/// The annotations of a burning budget.
pub(super) fn burn(plan: &Plan<'_>, planned: &PlannedTier<'_>, settings: &Settings) -> Annotations {
    let (slo, tier) = (plan.slo, planned.tier);
    let groups = group_values(plan);
    let mut description = String::new();
    if let Some(text) = &slo.description {
        let text = literal(text);
        let stop = match text.ends_with(char::is_alphanumeric) {
            true => ".",
            false => "",
        };
        let _ = write!(description, "{text}{stop} ");
    }
    let above = match tier.of {
        Of::Full => format!("fires above {}", tier.burn_rate),
        Of::Remaining => format!("fires above {} times the budget left", tier.burn_rate),
    };
    let naming = settings.naming;
    let burn_rate = format!("{}{}", naming.burn_rate, tier.long);
    let left = format!("{}{}", naming.budget_remaining, slo.period);
    let _ = write!(
        description,
        "{}Over {} the error budget burns {{{{ . | first | value | humanize }}}} times as fast as the objective allows ({above}). {{{{ end }}}}",
        query(plan, &[&burn_rate], |s| s[0].to_string()),
        tier.long,
    );
    let _ = write!(
        description,
        "{}{{{{ . | first | value | humanizePercentage }}}} of the {} budget is left.{{{{ end }}}}",
        query(plan, &[&left], |s| format!("{} > 0", s[0])),
        slo.period,
    );
    let _ = write!(
        description,
        "{}The {} budget is spent.{{{{ end }}}}",
        query(plan, &[&left], |s| format!("{} <= 0", s[0])),
        slo.period,
    );
    let period_s = Duration::as_secs(slo.period);
    let _ = write!(
        description,
        "{} At this pace it is spent in {{{{ . | first | value | humanizeDuration }}}}.{{{{ end }}}}",
        query(plan, &[&left, &burn_rate], |s| {
            format!("({} > 0) * {period_s} / ({} > 0)", s[0], s[1])
        }),
    );
    let mut annotations = vec![
        (
            "summary",
            format!(
                "{}{groups} burns its error budget too fast ({} tier)",
                slo.id, tier.name
            ),
        ),
        ("description", description),
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
    let slo = plan.slo;
    let id = slo.id.to_string();
    let value = |place: &str| match place {
        "service" => slo.id.service.as_str(),
        "slo" => slo.id.name.as_str(),
        "id" => id.as_str(),
        "tier" => tier,
        "severity" => severity,
        "owner" => slo.owner.as_ref().map_or("", |o| o.as_str()),
        other => unreachable!("`{other}` is no place of a URL"),
    };
    let runbook = match (&slo.runbook, &settings.runbook_url) {
        (Some(Runbook::Url(url)), _) => Some(literal(url)),
        (Some(Runbook::File(_)), Some(template)) => Some(template.fill(value)),
        (Some(Runbook::File(_)), None) | (None, _) => None,
    };
    annotations.extend(runbook.map(|url| ("runbook_url", url)));
    let dashboard = settings
        .dashboard_url
        .as_ref()
        .map(|template| template.fill(value));
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

/// The head of a block that runs `expression` over series of this SLO and group, and is left out where there is no answer.
fn query(plan: &Plan<'_>, names: &[&str], expression: impl Fn(&[String]) -> String) -> String {
    let groups = &plan.slo.group_by;
    let mut matchers = format!("{}='{}'", naming::SLO, plan.slo.id);
    for label in groups {
        let _ = write!(
            matchers,
            ",{label}=%[{}]q",
            1 + groups.iter().position(|l| l == label).unwrap_or(0)
        );
    }
    let series: Vec<String> = names
        .iter()
        .map(|name| format!("{name}{{{matchers}}}"))
        .collect();
    let text = expression(&series);
    match groups.is_empty() {
        true => format!("{{{{ with query \"{text}\" }}}}"),
        false => {
            let values: Vec<String> = groups.iter().map(|l| format!("$labels.{l}")).collect();
            format!(
                "{{{{ with printf \"{text}\" {} | query }}}}",
                values.join(" ")
            )
        }
    }
}

/// Text that Prometheus' templates print as it stands.
fn literal(text: &str) -> String {
    text.trim().replace("{{", "{{ \"{{\" }}")
}
