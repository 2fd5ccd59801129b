//! Every name that burnwatch writes into a monitoring system, as data.
//!
//! A naming scheme is a value: a second one is another value of this type, and nothing else.

use super::Name;

/// Names of recorded series, alerts and labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Naming {
    /// What the user calls the scheme.
    pub name: &'static str,
    /// All events of a window; the window follows.
    pub events: &'static str,
    /// The errors among them; the window follows.
    pub errors: &'static str,
    /// Error ratio over budget; the window follows.
    pub burn_rate: &'static str,
    /// The share of the budget that is left; the period follows.
    pub budget_remaining: &'static str,
    /// Whether the current slice is bad (1) or good (0).
    pub slice: &'static str,
    /// The objective as a share.
    pub objective: &'static str,
    /// What else is known of an SLO, as labels.
    pub facts: &'static str,
    /// The alert of a burning budget.
    pub alert: &'static str,
    /// The alert of missing data.
    pub no_data_alert: &'static str,
}

/// The label of recorded series and alerts that names the SLO.
pub const SLO: &str = "slo";
/// The label with the service alone.
pub const SERVICE: &str = "slo_service";
/// The label with the SLO's name alone.
pub const NAME: &str = "slo_name";
/// The label with the tier that fired.
pub const TIER: &str = "slo_tier";
/// The label with the severity.
pub const SEVERITY: &str = "severity";
/// The label with the priority of the severity, where it has one.
pub const PRIORITY: &str = "slo_priority";
/// The label with the response time of the severity, where it has one.
pub const RESPONSE: &str = "slo_response";
/// The label with the team.
pub const OWNER: &str = "owner";
/// The label with the long window.
pub const LONG: &str = "long_window";
/// The label with the short window.
pub const SHORT: &str = "short_window";

/// Whether users may not give a label this name.
pub fn is_reserved(label: &str) -> bool {
    label.starts_with("slo")
        || label.starts_with("__")
        || [
            SEVERITY,
            OWNER,
            LONG,
            SHORT,
            "alertname",
            "alertstate",
            "policy",
            "period",
        ]
        .contains(&label)
}

/// The built-in scheme.
pub const BURNWATCH: Naming = Naming {
    name: "burnwatch",
    events: "slo:events:increase",
    errors: "slo:errors:increase",
    burn_rate: "slo:burn_rate:ratio",
    budget_remaining: "slo:error_budget_remaining:ratio",
    slice: "slo:slice:bad",
    objective: "slo:objective:ratio",
    facts: "slo:info",
    alert: "SLOErrorBudgetBurn",
    no_data_alert: "SLONoData",
};

/// What the object of `service` is called: Kubernetes' names have no capitals and no `_`.
pub fn object_name(service: &Name) -> String {
    format!(
        "slo-{}",
        service.as_str().to_ascii_lowercase().replace('_', "-")
    )
}
