//! What the specification of alert generators wants of an alert, and what Alertmanager wants.

use burnwatch::base::Duration;
use burnwatch::notify::{Cadence, Message, News, Request, Size};
use serde_json::Value;

use crate::part::body;
use crate::samples::{message, receiver, resolved};

fn alert(message: &Message) -> Value {
    body(
        &receiver("alertmanager")
            .render(message, Size::Whole)
            .unwrap(),
    )[0]
    .clone()
}

#[test]
fn it_starts_when_it_fired_and_ends_ahead_of_now_while_it_fires() {
    let first = message(News::Opened);
    for minutes in [0, 1, 2, 60] {
        let later = Message {
            sent_ms: first.opened_ms + minutes * 60_000,
            ..first.clone()
        };
        let alert = alert(&later);
        assert_eq!(alert["startsAt"], "2026-12-01T03:12:44.123Z");
        let end = match minutes {
            0 => "2026-12-01T03:16:44.123Z",
            1 => "2026-12-01T03:17:44.123Z",
            2 => "2026-12-01T03:18:44.123Z",
            _ => "2026-12-01T04:16:44.123Z",
        };
        assert_eq!(alert["endsAt"], end);
    }
}

#[test]
fn it_ends_when_it_was_over() {
    for sent in [0, 900_000] {
        let over = Message {
            sent_ms: message(resolved()).resolved_ms.unwrap() + sent,
            ..message(resolved())
        };
        assert_eq!(alert(&over)["endsAt"], "2026-12-01T03:55:56.123Z");
    }
    let at_once = Message {
        resolved_ms: Some(message(resolved()).opened_ms - 5),
        ..message(resolved())
    };
    let alert = alert(&at_once);
    assert_eq!(
        alert["startsAt"], alert["endsAt"],
        "an end before the start is refused"
    );
}

#[test]
fn it_is_told_again_every_minute_and_for_a_quarter_of_an_hour_after() {
    let cadence = receiver("alertmanager").is().cadence();
    let every = Duration::minutes(1);
    let resolved = Duration::minutes(15);
    assert_eq!(cadence, Cadence::While { every, resolved });
}

#[test]
fn labels_are_those_of_the_rules_and_stay_when_it_is_over() {
    let opened = alert(&message(News::Opened));
    assert_eq!(opened["labels"], alert(&message(resolved()))["labels"]);
    assert_eq!(opened["labels"]["alertname"], "SLOErrorBudgetBurn");
    assert_eq!(opened["labels"]["slo"], "checkout/latency");
    assert_eq!(
        opened["generatorURL"],
        "https://grafana.example.com/d/slo?var-slo=checkout%2Flatency&orgId=1"
    );
}

#[test]
fn labels_that_it_refuses_are_left_out() {
    let mut odd = message(News::Opened);
    for (name, value) in [
        ("1st", "x"),
        ("a-b", "x"),
        ("", "x"),
        ("é", "x"),
        ("empty", ""),
        ("_ok9", "x"),
    ] {
        odd.labels.insert(name.to_string(), value.to_string());
    }
    let mut expected = alert(&message(News::Opened))["labels"].clone();
    expected["_ok9"] = "x".into();
    assert_eq!(alert(&odd)["labels"], expected);
}

#[test]
fn it_is_reached_below_its_url_with_its_login() {
    let request = |name: &str| match receiver(name).render(&message(News::Opened), Size::Whole) {
        Some(Request::Http(http)) => (
            http.url.expose().to_string(),
            http.headers[1].1.expose().to_string(),
        ),
        other => panic!("{other:?}"),
    };
    let (url, login) = request("alertmanager");
    assert_eq!(url, "https://alertmanager.example.com/api/v2/alerts");
    assert_eq!(login, "Basic c2xvOkNBTkFSWTA=");
    let (url, login) = request("alertmanager-secret");
    assert_eq!(url, "https://hooks.example.com/CANARY0/api/v2/alerts");
    assert_eq!(login, "Bearer CANARY0");
}
