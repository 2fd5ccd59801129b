//! A real Alertmanager takes what its pager sends.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use burnwatch::notify::{Judged, Message, News, Reply, Request, Response, Size};

use crate::kit::alertmanager::Alertmanager;
use crate::kit::http;
use crate::samples::{message, receiver, resolved};

const CONFIG: &str = "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n";
const MINUTE_MS: i64 = 60_000;

#[allow(
    clippy::disallowed_methods,
    reason = "the Alertmanager under test reads a clock itself"
)]
fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    since.as_millis() as i64
}

/// Sends `message`, and what its pager makes of the answer.
fn send(alertmanager: &Alertmanager, message: &Message) -> Judged {
    let receiver = receiver("alertmanager");
    let Some(Request::Http(request)) = receiver.render(message, Size::Whole) else {
        panic!("a request")
    };
    let path = request.url.expose().split_once(".com").unwrap().1;
    let answer = http::post_json(
        alertmanager.port(),
        path,
        &request.body,
        Duration::from_secs(30),
    );
    let answer = answer.unwrap();
    let reply = Reply::Http(Response {
        status: answer.status,
        retry_after: None,
        body: answer.body,
    });
    receiver.is().judge(message, &reply)
}

#[test]
fn an_alert_is_there_while_it_fires_and_gone_when_it_is_over() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("notify-alertmanager");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let config = folder.join("alertmanager.yaml");
    fs::write(&config, CONFIG).unwrap();
    let alertmanager = Alertmanager::start(&config, &folder.join("data"));

    let sent_ms = now_ms();
    let mut firing = Message {
        opened_ms: sent_ms - 10 * MINUTE_MS,
        sent_ms,
        ..message(News::Opened)
    };
    let odd = "\"a\"\n<script> {{x}} é";
    firing.labels.insert("odd".to_string(), odd.to_string());
    firing
        .labels
        .insert("not-a-label".to_string(), "x".to_string());
    let delivered = Judged::Delivered { handle: None };
    assert_eq!(send(&alertmanager, &firing), delivered);
    assert_eq!(
        send(&alertmanager, &firing),
        delivered,
        "a repeat is no other alert"
    );
    let alerts = alertmanager.alerts();
    assert_eq!(alerts.len(), 1, "{alerts:?}");
    assert_eq!(alerts[0]["status"]["state"], "active");
    assert_eq!(alerts[0]["labels"]["odd"], odd);

    let over = Message {
        opened_ms: firing.opened_ms,
        resolved_ms: Some(sent_ms - MINUTE_MS),
        labels: firing.labels.clone(),
        ..message(resolved())
    };
    assert_eq!(send(&alertmanager, &over), delivered);
    assert_eq!(alertmanager.alerts().len(), 0);

    let broken = receiver("alertmanager");
    let answer = http::post_json(
        alertmanager.port(),
        "/api/v2/alerts",
        "[{}]",
        Duration::from_secs(30),
    );
    let reply = Reply::Http(Response {
        status: answer.unwrap().status,
        ..Response::default()
    });
    let judged = broken.is().judge(&over, &reply);
    assert!(matches!(judged, Judged::Refused { .. }), "{judged:?}");
}
