//! Alertmanager's JSON as its receivers know it, and bodies of the user's own.

use burnwatch::notify::{Message, News, ReasonKind, Request, Size};
use burnwatch::template::Template;
use serde_json::Value;

use crate::part::body;
use crate::samples::{Receiver, message, receiver, resolved};

fn names(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

#[test]
fn the_payload_has_the_fields_of_version_4_and_no_other() {
    let root = body(
        &receiver("webhook")
            .render(&message(News::Opened), Size::Whole)
            .unwrap(),
    );
    assert_eq!(
        names(&root),
        [
            "version",
            "groupKey",
            "truncatedAlerts",
            "status",
            "receiver",
            "groupLabels",
            "commonLabels",
            "commonAnnotations",
            "externalURL",
            "alerts"
        ]
    );
    let alert = &root["alerts"][0];
    assert_eq!(
        names(alert),
        [
            "status",
            "labels",
            "annotations",
            "startsAt",
            "endsAt",
            "generatorURL",
            "fingerprint"
        ]
    );
    assert_eq!(root["version"], "4");
    assert_eq!(
        (&root["status"], &root["receiver"]),
        (&"firing".into(), &"webhook".into())
    );
    assert_eq!(alert["endsAt"], "0001-01-01T00:00:00Z");
    assert_eq!(
        names(&root["groupLabels"]),
        ["alertname", "slo", "severity", "route"]
    );
    assert_eq!(root["commonLabels"], alert["labels"]);
    let over = body(
        &receiver("webhook")
            .render(&message(resolved()), Size::Whole)
            .unwrap(),
    );
    assert_eq!(
        (&over["status"], &over["alerts"][0]["status"]),
        (&"resolved".into(), &"resolved".into())
    );
    assert_eq!(over["alerts"][0]["endsAt"], "2026-12-01T03:55:56.123Z");
    assert_eq!(over["groupKey"], root["groupKey"]);
}

fn own(
    text: &str,
    message: &Message,
    size: Size,
) -> Result<(String, String), (ReasonKind, String)> {
    let receiver = Receiver {
        body: Some(Template::parse(text).unwrap()),
        ..receiver("webhook-own")
    };
    match receiver.try_render(message, size) {
        Ok(Some(Request::Http(http))) => Ok((http.headers[0].1.expose().to_string(), http.body)),
        Ok(other) => panic!("{other:?}"),
        Err(reason) => Err((reason.kind, reason.text)),
    }
}

#[test]
fn a_body_of_ones_own_is_json_where_it_is_some() {
    let message = message(News::Opened);
    let (kind, text) = own(
        "{\"a\": {{json.title}}, \"b\": {{sequence}}}",
        &message,
        Size::Whole,
    )
    .unwrap();
    assert_eq!(kind, "application/json");
    assert_eq!(
        text,
        "{\"a\": \"checkout/latency /pay is burning 21.4 times its error budget\", \"b\": 1}"
    );
    let (kind, text) = own(
        "[{{severity}}] {{news}}{{#each facts}} {{name}}={{value}};{{/each}}",
        &message,
        Size::Whole,
    )
    .unwrap();
    assert_eq!(kind, "text/plain; charset=utf-8");
    assert_eq!(
        text,
        "[page] opened Tier=page-1h; Burn rate over 1h=21.4; Budget left=62.1%;"
    );
}

#[test]
fn a_template_that_cannot_be_filled_in_says_why_and_the_least_is_sent_all_the_same() {
    let mut odd = message(News::Opened);
    odd.title = "a \"quoted\" title".to_string();
    for (template, expected) in [
        (
            "{{nope}}",
            "the template of its body: `nope` is no value here",
        ),
        (
            "{\"text\": \"{{title}}\"}",
            "the template of its body gives broken JSON: `{{json.title}}` is a value with its quotes",
        ),
    ] {
        let (kind, text) = own(template, &odd, Size::Whole).unwrap_err();
        assert_eq!((kind, text.as_str()), (ReasonKind::Unmade, expected));
        let (_, least) = own(template, &odd, Size::Least).unwrap();
        let least: Value = serde_json::from_str(&least).unwrap();
        assert_eq!(least["version"], "4");
    }
}

#[test]
fn a_body_has_a_greatest_length() {
    let huge = "{{#each facts}}{{#each ../facts}}{{#each ../../facts}}{{#each ../../../facts}}{{value}}{{/each}}{{/each}}{{/each}}{{/each}}";
    let mut message = message(News::Opened);
    message.facts = vec![("x".to_string(), "y".repeat(500)); 40];
    let (kind, _) = own(huge, &message, Size::Whole).unwrap_err();
    assert_eq!(kind, ReasonKind::Unmade);
    assert!(own(huge, &message, Size::Least).is_ok());
}
