//! What is said at which path.

use std::io::Write;
use std::process::Stdio;
use std::time::Duration;

use burnwatch::daemon::{DeliveryResult, Metrics};
use burnwatch::serve::{AckOutcome, DependencyState, Live};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use super::fake::{Fake, need};
use super::kit::tools;
use super::running::{Running, settings};

#[test]
fn a_daemon_that_is_wedged_is_not_alive() {
    let face = Fake::new();
    let server = Running::start(settings(), &face);
    let answer = server.get("/livez");
    assert_eq!((answer.status, &*answer.body), (200, "alive\n"));
    *face.live.lock().unwrap() = Live::Wedged("no cycle for 5m".to_owned());
    let answer = server.get("/livez");
    assert_eq!(
        (answer.status, &*answer.body),
        (503, "not alive: no cycle for 5m\n")
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

#[test]
fn readiness_names_every_dependency_with_its_reason() {
    let face = Fake::new();
    let server = Running::start(settings(), &face);
    let check = |state: DependencyState, status: u16, text: &str, json: &str| {
        *face.needs.lock().unwrap() = vec![
            need("store", DependencyState::Fine, "written 2 s ago"),
            need("source", state, "\"quoted\""),
        ];
        let answer = server.get("/readyz");
        assert_eq!((answer.status, &*answer.body), (status, text));
        assert_eq!(
            answer.header("content-type"),
            Some("text/plain; charset=utf-8")
        );
        let accepts = ["Accept: application/json"];
        for answer in [
            server.get_with("/readyz", &accepts),
            server.get("/readyz?format=json"),
        ] {
            assert_eq!((answer.status, &*answer.body), (status, json));
            assert_eq!(answer.header("content-type"), Some("application/json"));
        }
        let wished = server.get_with("/readyz?format=text", &accepts);
        assert_eq!(wished.body, text);
    };
    let json = |word: &str, state: &str| {
        format!(
            "{{\"status\":\"{word}\",\"dependencies\":[{{\"name\":\"store\",\"state\":\"fine\",\"reason\":\"written 2 s ago\"}},\
             {{\"name\":\"source\",\"state\":\"{state}\",\"reason\":\"\\\"quoted\\\"\"}}]}}\n"
        )
    };
    check(
        DependencyState::Impaired,
        200,
        "ready\nstore: fine: written 2 s ago\nsource: impaired: \"quoted\"\n",
        &json("ready", "impaired"),
    );
    check(
        DependencyState::Gone,
        503,
        "not ready\nstore: fine: written 2 s ago\nsource: gone: \"quoted\"\n",
        &json("not ready", "gone"),
    );
}

/// What a registry with one family of each kind says.
pub fn encoded() -> String {
    let mut registry = Registry::default();
    let seen: Counter = Counter::default();
    seen.inc();
    registry.register("burnwatch_seen", "What was seen", seen);
    let lag = Histogram::new([0.1, 1.0]);
    lag.observe(0.5);
    registry.register("burnwatch_lag_seconds", "How late it was", lag);
    let mut text = String::new();
    encode(&mut text, &registry).unwrap();
    text
}

#[test]
fn metrics_come_in_the_format_that_is_wanted() {
    let face = Fake::new();
    *face.metrics.lock().unwrap() = encoded();
    let server = Running::start(settings(), &face);
    let open = server.get_with(
        "/metrics",
        &["Accept: application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3"],
    );
    assert_eq!(open.body, encoded());
    assert_eq!(
        open.header("content-type"),
        Some("application/openmetrics-text; version=1.0.0; charset=utf-8")
    );
    let plain = server.get("/metrics");
    assert!(
        plain
            .body
            .contains("# TYPE burnwatch_seen_total counter\nburnwatch_seen_total 1\n"),
        "{}",
        plain.body
    );
    assert_eq!(
        plain.header("content-type"),
        Some("text/plain; version=0.0.4; charset=utf-8")
    );
}

/// What the daemon says when it has counted something of each kind.
fn counted() -> String {
    let metrics = Metrics::new("0");
    metrics.set_receivers(["oncall"]);
    metrics.lagged(Duration::from_millis(40));
    metrics.delivered("oncall", DeliveryResult::Delivered, Duration::from_secs(1));
    metrics.reloaded(true, 1_795_176_000_000);
    metrics.text()
}

#[test]
fn prometheus_finds_nothing_wrong_with_the_text_format() {
    check_metrics(&encoded());
    check_metrics(&counted());
}

#[track_caller]
fn check_metrics(open: &str) {
    let mut promtool = std::process::Command::new(tools::tool("promtool"))
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let text = burnwatch::serve::exposition::text(open);
    let mut stdin = promtool.stdin.take().unwrap();
    stdin.write_all(text.as_bytes()).unwrap();
    drop(stdin);
    let output = promtool.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "{said}\n{text}");
}

#[test]
fn a_preview_of_a_link_acknowledges_nothing_and_its_button_does() {
    let face = Fake::new();
    let title = "checkout <b>burns</b>".to_owned();
    *face.outcome.lock().unwrap() = AckOutcome::Acknowledged { title };
    let server = Running::start(settings(), &face);
    for method in ["GET", "HEAD"] {
        let answer = server
            .client()
            .ask(method, "/ack/t0k-en.1", &[], "")
            .unwrap();
        assert_eq!(answer.status, 200);
    }
    assert!(face.acknowledged.lock().unwrap().is_empty());
    let page = server.get("/ack/t0k-en.1");
    assert!(page.body.contains("<form method=\"post\">"), "{page:?}");
    assert!(!page.body.contains("t0k-en"), "{page:?}");

    let pressed = server
        .client()
        .ask("POST", "/ack/t0k-en.1", &[], "")
        .unwrap();
    assert_eq!(pressed.status, 200);
    assert!(
        pressed.body.contains("checkout &lt;b&gt;burns&lt;/b&gt;"),
        "{pressed:?}"
    );
    assert_eq!(*face.acknowledged.lock().unwrap(), ["t0k-en.1"]);
    for answer in [page, pressed] {
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none';"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"));
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    }
}

#[test]
fn what_came_of_an_acknowledgement_is_told() {
    let face = Fake::new();
    let server = Running::start(settings(), &face);
    let title = || "checkout".to_owned();
    for (outcome, status, words) in [
        (AckOutcome::Already { title: title() }, 200, "before"),
        (AckOutcome::Over { title: title() }, 200, "is over"),
        (AckOutcome::Unknown, 404, "stands for nothing"),
        (
            AckOutcome::Failed("the disk is full".to_owned()),
            503,
            "the disk is full",
        ),
    ] {
        *face.outcome.lock().unwrap() = outcome;
        let answer = server.client().ask("POST", "/ack/t", &[], "").unwrap();
        assert_eq!(answer.status, status);
        assert!(answer.body.contains(words), "{answer:?}");
    }
}

#[test]
fn p4_nothing_else_is_there_and_nothing_else_changes_anything() {
    let face = Fake::new();
    let server = Running::start(settings(), &face);
    let long = format!("/ack/{}", "t".repeat(513));
    let paths = [
        "/",
        "/ack",
        "/ack/",
        "/ack/a/b",
        "/ack/%3Cscript%3E",
        "/ack/%00",
        &long,
        "/-/reload",
        "/-/quit",
        "/api/v1/alerts",
        "/debug/pprof",
        "/../etc/passwd",
        "/livez/",
    ];
    for path in paths {
        for method in ["GET", "POST"] {
            let answer = server.client().ask(method, path, &[], "").unwrap();
            assert_eq!(answer.status, 404, "{method} {path}");
            assert_eq!(answer.body, "there is nothing here\n");
        }
    }
    for path in ["/livez", "/readyz", "/metrics"] {
        for method in ["POST", "PUT", "DELETE", "PATCH"] {
            let answer = server.client().ask(method, path, &[], "").unwrap();
            assert_eq!(answer.status, 405, "{method} {path}");
        }
    }
    for method in ["PUT", "DELETE", "PATCH"] {
        let answer = server.client().ask(method, "/ack/t", &[], "").unwrap();
        assert_eq!(answer.status, 405, "{method}");
    }
    assert!(face.acknowledged.lock().unwrap().is_empty());
}
