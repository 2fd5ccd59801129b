//! The services themselves: a test against a service that takes everything proves nothing.

use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::kit::http::{self, Answer};
use super::shim::Shim;
use super::world::counters::{Counters, Trouble};
use super::world::fault::{Fault, Gate, Moment};
use super::world::front::Front;
use super::world::http::Answer as Canned;
use super::world::pagerduty::PagerDuty;
use super::world::rates::{BURNING, Traffic};
use super::world::slack::Slack;
use super::world::wait::DEADLINE;

fn port(url: &str) -> u16 {
    url.rsplit(':').next().unwrap().parse().unwrap()
}

fn enqueue(pagerduty: &Front<PagerDuty>, event: &Value) -> u16 {
    let port = port(&pagerduty.url());
    let answer = http::post_json(port, "/v2/enqueue", &event.to_string(), DEADLINE);
    answer.map_or(0, |answer| answer.status)
}

fn event(action: &str, routing_key: &str, key: &str) -> Value {
    json!({
        "routing_key": routing_key, "dedup_key": key, "event_action": action,
        "payload": {"summary": "s", "source": "a", "severity": "critical"},
    })
}

#[test]
fn pagerduty_knows_one_open_incident_of_a_key_and_an_integration() {
    let pagerduty = Front::start(PagerDuty::new(&["A", "B"]));
    let check = |action: &str, integration: &str, status: u16, opened: usize, open: usize| {
        let got = enqueue(&pagerduty, &event(action, integration, "k"));
        let count = pagerduty.look(|service| (service.incidents().len(), service.open().len()));
        assert_eq!(
            (got, count),
            (status, (opened, open)),
            "{action} {integration}"
        );
    };
    check("resolve", "A", 202, 0, 0);
    check("trigger", "A", 202, 1, 1);
    check("trigger", "A", 202, 1, 1);
    check("resolve", "B", 202, 1, 1);
    check("resolve", "A", 202, 1, 0);
    check("trigger", "A", 202, 2, 1);
    check("trigger", "C", 400, 2, 1);
    let dropped = pagerduty.look(|service| service.dropped().len());
    assert_eq!(dropped, 2);
    let mut wrong = event("trigger", "A", "k");
    wrong["payload"]["severity"] = "high".into();
    assert_eq!(enqueue(&pagerduty, &wrong), 400);
}

#[test]
fn what_is_beyond_a_bucket_is_told_to_wait() {
    let mut limited = PagerDuty::new(&["A"]);
    limited.limit(2, Duration::from_secs(600));
    let pagerduty = Front::start(limited);
    let of = |nth: i32| enqueue(&pagerduty, &event("trigger", "A", &nth.to_string()));
    assert_eq!([of(1), of(2), of(3)], [202, 202, 429]);
    assert_eq!(pagerduty.look(|service| service.incidents().len()), 2);
}

#[test]
fn faults_come_at_their_moment() {
    let check = |fault: Fault, status: u16, read: usize, taken: usize| {
        let pagerduty = Front::start(PagerDuty::new(&["A"]));
        pagerduty.next([fault.clone()]);
        let got = enqueue(&pagerduty, &event("trigger", "A", "k"));
        let incidents = pagerduty.look(|service| service.incidents().len());
        let found = (got, pagerduty.requests().len(), incidents);
        assert_eq!(found, (status, read, taken), "{fault:?}");
        assert_eq!(enqueue(&pagerduty, &event("trigger", "A", "k")), 202);
    };
    check(Fault::HangUp(Moment::Unread), 0, 0, 0);
    check(Fault::HangUp(Moment::Read), 0, 1, 0);
    check(Fault::HangUp(Moment::Taken), 0, 1, 1);
    check(Fault::status(503), 503, 1, 0);
    check(Fault::Taken(Canned::text(502, "")), 502, 1, 1);
    check(Fault::Slow(Duration::from_millis(1)), 202, 1, 1);
}

#[test]
fn a_gate_holds_a_request_until_it_is_opened() {
    let pagerduty = Front::start(PagerDuty::new(&["A"]));
    let gate = Gate::new();
    pagerduty.next([Fault::Hold(Moment::Read, gate.clone())]);
    std::thread::scope(|scope| {
        let asked = scope.spawn(|| enqueue(&pagerduty, &event("trigger", "A", "k")));
        gate.reached();
        assert_eq!(pagerduty.look(|service| service.incidents().len()), 0);
        gate.open();
        assert_eq!(asked.join().unwrap(), 202);
    });
}

#[test]
fn a_closed_port_refuses_and_opens_again() {
    let pagerduty = Front::start(PagerDuty::new(&["A"]));
    pagerduty.door().close();
    assert_eq!(enqueue(&pagerduty, &event("trigger", "A", "k")), 0);
    pagerduty.door().open();
    assert_eq!(enqueue(&pagerduty, &event("trigger", "A", "k")), 202);
}

#[test]
fn slack_answers_no_with_status_200() {
    let slack = Front::start(Slack::new("/hook", "T", "alerts"));
    let port = port(&slack.url());
    let post = |path: &str| {
        let answer: Answer = http::post_json(port, path, "{\"text\": \"t\"}", DEADLINE).unwrap();
        (answer.status, answer.body)
    };
    assert_eq!(post("/hook"), (200, "ok".to_string()));
    assert_eq!(post("/other"), (404, "no_service".to_string()));
    let refused = "{\"ok\":false,\"error\":\"invalid_auth\"}".to_string();
    assert_eq!(post("/api/chat.postMessage"), (200, refused));
    assert_eq!(slack.look(|service| service.posts().len()), 1);
}

/// The points of a range of a minute in steps of 20 seconds.
fn points(counters: &Counters, query: &str) -> Value {
    let form = [
        ("query", query),
        ("start", "1000.000"),
        ("end", "1060.000"),
        ("step", "20.000"),
    ];
    let answer = http::post(
        port(&counters.url()),
        "/api/v1/query_range",
        &form,
        DEADLINE,
    );
    let body: Value = serde_json::from_str(&answer.unwrap().body).unwrap();
    assert_eq!(body["status"], "success");
    body["data"]["result"].clone()
}

#[test]
fn counters_rise_by_their_formula() {
    let counters = Counters::start();
    let events = "sum (increase(requests_total{job=\"a\"}[30s]))";
    let errors = "sum (increase(requests_total{job=\"a\",code=~\"5..\"}[30s]))";
    let calm = json!([{"metric": {}, "values": [[1000, "300"], [1020, "300"], [1040, "300"], [1060, "300"]]}]);
    assert_eq!(points(&counters, events), calm);
    assert_eq!(points(&counters, errors), json!([]));
    counters.set_group("a", "", 1_030_000, BURNING);
    let turned = json!([{"metric": {}, "values": [[1000, "300"], [1020, "300"], [1040, "100200"], [1060, "300000"]]}]);
    assert_eq!(points(&counters, events), turned);
    counters.set_group("a", "", 1_060_000, Traffic::NoNumber);
    counters.set_group("a", "", 1_030_000, Traffic::Absent);
    let ends = json!([{"metric": {}, "values": [[1000, "300"], [1020, "300"], [1040, "200"]]}]);
    assert_eq!(points(&counters, events), ends);
}

#[test]
fn groups_have_counters_of_their_own() {
    let counters = Counters::start();
    counters.set_group("a", "/pay", 0, BURNING);
    counters.set_group("a", "/\"cart", 0, Traffic::Absent);
    let found = points(
        &counters,
        "sum by (route) (increase(r_total{job=\"a\",code=\"500\"}[1m]))",
    );
    assert_eq!(found[0]["metric"], json!({"route": "/pay"}));
    assert_eq!(found[0]["values"][0], json!([1000, "600000"]));
}

#[test]
fn an_incident_of_the_counters_is_one_for_burnwatch() {
    let counters = Counters::start();
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("slos")).unwrap();
    let workspace = "apiVersion: burnwatch/v1\nteams: {payments: {}}\n";
    std::fs::write(folder.path().join("burnwatch.yaml"), workspace).unwrap();
    let slos = "\
apiVersion: burnwatch/v1
service: shop
owner: payments
runbook: https://runbooks.example.com/shop
slos:
  - {name: a, objective: 99.9, sli: {ratio: {events: 'requests_total{job=\"a\"}', errors_where: 'code=~\"5..\"'}}}
";
    std::fs::write(folder.path().join("slos/shop.yaml"), slos).unwrap();
    let check = |state: &str, events_min: f64, errors_min: f64| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_burnwatch"))
            .args([
                "status",
                "--format",
                "json",
                "--prometheus",
                &counters.url(),
            ])
            .current_dir(folder.path())
            .output()
            .unwrap();
        let said: Value = serde_json::from_slice(&output.stdout).unwrap();
        let said = &said["slos"][0];
        assert_eq!(said["state"], state, "{output:?}");
        let counted = |name: &str| said["budget"][name].as_f64().unwrap();
        let near = |found: f64, least: f64| found >= least && found <= least * 1.1;
        assert!(near(counted("events"), events_min), "{said}");
        assert!(near(counted("errors"), errors_min), "{said}");
    };
    check("ok", 30.0 * 86_400.0 * 10.0, 0.0);
    let hour_ago_ms = super::world::wait::now_ms() - 3_600_000;
    counters.set_group("a", "", hour_ago_ms, BURNING);
    let burnt = 10_000.0 * (3_600.0 - 120.0);
    check("firing", (30.0 * 86_400.0 - 3_600.0) * 10.0 + burnt, burnt);
}

#[test]
fn what_was_asked_is_counted() {
    let counters = Counters::start();
    points(&counters, "increase(r_total{job=\"a\"}[1m])");
    counters.trouble_of("a", Some(Trouble::HangUp));
    let port = port(&counters.url());
    let form = [
        ("query", "increase(r_total{job=\"a\"}[1m])"),
        ("timeout", "5s"),
    ];
    assert!(http::post(port, "/api/v1/query", &form, DEADLINE).is_err());
    let tally = counters.tally();
    assert_eq!((tally.questions, tally.without_timeout), (2, 1));
    assert_eq!((tally.most_in_flight, counters.asked_about("a")), (1, 2));
}

/// A machine over a folder of its own.
fn machine() -> (tempfile::TempDir, Shim) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let shim = Shim::new(&folder.path().join("control"), &data, 0);
    (folder, shim)
}

fn shell(folder: &Path, shim: &Shim, script: &str) -> std::process::Output {
    let mut command = std::process::Command::new("sh");
    command.args(["-c", script]).current_dir(folder);
    shim.below(command).output().unwrap()
}

#[test]
fn the_clock_of_a_machine_moves() {
    let (folder, shim) = machine();
    shim.passes(3_600_000);
    let output = shell(folder.path(), &shim, "date +%s");
    let shown: i64 = String::from_utf8(output.stdout)
        .unwrap()
        .trim()
        .parse()
        .unwrap();
    let ahead_ms = shown * 1_000 - super::world::wait::now_ms();
    assert!((3_590_000..3_660_000).contains(&ahead_ms), "{ahead_ms}");
}

#[test]
fn the_disk_of_a_machine_is_full_where_it_counts() {
    let (folder, shim) = machine();
    shim.is_full(true);
    let script = "echo x > outside; echo x > data/inside";
    assert!(!shell(folder.path(), &shim, script).status.success());
    let size = |name: &str| std::fs::metadata(folder.path().join(name)).unwrap().len();
    assert_eq!((size("outside"), size("data/inside")), (2, 0));
}

#[test]
fn a_machine_kills_at_the_call_it_was_told() {
    let (folder, shim) = machine();
    shim.counts(3);
    let script = "echo 1 > data/a; echo 2 > data/b; echo 3 > data/c; echo 4 > data/d";
    let status = shell(folder.path(), &shim, script).status;
    assert_eq!((status.signal(), shim.calls()), (Some(9), 3));
    let size = |name: &str| std::fs::metadata(folder.path().join(name)).map(|file| file.len());
    assert_eq!((size("data/b").unwrap(), size("data/c").unwrap()), (2, 0));
    assert!(size("data/d").is_err());
}
