//! Messages at their longest, and hostile ones: limits of receivers hold, links stay whole, labels do nothing.

use burnwatch::base::name::{LABEL_NAME_BYTES_MAX, NAME_BYTES_MAX};
use burnwatch::base::url_template::URL_BYTES_MAX;
use burnwatch::spec::scalar::TEXT_BYTES_MAX;
use serde_json::{Value, json};

use crate::amtool::render;
use crate::messages::{alert, data};

/// Where what burns and the runbook must be.
const FIRST: usize = 120;
const OPSGENIE_MAX: usize = 130;
const PAGERDUTY_MAX: usize = 1_024;
const SLACK_TITLE_MAX: usize = 1_024;
const SLACK_TEXT_MAX: usize = 3_000;
const DISCORD_MAX: usize = 4_096;
const TELEGRAM_MAX: usize = 4_096;

/// Links up to here end within the first characters of every message, however long names are.
const LINK_FITS: usize = 76;

fn url(length: usize) -> String {
    let start = "https://runbooks.example.com/";
    format!("{start}{}", "r".repeat(length.saturating_sub(start.len())))
}

/// The longest names, with ten alerts, and a runbook's link of `length`.
fn longest(length: usize, resolved: bool) -> Value {
    let name = |c: &str| c.repeat(NAME_BYTES_MAX);
    let slo = format!("{}/{}", name("s"), name("n"));
    let label = "g".repeat(LABEL_NAME_BYTES_MAX);
    let value = "é".repeat(2_000);
    let group = json!({"slo": slo, label.clone(): value});
    let common = json!({
        "alertname": "SLOErrorBudgetBurn", "slo": slo, label: value,
        "slo_service": name("s"), "slo_name": name("n"), "severity": name("p"), "owner": name("o"),
        "slo_priority": "P0", "slo_response": "15m",
    });
    let tell = |at: usize| {
        let tier = format!("{}{at}", "t".repeat(NAME_BYTES_MAX - 1));
        let mut alert = alert(&tier, Some(("30d", "2d12h")), &"d".repeat(TEXT_BYTES_MAX));
        alert["annotations"]["runbook_url"] = url(length).into();
        alert["annotations"]["dashboard_url"] = url(URL_BYTES_MAX.min(length)).into();
        alert["annotations"]["summary"] = format!("{slo} {value}").into();
        alert["labels"]["member"] = "m".repeat(500).into();
        if resolved {
            alert["status"] = "resolved".into();
            alert["endsAt"] = "2026-12-09T03:12:44.123Z".into();
        }
        alert
    };
    let mut alerts: Vec<Value> = (0..10).map(tell).collect();
    alerts[9]["labels"]["member"] = "other".into();
    data(group, common, alerts)
}

fn chars(text: &str) -> usize {
    text.chars().count()
}

/// The place behind the last character of the whole link.
fn link_end(text: &str, length: usize) -> Option<usize> {
    let link = url(length);
    let at = text.find(&link)?;
    Some(chars(&text[..at + link.len()]))
}

#[test]
fn the_longest_messages_keep_the_limits_of_every_receiver() {
    for resolved in [false, true] {
        for length in [
            40,
            LINK_FITS,
            LINK_FITS + 1,
            400,
            401,
            800,
            801,
            URL_BYTES_MAX,
        ] {
            let data = longest(length, resolved);
            let [title, summary, message, slack_title, slack_text] = render(
                "text",
                [
                    "title",
                    "pagerduty.summary",
                    "opsgenie.message",
                    "slack.title",
                    "slack.text",
                ],
                &data,
            );
            let [
                markdown_title,
                markdown_text,
                telegram,
                description,
                fallback,
                tags,
            ] = render(
                "text",
                [
                    "markdown.title",
                    "markdown.text",
                    "message",
                    "text",
                    "slack.fallback",
                    "opsgenie.tags",
                ],
                &data,
            );
            let limits = [
                ("title", &title, FIRST),
                ("summary", &summary, PAGERDUTY_MAX),
                ("message", &message, OPSGENIE_MAX),
                ("slack title", &slack_title, SLACK_TITLE_MAX),
                ("slack fallback", &fallback, SLACK_TITLE_MAX),
                ("slack text", &slack_text, SLACK_TEXT_MAX),
                ("discord title", &markdown_title, 256),
                ("discord text", &markdown_text, DISCORD_MAX),
                ("opsgenie description", &description, 15_000),
            ];
            for (what, text, limit) in limits {
                assert!(chars(text) <= limit, "{what}, {length}: {}", chars(text));
            }
            // Alertmanager cuts a telegram at its end, far behind the runbook.
            assert!(
                chars(&telegram) <= TELEGRAM_MAX || length == URL_BYTES_MAX,
                "{length}"
            );
            assert!(tags.split(',').all(|tag| chars(tag) <= 50), "{tags}");
            // A link is whole or not there.
            let whole = [
                (&summary, 800),
                (&message, LINK_FITS),
                (&slack_text, 400),
                (&telegram, URL_BYTES_MAX),
            ];
            for (text, longest) in whole {
                assert_eq!(
                    link_end(text, length).is_some(),
                    length <= longest,
                    "{length}\n{text}"
                );
                assert_eq!(
                    text.contains("https://runbooks.example.com/r"),
                    length <= longest,
                    "{length}"
                );
            }
        }
    }
}

#[test]
fn what_burns_and_the_runbook_are_within_the_first_characters() {
    for length in [30, 60, LINK_FITS] {
        let data = longest(length, false);
        let [title, summary, message, text, slack_title, slack_text] = render(
            "text",
            [
                "title",
                "pagerduty.summary",
                "opsgenie.message",
                "text",
                "slack.title",
                "slack.text",
            ],
            &data,
        );
        let [telegram, markdown_title, markdown] = render(
            "text",
            ["message", "markdown.title", "markdown.text"],
            &data,
        );
        let markdown_title = markdown_title.replace('\\', "");
        let starts = [
            summary,
            message,
            format!("{title}\n{text}"),
            telegram,
            format!("{slack_title}\n{slack_text}"),
            format!("{markdown_title}\n\n{markdown}"),
        ];
        for start in starts {
            let end = link_end(&start, length).expect("the link is whole");
            assert!(end <= FIRST, "{end}: {start}");
            assert!(start.starts_with("[PPPPPPPPPPPPPPPP] ssss"), "{start}");
        }
    }
}

#[test]
fn a_long_description_keeps_its_beginning_which_says_what_is_left() {
    let told = format!(
        "{} {}",
        "12% of the 30d budget is left.",
        "d".repeat(TEXT_BYTES_MAX)
    );
    let data = data(
        json!({}),
        json!({"slo": "a/b"}),
        vec![alert("t", None, &told)],
    );
    let [text] = render("text", ["text"], &data);
    assert!(
        text.contains("12% of the 30d budget is left. ddd"),
        "{text}"
    );
    assert!(text.contains("d …\n"), "{text}");
}

#[test]
fn labels_and_annotations_do_nothing() {
    let value = "<!channel> <https://evil.example|ok> [x](https://evil.example) *b* @everyone & \"q\"\n[RESOLVED] all\u{202e}";
    let group = json!({"slo": "a/b", "route": value});
    let mut alert = alert("t", None, value);
    alert["annotations"]["summary"] = value.into();
    alert["annotations"]["runbook_url"] = "javascript:alert(1)".into();
    alert["annotations"]["dashboard_url"] = "https://x.example/)<script>".into();
    alert["labels"]["member"] = value.into();
    let mut other = alert.clone();
    other["labels"]["member"] = "m".into();
    let data = data(
        group,
        json!({"slo": "a/b", "route": value, "owner": value}),
        vec![alert, other],
    );
    let [title] = render("text", ["title"], &data);
    assert!(!title.contains(['\n', '\u{202e}']), "{title}");
    let slack = render(
        "text",
        ["slack.title", "slack.text", "slack.fallback"],
        &data,
    );
    for text in slack {
        assert!(!text.contains(['<', '>']), "{text}");
        let entity = |rest: &str| ["amp;", "lt;", "gt;"].iter().any(|e| rest.starts_with(e));
        assert!(text.split('&').skip(1).all(entity), "{text}");
    }
    let markdown = render("text", ["markdown.title", "markdown.text"], &data);
    for text in markdown {
        assert!(
            !text.replace("\\]", "").contains("](https://evil"),
            "{text}"
        );
        assert!(!text.replace("\\*", "").contains('*'), "{text}");
    }
    let [html] = render("html", ["email.html"], &data);
    assert!(
        !html.contains("<script") && !html.contains("href=\"javascript"),
        "{html}"
    );
    assert!(!html.contains("<!channel>"), "{html}");
}
