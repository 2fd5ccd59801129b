//! D20: a storm is one message, pages first, with as many members as fit and how many more there are.

use burnwatch::notify::{Request, Size};

use crate::part::body;
use crate::samples::{receiver, receivers, storm};

const MEMBERS: usize = 10_000;

/// The lines of members in what a receiver shows.
fn shown(name: &str) -> String {
    let request = receiver(name).render(&storm(MEMBERS), Size::Whole).unwrap();
    if let Request::Mail(mail) = &request {
        return mail.text.clone();
    }
    let root = body(&request);
    let text = |pointer: &str| root.pointer(pointer).unwrap().as_str().unwrap().to_string();
    match name {
        "pagerduty" => text("/payload/custom_details/episodes"),
        "opsgenie" => text("/description"),
        "slack" | "slack_bot" => text("/attachments/0/blocks/0/text/text"),
        "discord" => text("/embeds/0/description").replace('\\', ""),
        "telegram" => text("/text"),
        "alertmanager" => text("/0/annotations/episodes"),
        "msteams" => {
            let blocks = root
                .pointer("/attachments/0/content/body")
                .unwrap()
                .as_array()
                .unwrap();
            let lines: Vec<&str> = blocks
                .iter()
                .map(|block| block["inlines"][0]["text"].as_str().unwrap())
                .collect();
            lines.join("\n")
        }
        name => panic!("{name} shows no text"),
    }
}

#[test]
fn as_many_members_are_told_as_fit_and_how_many_more_there_are() {
    for name in [
        "pagerduty",
        "opsgenie",
        "slack",
        "slack_bot",
        "discord",
        "telegram",
        "alertmanager",
        "msteams",
        "email",
    ] {
        let text = shown(name);
        let members: Vec<&str> = text.lines().filter(|line| line.starts_with("- ")).collect();
        let rest = text
            .lines()
            .find_map(|line| line.strip_prefix("and ")?.strip_suffix(" more"));
        let rest: usize = rest
            .unwrap_or_else(|| panic!("{name}: {text}"))
            .parse()
            .unwrap();
        assert_eq!(members.len() + rest, MEMBERS, "{name}");
        assert!(members.len() >= 20, "{name} tells {}", members.len());
        assert!(
            members.iter().all(|line| line.ends_with(')')),
            "{name}: a member is cut"
        );
        let pages = members
            .iter()
            .take_while(|line| line.starts_with("- critical"))
            .count();
        assert_eq!(
            pages,
            members.len().min(MEMBERS / 7),
            "{name}: pages come first"
        );
    }
}

#[test]
fn a_webhook_has_an_alert_for_each_member_and_says_how_many_it_left_out() {
    for (size, most) in [(Size::Whole, 100), (Size::Least, 10)] {
        let root = body(&receiver("webhook").render(&storm(MEMBERS), size).unwrap());
        assert_eq!(root["alerts"].as_array().unwrap().len(), most);
        assert_eq!(root["truncatedAlerts"], MEMBERS - most);
    }
    let few = body(&receiver("webhook").render(&storm(3), Size::Whole).unwrap());
    assert_eq!(few["truncatedAlerts"], 0);
    let states: Vec<&str> = few["alerts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| a["status"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["firing", "firing", "resolved"]);
}

#[test]
fn a_storm_that_fits_is_told_whole() {
    for receiver in receivers().iter().filter(|r| r.body.is_none()) {
        let text = match receiver.render(&storm(5), Size::Whole).unwrap() {
            Request::Http(http) => http.body.replace('\\', ""),
            Request::Mail(mail) => mail.text,
        };
        for at in 0..5 {
            assert!(
                text.contains(&format!("service-{at}/availability")),
                "{}: {text}",
                receiver.name
            );
        }
        assert!(!text.contains(" more"), "{}", receiver.name);
    }
}
