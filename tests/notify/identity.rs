//! The same episode is the same incident at every receiver that knows keys, whatever else changes.

use std::collections::BTreeMap;

use burnwatch::notify::{Identity, Key, Links, Message, News, Purpose, Repeat, Request, Size};

use crate::part::body;
use crate::samples::{Receiver, message, receivers, resolved};

/// What a receiver knows the incident by.
fn identity(receiver: &Receiver, message: &Message) -> Option<String> {
    let request = receiver.render(message, Size::Whole)?;
    if let Request::Mail(mail) = &request {
        return Some(mail.in_reply_to.clone().unwrap_or(mail.message_id.clone()));
    }
    let Request::Http(http) = &request else {
        return None;
    };
    let root = body(&request);
    match receiver.is().kind() {
        "pagerduty" => Some(root["dedup_key"].to_string()),
        "opsgenie" => match http.url.expose().split("/alerts/").nth(1) {
            Some(rest) => Some(format!("\"{}\"", rest.split('/').next().unwrap())),
            None => Some(root["alias"].to_string()),
        },
        "alertmanager" => Some(format!("{} {}", root[0]["labels"], root[0]["startsAt"])),
        "webhook" if root.get("groupKey").is_some() => Some(format!(
            "{} {}",
            root["groupKey"], root["alerts"][0]["fingerprint"]
        )),
        _ => None,
    }
}

#[test]
fn an_episode_is_one_incident_whatever_is_said_of_it() {
    let first = message(News::Opened);
    let others = [
        message(News::Changed),
        message(resolved()),
        Message {
            sequence: 99,
            episode: "e7".to_string(),
            title: "other".to_string(),
            text: "other".to_string(),
            facts: vec![("threshold".to_string(), "6".to_string())],
            links: Links::default(),
            urgency: burnwatch::notify::Urgency::Info,
            repeat: Repeat::Possible,
            purpose: Purpose::Test,
            because: Some("another route".to_string()),
            sent_ms: first.sent_ms + 60_000,
            ..first.clone()
        },
    ];
    let mut known = 0;
    for receiver in receivers() {
        let Some(of_first) = identity(&receiver, &first) else {
            continue;
        };
        known += 1;
        for other in &others {
            assert_eq!(
                identity(&receiver, other).as_ref(),
                Some(&of_first),
                "{}",
                receiver.name
            );
        }
        let labels = BTreeMap::from([("slo".to_string(), "checkout/other".to_string())]);
        let another = Message {
            key: Key::of(["another"]),
            labels,
            ..first.clone()
        };
        assert_ne!(
            identity(&receiver, &another).as_ref(),
            Some(&of_first),
            "{}",
            receiver.name
        );
    }
    assert_eq!(known, 7);
}

#[test]
fn keyed_receivers_see_the_key_and_no_repeat() {
    let first = message(News::Opened);
    let again = Message {
        repeat: Repeat::Possible,
        ..first.clone()
    };
    for receiver in receivers() {
        let texts = [&first, &again].map(|message| text(&receiver, message));
        match receiver.is().identity() {
            Identity::Keyed => assert_eq!(texts[0], texts[1], "{}", receiver.name),
            // A template says it where it wants to.
            Identity::Unkeyed if receiver.name.as_str() == "webhook-own" => {}
            Identity::Unkeyed => {
                assert!(!texts[0].contains("possibly a repeat"));
                assert!(texts[1].contains("possibly a repeat"), "{}", receiver.name);
            }
        }
    }
}

fn text(receiver: &Receiver, message: &Message) -> String {
    match receiver.render(message, Size::Whole).unwrap() {
        Request::Http(http) => http.body,
        Request::Mail(mail) => mail.text,
    }
}

#[test]
fn what_is_over_before_it_was_told_opens_no_incident() {
    for receiver in receivers() {
        let missed = receiver.render(&message(News::Missed), Size::Whole);
        match receiver.is().identity() {
            Identity::Keyed => assert_eq!(missed, None),
            Identity::Unkeyed if receiver.name.as_str() == "webhook-own" => {
                assert!(missed.is_some())
            }
            Identity::Unkeyed => {
                let text = text(&receiver, &message(News::Missed));
                assert!(
                    text.contains(
                        "It was firing from 2026-12-01T03:12Z to 2026-12-01T03:55Z (43 min 12 s)"
                    ),
                    "{text}"
                );
            }
        }
    }
}

#[test]
fn the_same_message_makes_the_same_request() {
    for receiver in receivers() {
        for size in [Size::Whole, Size::Least] {
            let render = || receiver.render(&message(News::Opened), size);
            assert!(render() == render());
        }
    }
}

#[test]
fn a_test_is_marked_everywhere() {
    let test = Message {
        purpose: Purpose::Test,
        ..message(News::Opened)
    };
    for receiver in receivers() {
        if receiver.name.as_str() == "webhook-own" {
            assert_eq!(
                body(&receiver.render(&test, Size::Whole).unwrap())["test"],
                true
            );
            continue;
        }
        for size in [Size::Whole, Size::Least] {
            let shown = match receiver.render(&test, size).unwrap() {
                Request::Http(http) => http.body,
                Request::Mail(mail) => mail.subject,
            };
            // Discord's Markdown has brackets behind backslashes, which JSON doubles.
            let plain = shown.replace('\\', "");
            assert!(plain.contains("[test]"), "{}: {shown}", receiver.name);
        }
    }
}
