//! No part of a request is longer than its service takes, and none is cut before it must be.

use burnwatch::notify::{Limit, Message, News, Request, Size, words};

use crate::part::{body, parts};
use crate::samples::{message, receiver, receivers, resolved, storm};

/// Messages that are as large and as odd as they get.
fn hostile() -> Vec<Message> {
    let mut all = Vec::new();
    for one in ["𝄞", "\"", "&", "@"] {
        let long = one.repeat(10_000);
        let value = one.repeat(4_100);
        let pairs = |count: usize| (0..count).map(|at| (format!("{at}{value}"), value.clone()));
        for (news, members) in [
            (News::Opened, 0),
            (resolved(), 0),
            (News::Missed, 0),
            (News::Opened, if one == "𝄞" { 10_000 } else { 500 }),
        ] {
            let mut message = Message {
                title: long.clone(),
                text: long.clone(),
                facts: pairs(45).collect(),
                because: Some(long.clone()),
                episode: long.clone(),
                members: storm(members).members,
                ..message(news)
            };
            for member in message.members.iter_mut().take(60) {
                member.title = long.clone();
            }
            message.labels.extend(pairs(45));
            let labels = (0..66).map(|at| (format!("label_{at}"), value.clone()));
            message.labels.extend(labels);
            message.links.runbook = Some(format!("https://example.com/{}", "x".repeat(2_028)));
            message.links.dashboard = Some(format!("https://example.com/{}", "&".repeat(2_028)));
            message.links.acknowledge = Some(format!("https://example.com/{}", "\"".repeat(500)));
            all.push(message);
        }
    }
    all
}

#[test]
fn no_part_is_longer_than_its_limit() {
    for message in hostile() {
        for receiver in receivers() {
            for size in [Size::Whole, Size::Least] {
                if receiver.body.is_some() && size == Size::Whole {
                    // What it asks for may be too much; then it says so.
                    continue;
                }
                let Some(request) = receiver.render(&message, size) else {
                    continue;
                };
                if receiver.body.is_some() {
                    continue;
                }
                for limit in receiver.is().limits() {
                    for (length, _) in parts(&request, limit) {
                        assert!(
                            length <= limit.most,
                            "{} {size:?}: `{}` is {length} and may be {}",
                            receiver.name,
                            limit.part,
                            limit.most
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn every_limit_is_of_a_part_that_exists() {
    let all = [message(News::Opened), message(resolved()), storm(3)];
    for receiver in receivers().iter().filter(|r| r.body.is_none()) {
        for limit in receiver.is().limits() {
            let requests = all
                .iter()
                .filter_map(|message| receiver.render(message, Size::Whole));
            let found: usize = requests.map(|request| parts(&request, limit).len()).sum();
            assert!(found > 0, "{}: `{}`", receiver.name, limit.part);
        }
    }
}

/// A message without anything that follows its text.
fn bare() -> Message {
    let mut message = message(News::Opened);
    message.facts.clear();
    message
}

/// The longest that `part` gets while `grow` lengthens the message, before it ends in `…`.
fn edge(name: &str, limit: &Limit, grow: fn(&mut Message, usize)) -> usize {
    let receiver = receiver(name);
    let at = |length: usize| {
        let mut message = bare();
        grow(&mut message, length);
        let request = receiver.render(&message, Size::Whole).unwrap();
        // Where several texts are one part, the first is ours.
        parts(&request, limit).remove(0)
    };
    let (mut fits, mut cut) = (1, 40_000);
    assert!(
        at(cut).1.ends_with('…'),
        "{name} `{}` is never cut",
        limit.part
    );
    while cut - fits > 1 {
        let middle = (fits + cut) / 2;
        match at(middle).1.ends_with('…') {
            true => cut = middle,
            false => fits = middle,
        }
    }
    at(fits).0
}

#[test]
fn a_part_is_filled_to_its_last_character_before_it_is_cut() {
    let title: fn(&mut Message, usize) = |message, length| message.title = "x".repeat(length);
    let text: fn(&mut Message, usize) = |message, length| message.text = "é".repeat(length);
    for (name, part, grow) in [
        ("pagerduty", "payload.summary", title),
        ("opsgenie", "message", title),
        ("opsgenie", "description", text),
        ("slack", "attachments.*.blocks.*.text.text", text),
        ("slack_bot", "attachments.*.blocks.*.text.text", text),
        ("discord", "embeds.*.title", title),
        ("discord", "embeds.*.description", text),
        ("telegram", "text", text),
        ("email", "subject", title),
        ("alertmanager", "*.annotations.description", text),
    ] {
        let limits = receiver(name).is().limits();
        let own = limits.iter().find(|limit| limit.part == part);
        let limit = own.copied().unwrap_or(Limit::chars(part, 8_192));
        assert_eq!(edge(name, &limit, grow), limit.most, "{name} `{part}`");
    }
}

#[test]
fn a_link_is_whole_or_not_there() {
    let long = |bytes: usize| {
        let mut message = message(News::Opened);
        message.links.runbook = Some(format!("https://example.com/{}", "x".repeat(bytes - 20)));
        message
    };
    for receiver in receivers() {
        for (bytes, is_there) in [
            (words::LINK_BYTES_MAX, true),
            (words::LINK_BYTES_MAX + 1, false),
        ] {
            let message = long(bytes);
            let text = match receiver.render(&message, Size::Whole).unwrap() {
                Request::Http(http) => http.body,
                Request::Mail(mail) => mail.text + &mail.html,
            };
            let link = message.links.runbook.unwrap();
            assert_eq!(text.contains(&link), is_there, "{} {bytes}", receiver.name);
            assert_eq!(
                text.contains(&link[..60]),
                is_there,
                "{} {bytes}",
                receiver.name
            );
        }
    }
}

#[test]
fn labels_and_facts_have_a_greatest_number() {
    let mut message = message(News::Opened);
    message.labels = (0..200)
        .map(|at| (format!("l{at:03}"), "x".to_string()))
        .collect();
    let count = |name: &str, pointer: &str| {
        let request = receiver(name).render(&message, Size::Whole).unwrap();
        body(&request)
            .pointer(pointer)
            .unwrap()
            .as_object()
            .unwrap()
            .len()
    };
    assert_eq!(
        count("pagerduty", "/payload/custom_details/labels"),
        words::FACTS_MAX
    );
    assert_eq!(count("webhook", "/alerts/0/labels"), 64);
    assert_eq!(count("alertmanager", "/0/labels"), 64);
}

#[test]
fn the_least_says_title_times_and_runbook() {
    for receiver in receivers().iter().filter(|r| r.body.is_none()) {
        let message = message(News::Opened);
        let text = match receiver.render(&message, Size::Least).unwrap() {
            Request::Http(http) => http.body,
            Request::Mail(mail) => mail.text + &mail.subject,
        };
        let plain = text.replace('\\', "");
        for needed in [
            message.title.as_str(),
            "2026-12-01T03:12",
            "https://runbooks.example.com/checkout/latency.html#page-1h",
        ] {
            assert!(plain.contains(needed), "{} {needed}: {text}", receiver.name);
        }
        assert!(!plain.contains("62.1%"), "{}", receiver.name);
    }
}
