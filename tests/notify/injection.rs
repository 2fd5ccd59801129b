//! P3: whatever stands in a title, a label or a text, it does nothing where it arrives.

use burnwatch::notify::{Message, News, Request, Size};

use crate::part::body;
use crate::samples::{message, receiver, receivers, storm};

const ODD: &str = "\"a\"\r\nBcc: evil@example.com\r\n\r\n<script>alert(1)</script> <!channel> <@U1> @everyone [x](https://evil.example) \
                   *b* {{c}} \u{202e}'; \\ &amp;";

fn odd() -> Vec<Message> {
    let spoil = |mut message: Message| {
        message.title = ODD.to_string();
        message.text = format!("{ODD}\n{ODD}");
        message.facts = vec![(ODD.to_string(), ODD.to_string())];
        message.labels.insert("route".to_string(), ODD.to_string());
        message.because = Some(ODD.to_string());
        message.episode = ODD.to_string();
        for member in &mut message.members {
            member.title = ODD.to_string();
            member.episode = ODD.to_string();
        }
        message
    };
    vec![spoil(message(News::Opened)), spoil(storm(3))]
}

fn sent(name: &str) -> Vec<Request> {
    let receiver = receiver(name);
    let sizes = [Size::Whole, Size::Least];
    let all = odd();
    let each = all
        .iter()
        .flat_map(|message| sizes.map(|size| receiver.render(message, size)));
    each.flatten().collect()
}

/// Every text within JSON.
fn texts(value: &serde_json::Value) -> Vec<String> {
    match value {
        serde_json::Value::String(text) => vec![text.clone()],
        serde_json::Value::Array(items) => items.iter().flat_map(texts).collect(),
        serde_json::Value::Object(fields) => fields.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn every_body_is_json_and_no_header_has_a_line_break() {
    for receiver in receivers() {
        for request in sent(receiver.name.as_str()) {
            let Request::Http(http) = &request else {
                continue;
            };
            body(&request);
            let headers = http.headers.iter().map(|(_, value)| value.expose());
            for text in headers.chain([http.url.expose()]) {
                assert!(
                    text.bytes().all(|b| b.is_ascii_graphic() || b == b' '),
                    "{text}"
                );
            }
        }
    }
}

#[test]
fn slack_is_mentioned_nobody() {
    for name in ["slack", "slack_bot"] {
        for request in sent(name) {
            for text in texts(&body(&request)) {
                assert!(
                    !text.contains("<!") && !text.contains("<@") && !text.contains("<s"),
                    "{text}"
                );
            }
            let all = texts(&body(&request)).join("\n");
            assert!(all.contains("&lt;!channel&gt;"), "{all}");
            assert!(
                all.contains(
                    "<https://runbooks.example.com/checkout/latency.html#page-1h|Runbook>"
                ),
                "{all}"
            );
        }
    }
}

#[test]
fn opsgenie_reads_no_html() {
    for request in sent("opsgenie") {
        let root = body(&request);
        for field in ["message", "description", "entity", "source"] {
            let text = root[field].as_str().unwrap();
            assert!(!text.contains('<') && !text.contains('>'), "{text}");
        }
        assert!(root["description"].as_str().unwrap().contains("‹script›"));
    }
}

#[test]
fn discord_reads_no_markdown_and_mentions_nobody() {
    for request in sent("discord") {
        let root = body(&request);
        assert_eq!(
            root["allowed_mentions"]["parse"].as_array().unwrap().len(),
            0
        );
        let embed = &root["embeds"][0];
        let text = format!(
            "{}\n{}",
            embed["title"].as_str().unwrap(),
            embed["description"].as_str().unwrap()
        );
        assert!(
            !text.contains("[x]") && !text.contains(" *b*") && !text.contains(" @everyone"),
            "{text}"
        );
        assert!(
            text.contains("\\[x\\](https://evil.example) \\*b\\*"),
            "{text}"
        );
        assert!(
            text.contains("\n[Runbook](https://runbooks.example.com/"),
            "{text}"
        );
    }
}

#[test]
fn telegram_mentions_nobody_and_reads_no_language() {
    for request in sent("telegram") {
        let root = body(&request);
        assert!(root.get("parse_mode").is_none() && root.get("entities").is_none());
        let text = root["text"].as_str().unwrap();
        assert!(
            !text.contains("@everyone") && text.contains("@\u{2060}everyone"),
            "{text}"
        );
    }
}

#[test]
fn teams_has_runs_of_text_alone() {
    for request in sent("msteams") {
        let root = body(&request);
        let blocks = root["attachments"][0]["content"]["body"]
            .as_array()
            .unwrap();
        assert!(blocks.iter().all(|block| block["type"] == "RichTextBlock"));
        assert!(
            root["attachments"][0]["content"]["msteams"]
                .get("entities")
                .is_none()
        );
    }
}

#[test]
fn a_mail_has_one_line_of_subject_and_no_script() {
    for request in sent("email") {
        let Request::Mail(mail) = request else {
            panic!("a mail")
        };
        for header in [&mail.subject, &mail.from, &mail.message_id, &mail.smarthost] {
            assert!(!header.chars().any(char::is_control), "{header}");
        }
        assert!(!mail.subject.contains('\u{202e}'), "{}", mail.subject);
        assert!(
            !mail.html.contains("<script") && mail.html.contains("&lt;script&gt;"),
            "{}",
            mail.html
        );
        assert!(!mail.text.contains('\r') && !mail.text.contains('\u{202e}'));
    }
}

#[test]
fn machines_get_labels_as_they_are() {
    let whole = &sent("webhook")[0];
    assert_eq!(body(whole)["alerts"][0]["labels"]["route"], ODD);
    let whole = &sent("alertmanager")[0];
    assert_eq!(body(whole)[0]["labels"]["route"], ODD);
    let own = &sent("webhook-own")[0];
    assert_eq!(body(own)["labels"]["route"], ODD);
}

#[test]
fn links_lead_nowhere_but_where_they_say() {
    for url in [
        "javascript:alert(1)",
        "https://a b",
        "https://a\r\nb",
        "data:text/html,x",
        "//evil.example",
        "",
    ] {
        let mut message = message(News::Opened);
        message.links.runbook = Some(url.to_string());
        for receiver in receivers() {
            let text = match receiver.render(&message, Size::Whole).unwrap() {
                Request::Http(http) => http.body,
                Request::Mail(mail) => mail.html + &mail.text,
            };
            assert!(
                !text.contains("Runbook") && !text.contains("runbook_url"),
                "{url}: {text}"
            );
        }
    }
    let mut message = message(News::Opened);
    message.links.runbook = Some("https://a.example/x)|<y>\"z".to_string());
    for receiver in receivers() {
        let text = match receiver.render(&message, Size::Whole).unwrap() {
            Request::Http(http) => http.body,
            Request::Mail(mail) => mail.html,
        };
        assert!(
            text.contains("https://a.example/x%29%7C%3Cy%3E%22z"),
            "{text}"
        );
    }
}
