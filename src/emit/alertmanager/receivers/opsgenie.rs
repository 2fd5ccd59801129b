//! Opsgenie, or what took its place.
//!
//! Alertmanager makes the alias of the alert from the route and its group. It sends all common labels as details by itself,
//! and cuts the message at 130 characters.

use crate::model::roster::{Priority, Severity, Wakes};
use crate::yaml::print::Output;

use super::{Fields, map, message};

pub(super) fn section(
    key: Output,
    url: Option<&str>,
    severity: &Severity,
) -> (&'static str, Fields) {
    let mut fields = vec![("api_key_file", key)];
    fields.extend(url.map(|url| ("api_url", Output::text(url))));
    fields.extend([
        ("message", message("burnwatch.opsgenie.message")),
        ("description", message("burnwatch.text")),
        ("source", Output::text("burnwatch")),
        ("entity", message("burnwatch.service")),
        ("tags", message("burnwatch.opsgenie.tags")),
        ("priority", Output::text(priority(severity))),
        (
            "details",
            map(&[
                ("runbook", message("burnwatch.runbook")),
                ("dashboard", message("burnwatch.dashboard")),
            ]),
        ),
        // Each message would be three requests instead of one, and a page that was accepted would fail and be sent again
        // where the key may create alerts and not change them.
        ("update_alerts", Output::plain(false)),
    ]);
    ("opsgenie_configs", fields)
}

/// Opsgenie knows P1 to P5. A priority that was given decides; without one, who is woken.
fn priority(severity: &Severity) -> &'static str {
    match (severity.priority, severity.wakes) {
        (Some(Priority::P0), _) | (None, Wakes::Anytime) => "P1",
        (Some(Priority::P1), _) => "P2",
        (Some(Priority::P2), _) => "P3",
        (Some(Priority::P3), _) | (None, Wakes::Never) => "P4",
    }
}
