//! D8, D9, D11, D12, D13: every status that a service can answer with has a verdict.

use burnwatch::notify::{
    Breakage, Judged, MailStage, News, Pager, ReasonKind, Receipt, Reply, pagers,
};

use crate::samples::{PAUSE, answer, golden, message, welcome};

/// A verdict in a few words.
pub fn shown(judged: &Judged) -> String {
    let kind = |kind: ReasonKind| format!("{kind:?}").to_lowercase();
    match judged {
        Judged::Delivered { .. } => "delivered".to_string(),
        Judged::Retry {
            reason, receipt, ..
        } => {
            let receipt = match receipt {
                Receipt::None => "",
                Receipt::Possible => ", may have arrived",
            };
            format!("retry, {}{receipt}", kind(reason.kind))
        }
        Judged::Refused { reason } => format!("refused, {}", kind(reason.kind)),
        Judged::TooLarge => "too large".to_string(),
        Judged::Forgotten { .. } => "forgotten".to_string(),
    }
}

fn over_http() -> impl Iterator<Item = &'static dyn Pager> {
    pagers::all()
        .iter()
        .copied()
        .filter(|pager| pager.kind() != "email")
}

/// The verdicts of a pager, one line for statuses in a row that have the same.
pub fn table(pager: &dyn Pager) -> Vec<(String, String)> {
    let mut rows: Vec<(u16, u16, String)> = Vec::new();
    for status in 100..600_u16 {
        let reply = answer(status, welcome(pager.kind()));
        let verdict = shown(&pager.judge(&message(News::Opened), &reply));
        match rows.last_mut() {
            // Successes are rows of their own.
            Some((_, last, known))
                if *known == verdict && (*last / 100 == 2) == (status / 100 == 2) =>
            {
                *last = status
            }
            _ => rows.push((status, status, verdict)),
        }
    }
    let row = |(first, last, verdict): (u16, u16, String)| match first == last {
        true => (first.to_string(), verdict),
        false => (format!("{first}-{last}"), verdict),
    };
    rows.into_iter().map(row).collect()
}

#[test]
fn every_status_has_a_verdict() {
    let mut text = String::new();
    for pager in over_http() {
        text.push_str(&format!("{}\n", pager.kind()));
        for (statuses, verdict) in table(pager) {
            text.push_str(&format!("  {statuses:<8} {verdict}\n"));
        }
    }
    golden("tests/golden/notify/statuses.txt", &text);
}

#[test]
fn statuses_mean_what_they_mean_everywhere() {
    for pager in over_http() {
        for status in 100..600 {
            for body in [welcome(pager.kind()), "", "no", "{}"] {
                let judged = pager.judge(&message(News::Opened), &answer(status, body));
                let context = format!("{} {status} {body}: {judged:?}", pager.kind());
                let is_refused_as = |kinds: &[ReasonKind]| matches!(&judged, Judged::Refused { reason } if kinds.contains(&reason.kind));
                let is_retried =
                    matches!(&judged, Judged::Retry { after, .. } if *after == Some(PAUSE));
                let holds = match status {
                    200..=299 => true,
                    300..=399 => is_refused_as(&[ReasonKind::Redirected]),
                    401..=404 | 407 | 410 => is_refused_as(&[ReasonKind::Denied]),
                    400 | 422 => is_refused_as(&[ReasonKind::Misunderstood]),
                    413 => judged == Judged::TooLarge,
                    408 | 429 | 500..=599 => is_retried,
                    _ => !matches!(judged, Judged::Delivered { .. }),
                };
                assert!(holds, "{context}");
            }
        }
    }
}

#[test]
fn a_web_page_is_never_a_delivery() {
    let page = "\n<!DOCTYPE html><html><body>Log in to go on: ok</body></html>";
    let bare = "<HTML><body>ok</body></HTML>";
    for pager in over_http() {
        for status in 200..300 {
            for body in [page, bare] {
                let judged = pager.judge(&message(News::Opened), &answer(status, body));
                let kind = match &judged {
                    Judged::Refused { reason } => reason.kind,
                    other => panic!("{} {status}: {other:?}", pager.kind()),
                };
                assert_eq!(kind, ReasonKind::Stranger, "{}", pager.kind());
            }
        }
    }
}

#[test]
fn what_broke_is_tried_again_and_marked_where_it_may_have_arrived() {
    let said = || "as the machine says".to_string();
    for pager in pagers::all() {
        for (breakage, kind, expected) in [
            (
                Breakage::Unconnected(said()),
                ReasonKind::Unconnected,
                Receipt::None,
            ),
            (
                Breakage::Untrusted(said()),
                ReasonKind::Untrusted,
                Receipt::None,
            ),
            (Breakage::Lost(said()), ReasonKind::Lost, Receipt::Possible),
        ] {
            match pager.judge(&message(News::Opened), &Reply::Broken(breakage)) {
                Judged::Retry {
                    reason, receipt, ..
                } => assert_eq!((reason.kind, receipt), (kind, expected)),
                other => panic!("{}: {other:?}", pager.kind()),
            }
        }
    }
}

#[test]
fn an_answer_of_another_protocol_is_refused() {
    let mail = Reply::Mail {
        code: 250,
        text: "ok".to_string(),
        stage: MailStage::Data,
    };
    for pager in over_http() {
        let judged = pager.judge(&message(News::Opened), &mail);
        assert!(matches!(judged, Judged::Refused { .. }), "{judged:?}");
    }
    let email = pagers::all().iter().find(|pager| pager.kind() == "email");
    let judged = email
        .unwrap()
        .judge(&message(News::Opened), &answer(200, "ok"));
    assert!(matches!(judged, Judged::Refused { .. }), "{judged:?}");
}

#[test]
fn a_pause_in_the_body_counts_where_the_service_writes_it_there() {
    for (kind, body, ms) in [
        (
            "telegram",
            r#"{"ok":false,"error_code":429,"parameters":{"retry_after":35}}"#,
            35_000,
        ),
        (
            "discord",
            r#"{"message":"slower","retry_after":0.65,"global":false}"#,
            650,
        ),
    ] {
        let pager = pagers::all()
            .iter()
            .find(|pager| pager.kind() == kind)
            .unwrap();
        let mut reply = answer(429, body);
        let Reply::Http(response) = &mut reply else {
            panic!("an answer")
        };
        response.retry_after = None;
        match pager.judge(&message(News::Opened), &reply) {
            Judged::Retry { after, .. } => assert_eq!(after.unwrap().as_ms(), ms),
            other => panic!("{kind}: {other:?}"),
        }
    }
}

#[test]
fn telegram_and_teams_say_what_is_wrong_in_words() {
    let check = |kind: &str, status, body: &str, expected: &str| {
        let pager = pagers::all().iter().find(|pager| pager.kind() == kind);
        let judged = pager
            .unwrap()
            .judge(&message(News::Opened), &answer(status, body));
        assert_eq!(shown(&judged), expected, "{body}");
    };
    let telegram = |text: &str| {
        format!(r#"{{"ok":false,"error_code":400,"description":"Bad Request: {text}"}}"#)
    };
    check(
        "telegram",
        400,
        &telegram("chat not found"),
        "refused, denied",
    );
    check(
        "telegram",
        400,
        &telegram("message is too long"),
        "too large",
    );
    check(
        "telegram",
        400,
        &telegram("something"),
        "refused, misunderstood",
    );
    check("telegram", 200, &telegram("something"), "refused, stranger");
    let moved = r#"{"ok":false,"description":"x","parameters":{"migrate_to_chat_id":-100}}"#;
    check("telegram", 400, moved, "refused, denied");
    let failed =
        "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error";
    check(
        "msteams",
        200,
        &format!("{failed} 429"),
        "retry, limited, may have arrived",
    );
    check(
        "msteams",
        200,
        &format!("{failed} 502"),
        "retry, troubled, may have arrived",
    );
    check("msteams", 200, "1", "delivered");
}
