//! P1: secrets are where they must be, and nowhere else.

use burnwatch::base::Secret;
use burnwatch::notify::{ReasonKind, Request, Size};

use crate::samples::{CANARY, Receiver, SIGNED, answer, messages, receiver, receivers};

#[test]
fn what_is_printed_of_a_request_has_no_secret() {
    for receiver in receivers() {
        for (name, message) in messages() {
            let Some(request) = receiver.render(&message, Size::Whole) else {
                continue;
            };
            let printed = format!(
                "{request:?} {request:#?} {message:?} {:?}",
                receiver.address(None)
            );
            for secret in [CANARY, SIGNED] {
                assert!(
                    !printed.contains(secret),
                    "{} {name}: {printed}",
                    receiver.name
                );
            }
        }
    }
}

/// Where the secret of a receiver is in its request.
fn places(receiver: &Receiver, request: &Request) -> Vec<&'static str> {
    let mut places = Vec::new();
    match request {
        Request::Http(http) => {
            let in_headers = http.headers.iter().any(|(name, value)| {
                // A user and a password are encoded.
                *name == "authorization"
                    && (value.expose().contains(CANARY) || value.expose().starts_with("Basic "))
            });
            places.extend(http.url.expose().contains(CANARY).then_some("url"));
            places.extend(in_headers.then_some("header"));
            places.extend(http.body.contains(CANARY).then_some("body"));
        }
        Request::Mail(mail) => {
            let (user, password) = mail.login.as_ref().unwrap();
            places.extend((password.expose() == CANARY).then_some("login"));
            let rest = format!(
                "{user} {} {} {} {:?}",
                mail.subject, mail.text, mail.html, mail.to
            );
            places.extend(rest.contains(CANARY).then_some("mail"));
        }
    }
    assert!(receiver.secret.is_none() && receiver.login.is_none() || !places.is_empty());
    places
}

#[test]
fn a_secret_is_in_the_one_place_that_needs_it() {
    let mut found = Vec::new();
    for receiver in receivers() {
        let mut all: Vec<&str> = Vec::new();
        for (_, message) in messages() {
            for size in [Size::Whole, Size::Least] {
                let request = receiver.render(&message, size);
                all.extend(
                    request
                        .iter()
                        .flat_map(|request| places(&receiver, request)),
                );
            }
        }
        all.sort();
        all.dedup();
        found.push(format!("{} {}", receiver.name, all.join("+")));
    }
    let expected = [
        "alertmanager header",
        "alertmanager-secret header+url",
        "discord url",
        "email login",
        "msteams url",
        "opsgenie header",
        "opsgenie-jsm header",
        "pagerduty body",
        "slack url",
        "slack_bot header",
        "telegram url",
        "webhook ",
        "webhook-own url",
    ];
    assert_eq!(found, expected);
}

#[test]
fn what_acknowledges_is_not_told_to_an_alertmanager() {
    for receiver in receivers() {
        let tells =
            messages()
                .iter()
                .any(|(_, message)| match receiver.render(message, Size::Whole) {
                    Some(Request::Http(http)) => http.body.contains(SIGNED),
                    Some(Request::Mail(mail)) => {
                        mail.text.contains(SIGNED) && mail.html.contains(SIGNED)
                    }
                    None => false,
                });
        let is_told = !["alertmanager", "alertmanager-secret", "webhook-own"]
            .contains(&receiver.name.as_str());
        assert_eq!(tells, is_told, "{}", receiver.name);
    }
}

#[test]
fn an_answer_that_repeats_the_request_is_not_repeated() {
    for receiver in receivers() {
        for (_, message) in messages() {
            for status in (100..600).chain([0, u16::MAX]) {
                for body in [
                    CANARY.to_string(),
                    format!(
                        "{{\"ok\":false,\"error\":\"{CANARY}\",\"description\":\"chat not found {CANARY}\"}}"
                    ),
                    format!("<html>{CANARY}</html>"),
                    format!("delivery failed: {CANARY}"),
                ] {
                    let judged = receiver.is().judge(&message, &answer(status, &body));
                    let printed = format!("{judged:?}");
                    assert!(!printed.contains(CANARY), "{}: {printed}", receiver.name);
                }
            }
        }
    }
}

#[test]
fn a_secret_that_cannot_be_used_is_named_and_not_shown() {
    let (_, message) = messages().remove(0);
    let url = |rest: &str| format!("https://hooks.example.com/{rest}");
    for name in receivers()
        .iter()
        .filter(|r| r.secret.is_some())
        .map(|r| r.name.to_string())
    {
        let is_url = receiver(&name).secret.unwrap().expose().contains("https");
        let shape = |rest: &str| if is_url { url(rest) } else { rest.to_string() };
        let mut broken = vec![
            None,
            Some(String::new()),
            Some(" \n".to_string()),
            Some(shape(&format!("{CANARY}\r\nX-Header: {CANARY}"))),
            Some(shape(&format!("{CANARY} {CANARY}é"))),
            Some(shape(&format!("{CANARY}{}", "x".repeat(4_097)))),
        ];
        if is_url {
            broken.push(Some(format!("ftp://{CANARY}")));
        }
        if name == "telegram" {
            broken.push(Some(format!("{CANARY}/../{CANARY}?x")));
        }
        if name == "email" {
            // A password may have any characters.
            broken.truncate(1);
        }
        for secret in broken {
            let receiver = Receiver {
                secret: secret.clone().map(Secret::new),
                ..receiver(&name)
            };
            let reason = receiver.try_render(&message, Size::Whole).unwrap_err();
            assert_eq!(reason.kind, ReasonKind::Secret, "{name} {secret:?}");
            assert!(!format!("{reason:?}").contains(CANARY), "{reason:?}");
        }
    }
}

#[test]
fn a_secret_has_a_longest_length_and_no_line_at_its_end() {
    let (_, message) = messages().remove(0);
    let render = |bytes: usize| {
        let receiver = Receiver {
            secret: Some(Secret::new(format!(" {}\r\n", "x".repeat(bytes)))),
            ..receiver("opsgenie")
        };
        receiver.try_render(&message, Size::Whole)
    };
    let Some(Request::Http(http)) = render(4_096).unwrap() else {
        panic!("a request")
    };
    let authorization = &http.headers[1].1;
    assert_eq!(
        authorization.expose(),
        format!("GenieKey {}", "x".repeat(4_096))
    );
    assert!(render(4_097).is_err());
}
