//! The example of tickets that become issues: its generated configuration in a real Alertmanager, its bridge, and a tracker
//! that enforces what GitHub's documentation says.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::github::{GitHub, Issue, REPOSITORY, TOKEN};
use crate::kit::fake::{Behaviour, Fake};
use crate::kit::tools::run;
use crate::office::{Bridge, HOSTILE, Office, example, free_port, python};

/// The longest message that the bridge takes, in bytes.
const BODY_BYTES_MAX: usize = 1 << 20;

const FIRST: &str = "2020-01-05T03:12:44Z";
const FIRST_END: &str = "2020-01-05T09:00:00Z";
const SECOND: &str = "2020-01-06T03:12:44Z";
const SECOND_END: &str = "2020-01-06T09:00:00Z";
const THIRD: &str = "2020-02-07T03:12:44Z";

/// What a reader of Markdown does not take for code.
fn outside_of_code(text: &str) -> String {
    let (mut fence, mut outside) = (None, String::new());
    for line in text.lines() {
        let ticks = line.chars().take_while(|c| *c == '`').count();
        match fence {
            None if ticks >= 3 => fence = Some(ticks),
            None => outside.push_str(&format!("{line}\n")),
            Some(open) if ticks >= open && line.trim_end_matches('`').is_empty() => fence = None,
            Some(_) => {}
        }
    }
    assert_eq!(fence, None, "a block of code is open at the end: {text}");
    outside
}

/// Nothing of an alert does anything in an issue.
fn is_harmless(issue: &Issue) {
    assert!(
        !issue.title.contains("@everyone") && !issue.title.contains("#1"),
        "{}",
        issue.title
    );
    assert!(!issue.title.contains(['\n', '\u{202e}']), "{}", issue.title);
    let marks = issue.body.matches("<!--").count();
    assert_eq!(marks, 1, "{}", issue.body);
    for text in issue.comments.iter().chain([&issue.body]) {
        let outside = outside_of_code(text);
        for bad in ["@", "<img", "<b>", "](", "# title", "\u{202e}"] {
            assert!(!outside.contains(bad), "{bad}\n{text}");
        }
    }
}

#[test]
fn a_ticket_is_one_issue_from_its_beginning_to_its_end() {
    let mut office = Office::open();
    office.github.refuse(3, 503);
    office.post("eu-west", "ticket-3d", FIRST, None);
    office.until("an issue is opened", || !office.github.issues().is_empty());
    assert_eq!(office.said("502 alert="), 3, "{}", office.log());

    office.repeated();
    let [issue] = &office.github.issues()[..] else {
        panic!("{:#?}", office.github.issues());
    };
    check_opened(issue);

    // What stands newer in the tracker, and who edits the text, changes nothing; nor does another process.
    office.github.add_pull_requests(3, &issue.labels);
    office
        .github
        .edit(|issue| issue.body.insert_str(0, "We look into it.\n\n"));
    office.restart_bridge();
    office.repeated();
    assert_eq!(office.github.issues().len(), 1);
    assert!(office.github.issues()[0].comments.is_empty());

    // A faster tier silences the slower.
    office.post("eu-west", "ticket-1d", FIRST, None);
    let comments = |count| office.github.issues()[0].comments.len() == count;
    office.until("a change is told", || comments(1));
    office.repeated();
    let said = "Firing since:\n\n```text\n2020-01-05T03:12:44Z slo_tier=ticket-1d\n```\n";
    assert_eq!(office.github.issues()[0].comments, [said]);

    for tier in ["ticket-3d", "ticket-1d"] {
        office.post("eu-west", tier, FIRST, Some(FIRST_END));
    }
    let is_open = || office.github.issues()[0].closed_at.is_none();
    office.until("the issue is closed", || !is_open());
    let closed = &office.github.issues()[0];
    assert_eq!(closed.comments[1..], ["The alert has ended."]);
    assert!(
        closed.body.starts_with("We look into it.\n\n```text\n"),
        "{}",
        closed.body
    );

    // Soon afterwards it is the same issue, a month later another.
    office.post("eu-west", "ticket-1d", SECOND, None);
    office.until("the issue is opened again", is_open);
    office.post("eu-west", "ticket-1d", SECOND, Some(SECOND_END));
    office.until("the issue is closed again", || !is_open());
    office
        .github
        .edit(|issue| issue.closed_at = Some("2020-01-06T09:00:00Z".to_string()));
    office.post("eu-west", "ticket-1d", THIRD, None);
    office.until("an issue is opened anew", || {
        office.github.issues().len() == 2
    });
    office.repeated();
    let issues = office.github.issues();
    assert_eq!(issues.len(), 2, "{issues:#?}");
    assert!(issues[0].closed_at.is_some() && issues[1].closed_at.is_none());
    assert_eq!(issues[0].labels, issues[1].labels);

    assert!(!office.log().contains(TOKEN), "{}", office.log());
    let requests = office.github.requests();
    assert!(
        requests
            .iter()
            .all(|r| !r.body.contains(TOKEN) && !r.path.contains(TOKEN))
    );
}

fn check_opened(issue: &Issue) {
    assert_eq!(
        issue.title,
        "[ticket] orders/availability (region=eu-west) burns its error budget too fast (ticket-3d tier)"
    );
    let [key, others @ ..] = &issue.labels[..] else {
        panic!("{issue:#?}");
    };
    assert_eq!(
        others,
        ["slo=orders/availability", "owner=orders", "severity=ticket"]
    );
    assert!(key.starts_with("alert=") && key.len() == 22, "{key}");
    assert!(
        issue.comments.is_empty() && issue.closed_at.is_none(),
        "{issue:#?}"
    );
    let (text, mark) = issue.body.split_once("<!-- ").unwrap();
    assert!(
        mark.starts_with("burnwatch: ") && mark.ends_with(" -->\n"),
        "{mark}"
    );
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with("- Alertmanager: <http"))
        .collect();
    assert_eq!(
        lines.join("\n"),
        "```text\n\
         orders/availability (region=eu-west) burns its error budget too fast (ticket-3d tier)\n\
         Over 3d the error budget burns 1.45 times as fast as the objective allows (fires above 1). 12% of\n\
         the 30d budget is left. @everyone <b>Orders</b> that are taken.\n\
         ```\n\n\
         - Runbook: <https://runbooks.example.com/orders/availability.html#ticket-3d>\n\
         - Dashboard: <https://grafana.example.com/d/slo?var-region=eu-west>\n\n\
         Firing since:\n\n\
         ```text\n\
         2020-01-05T03:12:44Z slo_tier=ticket-3d\n\
         ```\n\n\
         This issue is closed when the alert ends.\n"
    );
    is_harmless(issue);
}

#[test]
fn regions_have_issues_of_their_own_and_hostile_ones_do_nothing() {
    let office = Office::open();
    office.post("us", "ticket-3d", FIRST, None);
    office.post(HOSTILE, "ticket-3d", FIRST, None);
    office.until("each is opened", || office.github.issues().len() == 2);
    // Closed by hand while it fires: that is respected until something changes.
    office
        .github
        .edit(|issue| issue.closed_at = Some("2020-01-05T09:00:00Z".to_string()));
    office.repeated();
    office.repeated();
    let issues = office.github.issues();
    assert_eq!(issues.len(), 2, "{issues:#?}");
    assert_ne!(issues[0].labels[0], issues[1].labels[0]);
    issues.iter().for_each(is_harmless);
}

/// A bridge without an Alertmanager, and what it answers.
fn lone(folder: &TempDir, api: &str) -> Bridge {
    Bridge::start(folder.path(), free_port(), api)
}

fn message() -> Value {
    let labels = json!({"alertname": "SLOErrorBudgetBurn", "slo": "a/b", "severity": "ticket"});
    json!({
        "version": "4", "groupKey": "{}:{slo=\"a/b\"}", "truncatedAlerts": 0, "status": "firing",
        "receiver": "burnwatch/a/ticket", "groupLabels": {"slo": "a/b"}, "commonLabels": labels,
        "commonAnnotations": {}, "externalURL": "http://127.0.0.1:9093",
        "alerts": [{
            "status": "firing", "labels": labels, "annotations": {}, "startsAt": FIRST,
            "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "", "fingerprint": "1",
        }],
    })
}

#[test]
fn nonsense_is_refused_and_never_reaches_the_tracker() {
    let (folder, github) = (TempDir::new().unwrap(), GitHub::start());
    let bridge = lone(&folder, &github.url());
    let sound = message();
    assert_eq!(bridge.post("/other", "json", &sound.to_string()), 404);
    assert_eq!(bridge.post("/alerts", "text", &sound.to_string()), 415);
    for text in ["", "{", "[]", "{}", "null", "\u{7f}", &"[".repeat(100_000)] {
        assert_eq!(bridge.post("/alerts", "json", text), 400, "{text:.20}");
    }
    for (path, value) in [
        ("/version", json!("3")),
        ("/status", json!("unsure")),
        ("/commonLabels/slo", json!(7)),
        ("/commonLabels", json!([])),
        ("/commonLabels", json!({})),
        ("/groupLabels/slo", json!({})),
        ("/alerts", json!({})),
        ("/alerts", json!([])),
        ("/alerts/0", json!("alert")),
        ("/alerts/0/labels", json!(null)),
        ("/alerts/0/annotations", json!({"summary": []})),
    ] {
        let mut wrong = sound.clone();
        *wrong.pointer_mut(path).unwrap() = value;
        assert_eq!(
            bridge.post("/alerts", "json", &wrong.to_string()),
            400,
            "{path}"
        );
    }
    let long = |length: usize| format!("{}{sound}", " ".repeat(length - sound.to_string().len()));
    assert_eq!(
        bridge.post("/alerts", "json", &long(BODY_BYTES_MAX + 1)),
        413
    );
    assert!(github.requests().is_empty());
    assert_eq!(bridge.post("/alerts", "json", &long(BODY_BYTES_MAX)), 200);
    assert_eq!(github.issues().len(), 1);
}

#[test]
fn a_tracker_that_fails_is_asked_again_and_nothing_is_opened_that_nobody_would_find() {
    let (folder, github) = (TempDir::new().unwrap(), GitHub::start());
    let bridge = lone(&folder, &github.url());
    let sound = message().to_string();
    for status in [401, 404, 429, 500] {
        github.refuse(1, status);
        assert_eq!(bridge.post("/alerts", "json", &sound), 502, "{status}");
    }
    github.forbid_labels();
    assert_eq!(bridge.post("/alerts", "json", &sound), 502);
    assert!(github.issues().is_empty());
    fs::write(folder.path().join("token"), "wrong\n").unwrap();
    assert_eq!(bridge.post("/alerts", "json", &sound), 502);
    fs::write(
        folder.path().join("token"),
        format!("{TOKEN}\nsecond: line"),
    )
    .unwrap();
    assert_eq!(bridge.post("/alerts", "json", &sound), 502);
    fs::remove_file(folder.path().join("token")).unwrap();
    assert_eq!(bridge.post("/alerts", "json", &sound), 502);
    assert!(github.issues().is_empty());
    let log = fs::read_to_string(folder.path().join("bridge.log")).unwrap();
    assert!(!log.contains(TOKEN), "{log}");
}

#[test]
fn a_tracker_that_sends_elsewhere_or_answers_nonsense_does_not_get_the_token_carried_on() {
    let stranger = Fake::start(|_| Behaviour::json("[]"));
    let elsewhere = stranger.url();
    let tracker = Fake::start(move |request| {
        let to = |line: &str| vec![line.replace("ELSEWHERE", &elsewhere)];
        match request.path.contains("first") {
            true => Behaviour::Answer(302, to("Location: ELSEWHERE/"), String::new()),
            false => Behaviour::Answer(
                200,
                to("Link: <ELSEWHERE/>; rel=\"next\""),
                "{\"a\": 1}".to_string(),
            ),
        }
    });
    for (base, status) in [("first", 502), ("second", 500)] {
        let folder = TempDir::new().unwrap();
        let bridge = lone(&folder, &format!("{}/{base}", tracker.url()));
        assert_eq!(
            bridge.post("/alerts", "json", &message().to_string()),
            status,
            "{base}"
        );
    }
    assert!(stranger.requests().is_empty(), "{:#?}", stranger.requests());
}

#[test]
fn a_token_is_not_sent_where_others_could_read_it() {
    for api in [
        "http://github.example.com",
        "http://127.example.com",
        "ftp://127.0.0.1",
        "nowhere",
    ] {
        let outcome = run(
            python(),
            &example(),
            [
                "-B",
                "bridge.py",
                // It ends in any case: this is no address.
                "--listen",
                "127.0.0.1:none",
                "--repository",
                REPOSITORY,
                "--token-file",
                "none",
                "--api",
                api,
            ],
        );
        assert!(
            !outcome.success && outcome.stderr.contains("https is expected"),
            "{api}: {}",
            outcome.stderr
        );
    }
}
