//! PagerDuty, Events API v2.
//!
//! Alertmanager makes the key of the incident from the route and its group, so an incident is an SLO, its group values and
//! a severity. It cuts the summary at 1,024 characters and fills in four details of its own unless they are set.

use crate::model::roster::Severity;
use crate::notify::{Urgency, words};
use crate::yaml::print::Output;

use super::{Fields, map, message};

pub(super) fn section(
    key: Output,
    url: Option<&str>,
    severity: &Severity,
) -> (&'static str, Fields) {
    let mut fields = vec![("routing_key_file", key)];
    fields.extend(url.map(|url| ("url", Output::text(url))));
    let link = |text: &str, definition| {
        map(&[("href", message(definition)), ("text", Output::text(text))])
    };
    fields.extend([
        ("client", Output::text("burnwatch")),
        ("client_url", message("burnwatch.link")),
        ("description", message("burnwatch.pagerduty.summary")),
        (
            "severity",
            Output::text(words::urgency(Urgency::of(severity))),
        ),
        ("source", message("burnwatch.service")),
        ("class", message("burnwatch.class")),
        ("component", message("burnwatch.component")),
        ("group", message("burnwatch.service")),
        (
            "links",
            Output::List(vec![
                link("Runbook", "burnwatch.runbook"),
                link("Dashboard", "burnwatch.dashboard"),
            ]),
        ),
        (
            "details",
            map(&[
                ("message", message("burnwatch.text")),
                ("firing", message("burnwatch.tiers")),
                ("num_firing", Output::text("{{ len .Alerts.Firing }}")),
                ("num_resolved", Output::text("{{ len .Alerts.Resolved }}")),
                // Said in the message; Alertmanager would list every label of every alert.
                ("resolved", Output::text("")),
            ]),
        ),
    ]);
    ("pagerduty_configs", fields)
}
