//! D12: Slack says no with a status of success.

use burnwatch::notify::{Judged, News, Request, Size};

use crate::part::body;
use crate::samples::{answer, message, receiver, welcome};
use crate::statuses::shown;

fn check(name: &str, status: u16, body: &str, expected: &str) {
    let judged = receiver(name)
        .is()
        .judge(&message(News::Opened), &answer(status, body));
    assert_eq!(shown(&judged), expected, "{status} {body}");
}

#[test]
fn a_webhook_has_taken_what_it_says_ok_to() {
    check("slack", 200, "ok", "delivered");
    check("slack", 200, "ok\n", "delivered");
    check("slack", 200, "", "refused, stranger");
    check("slack", 200, "okay", "refused, stranger");
    check("slack", 200, "no_service", "refused, denied");
    check("slack", 200, "invalid_payload", "refused, misunderstood");
    check("slack", 404, "channel_not_found", "refused, denied");
    check("slack", 410, "channel_is_archived", "refused, denied");
    check("slack", 400, "invalid_payload", "refused, misunderstood");
    check("slack", 400, "too_many_attachments", "too large");
    check(
        "slack",
        500,
        "rollup_error",
        "retry, troubled, may have arrived",
    );
    check("slack", 200, "ratelimited", "retry, limited");
    check("slack", 429, "invalid_payload", "retry, limited");
    check("slack", 503, "no_service", "retry, troubled");
}

#[test]
fn a_bot_has_sent_what_is_answered_with_ok() {
    let no = |error: &str| format!("{{\"ok\":false,\"error\":\"{error}\"}}");
    check("slack_bot", 200, welcome("slack_bot"), "delivered");
    check("slack_bot", 200, &no("ratelimited"), "retry, limited");
    check("slack_bot", 200, &no("internal_error"), "retry, troubled");
    check("slack_bot", 200, &no("invalid_auth"), "refused, denied");
    check(
        "slack_bot",
        200,
        &no("channel_not_found"),
        "refused, denied",
    );
    check(
        "slack_bot",
        200,
        &no("invalid_blocks"),
        "refused, misunderstood",
    );
    check("slack_bot", 200, &no("msg_too_long"), "too large");
    check("slack_bot", 200, &no("message_not_found"), "forgotten");
    check("slack_bot", 200, &no("edit_window_closed"), "forgotten");
    check(
        "slack_bot",
        200,
        &no("what_is_this"),
        "refused, misunderstood",
    );
    check("slack_bot", 200, "{\"ok\":false}", "refused, misunderstood");
    check("slack_bot", 200, "{}", "refused, stranger");
    check("slack_bot", 200, "ok", "refused, stranger");
    check("slack_bot", 429, &no("ratelimited"), "retry, limited");
}

#[test]
fn a_bot_changes_the_message_that_it_sent() {
    let receiver = receiver("slack_bot");
    let judged = receiver
        .is()
        .judge(&message(News::Opened), &answer(200, welcome("slack_bot")));
    let Judged::Delivered { handle } = judged else {
        panic!("delivered")
    };
    let render = |handle: Option<&str>| {
        let address = receiver.address(handle);
        let request = receiver
            .is()
            .render(&message(News::Changed), &address, Size::Whole);
        let request = request.unwrap().unwrap();
        let body = body(&request);
        let Request::Http(http) = request else {
            panic!("a request")
        };
        (
            http.url.expose().to_string(),
            body["channel"].clone(),
            body["ts"].clone(),
        )
    };
    let (url, channel, time) = render(handle.as_deref());
    assert_eq!(url, "https://slack.com/api/chat.update");
    assert_eq!(
        (channel, time),
        ("C024BE91L".into(), "1503435956.000247".into())
    );
    for nothing in [None, Some(""), Some("C1"), Some("C1:"), Some("C1:a b")] {
        let (url, channel, time) = render(nothing);
        assert_eq!(url, "https://slack.com/api/chat.postMessage");
        assert_eq!(
            (channel, time),
            ("#payments".into(), serde_json::Value::Null)
        );
    }
}

#[test]
fn a_handle_that_is_none_is_not_kept() {
    for body in [
        r#"{"ok":true}"#,
        r#"{"ok":true,"channel":"C1","ts":7}"#,
        r#"{"ok":true,"channel":"C1","ts":"1\n2"}"#,
    ] {
        let judged = receiver("slack_bot")
            .is()
            .judge(&message(News::Opened), &answer(200, body));
        assert_eq!(judged, Judged::Delivered { handle: None }, "{body}");
    }
}
