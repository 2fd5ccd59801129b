//! Each kind of message as it arrives, in `docs/messages.md`. `UPDATE=1` writes it anew.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::amtool::{golden, render};

const HEAD: &str = include_str!("messages_head.md");

/// An alert of `checkout/availability`.
pub fn alert(tier: &str, windows: Option<(&str, &str)>, description: &str) -> Value {
    let mut alert = json!({
        "status": "firing",
        "labels": {"alertname": "SLOErrorBudgetBurn", "slo_tier": tier},
        "annotations": {
            "summary": format!("checkout/availability burns its error budget too fast ({tier} tier)"),
            "description": description,
            "runbook_url": format!("https://runbooks.example.com/checkout/availability.html#{tier}"),
            "dashboard_url": "https://grafana.example.com/d/slo?var-slo=checkout%2Favailability",
        },
        "startsAt": "2026-12-01T03:12:44.123Z",
        "endsAt": "0001-01-01T00:00:00Z",
    });
    if let Some((long, short)) = windows {
        alert["labels"]["long_window"] = long.into();
        alert["labels"]["short_window"] = short.into();
    }
    alert
}

/// The data of a message about these alerts: what Alertmanager makes of them, with `common` among the labels of each.
pub fn data(group: Value, common: Value, mut alerts: Vec<Value>) -> Value {
    for alert in &mut alerts {
        let labels = alert["labels"].as_object_mut().unwrap();
        for (name, value) in common.as_object().unwrap() {
            labels.entry(name).or_insert(value.clone());
        }
    }
    let shared = |field: &str| -> Value {
        let first = alerts[0][field].as_object().unwrap().iter();
        let same =
            first.filter(|(name, value)| alerts.iter().all(|a| a[field].get(*name) == Some(value)));
        same.map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    };
    let firing = alerts.iter().any(|alert| alert["status"] == "firing");
    json!({
        "receiver": "burnwatch/payments/page",
        "status": if firing { "firing" } else { "resolved" },
        "groupLabels": group,
        "commonLabels": shared("labels"),
        "commonAnnotations": shared("annotations"),
        "externalURL": "https://alertmanager.example.com",
        "alerts": alerts,
    })
}

fn common(severity: &str) -> Value {
    json!({
        "alertname": "SLOErrorBudgetBurn",
        "slo": "checkout/availability",
        "slo_service": "checkout",
        "slo_name": "availability",
        "severity": severity,
        "owner": "payments",
    })
}

const FAST: &str = "Over 1h the error budget burns 21.37 times as fast as the objective allows (fires above 14.4). 62.1% of the 30d budget is left. At this pace it is spent in 20h 55m 33s.";
const SLOW: &str = "Over 6h the error budget burns 8.204 times as fast as the objective allows (fires above 6). 62.1% of the 30d budget is left. At this pace it is spent in 2d 6h 30m 2s.";
const DRIP: &str = "Over 3d the error budget burns 1.45 times as fast as the objective allows (fires above 1). The 30d budget is spent.";
const NO_DATA: &str = "For 30m there has been no series at all of what checkout/availability counts, so its budget cannot be seen. Without traffic there would be series that stand still.";

fn cases() -> Vec<(&'static str, Value)> {
    let slo = json!({"slo": "checkout/availability"});
    let fast = || alert("page-1h", Some(("1h", "5m")), FAST);
    let slow = || alert("page-6h", Some(("6h", "30m")), SLOW);
    let mut resolved = fast();
    resolved["status"] = "resolved".into();
    resolved["endsAt"] = "2026-12-01T04:40:02.123Z".into();
    let mut urgent = common("page");
    urgent["slo_priority"] = "P1".into();
    urgent["slo_response"] = "15m".into();
    let mut grouped = common("page");
    grouped["route"] = "/cart".into();
    let group = json!({"slo": "checkout/availability", "route": "/cart"});
    let mut cart = fast();
    cart["annotations"]["summary"] =
        "checkout/availability (route=/cart) burns its error budget too fast (page-1h tier)".into();
    let mut silent = alert("no-data", None, NO_DATA);
    silent["labels"]["alertname"] = "SLONoData".into();
    silent["annotations"]["summary"] = "checkout/availability has no data".into();
    let drip = alert("ticket-3d", Some(("3d", "6h")), DRIP);
    vec![
        ("A page", data(slo.clone(), common("page"), vec![fast()])),
        (
            "A page with a priority, and two of its tiers",
            data(slo.clone(), urgent, vec![fast(), slow()]),
        ),
        (
            "A page of one value of a group label",
            data(group, grouped, vec![cart]),
        ),
        ("A ticket", data(slo.clone(), common("ticket"), vec![drip])),
        ("No data", data(slo.clone(), common("ticket"), vec![silent])),
        ("It is over", data(slo, common("page"), vec![resolved])),
    ]
}

#[test]
fn the_page_of_messages_shows_what_arrives() {
    let mut page = HEAD.to_string();
    for (title, data) in cases() {
        let [subject, text, slack, below, summary, message] = render(
            "text",
            [
                "title",
                "text",
                "slack.title",
                "slack.text",
                "pagerduty.summary",
                "opsgenie.message",
            ],
            &data,
        );
        let _ = write!(page, "\n## {title}\n");
        let mut part = |what: &str, text: &str| {
            let _ = write!(
                page,
                "\n{what}, {} characters:\n\n```text\n{}\n```\n",
                text.chars().count(),
                text.trim_end()
            );
        };
        part(
            "Chat (Slack; the title links to the runbook)",
            &format!("{slack}\n{below}"),
        );
        part("E-mail, subject and text", &format!("{subject}\n\n{text}"));
        part("PagerDuty, summary (at most 1,024)", &summary);
        part("Opsgenie, message (at most 130)", &message);
    }
    golden("docs/messages.md", &page);
}

#[test]
fn what_burns_since_when_and_the_runbook_are_in_every_message() {
    for (title, data) in cases() {
        let texts = render(
            "text",
            [
                "message",
                "slack.text",
                "markdown.text",
                "pagerduty.summary",
            ],
            &data,
        );
        let [html] = render("html", ["email.html"], &data);
        for text in texts.iter().chain([&html]) {
            assert!(
                text.contains("https://runbooks.example.com/checkout/availability.html#"),
                "{title}\n{text}"
            );
            assert!(text.contains("2026-12-01 03:12 UTC"), "{title}\n{text}");
        }
    }
}

#[test]
fn a_resolved_message_says_that_it_is_over_and_how_long_it_lasted() {
    let (_, data) = cases().pop().unwrap();
    let [title, text] = render("text", ["title", "text"], &data);
    assert_eq!(title, "[RESOLVED page] checkout/availability");
    assert!(text.contains("It is over: it began 2026-12-01 03:12 UTC, ended 2026-12-01 04:40 UTC and lasted 1h27m18s."), "{text}");
    assert!(!text.contains("burns 21.37"), "{text}");
}

#[test]
fn the_earliest_tier_says_since_when_and_members_are_told_apart() {
    let mut first = alert("page-6h", Some(("6h", "30m")), SLOW);
    first["startsAt"] = "2026-12-01T02:00:00Z".into();
    first["labels"]["route"] = "/cart".into();
    let mut second = alert("page-1h", Some(("1h", "5m")), FAST);
    second["labels"]["route"] = "/pay".into();
    let slo = json!({"slo": "checkout/availability"});
    let [text] = render(
        "text",
        ["text"],
        &data(slo, common("page"), vec![second, first]),
    );
    assert!(
        text.contains("Firing since 2026-12-01 02:00 UTC."),
        "{text}"
    );
    assert!(
        text.contains("Tiers, 2 firing: page-1h (1h and 5m) /pay; page-6h (6h and 30m) /cart\n"),
        "{text}"
    );
}

#[test]
fn a_foreign_alert_without_annotations_is_told_too() {
    let foreign = json!({
        "status": "firing", "labels": {"alertname": "DiskFull"}, "annotations": {},
        "startsAt": "2026-12-01T03:12:00Z", "endsAt": "0001-01-01T00:00:00Z",
    });
    let data = data(json!({}), json!({}), vec![foreign]);
    let [title, text, source] = render("text", ["title", "text", "service"], &data);
    assert_eq!(title, "[ALERT] DiskFull");
    assert_eq!(
        text,
        "Firing since 2026-12-01 03:12 UTC.\nTiers, 1 firing: DiskFull"
    );
    assert_eq!(source, "DiskFull");
    let everything = json!({"status": "firing"});
    let [title, link, source] = render("text", ["title", "link", "service"], &everything);
    assert_eq!(
        [title.as_str(), link.as_str(), source.as_str()],
        ["[ALERT] alerts", "", "alertmanager"]
    );
}
