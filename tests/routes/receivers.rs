//! Receivers of every kind: as they are written, and whether Alertmanager 0.25 takes them.

use burnwatch::base::{Name, SourceId};
use burnwatch::emit::alertmanager::receivers::receiver;
use burnwatch::emit::alertmanager::template::DEFINITIONS;
use burnwatch::model::Roster;
use burnwatch::model::roster::{Pager, Receiver, Version};
use burnwatch::routing::support::lacks;
use burnwatch::spec::Record;
use burnwatch::yaml::print::{Output, print};

use crate::amtool::{check_config, golden};

const OLDEST: Version = Version(0, 25);
const NEWEST: Version = Version(0, 34);

const WORKSPACE: &str = r##"
severities:
  page: {wakes: true}
  urgent: {wakes: true, priority: P2}
  ticket: {}
  note: {priority: P3}
receivers:
  discord: {discord: {url_file: /run/secrets/discord}}
  hook: {webhook: {url: "https://tracker.example.com/alerts"}}
  hook-secret: {webhook: {url_file: /run/secrets/hook}}
  mail: {email: {to: payments@example.com}}
  mail-own:
    email: {to: "a {{ b", from: slo@example.com, smarthost: "mail.example.com:587", auth_username: slo,
      auth_password_file: /run/secrets/mail, require_tls: true}
  opsgenie: {opsgenie: {api_key_file: /run/secrets/opsgenie, url: "https://api.eu.opsgenie.com/"}}
  pagerduty: {pagerduty: {routing_key_file: /run/secrets/pagerduty}, alertmanager_file: /etc/alertmanager/pagerduty}
  pagerduty-eu: {pagerduty: {routing_key_file: /run/secrets/eu, url: "https://events.eu.pagerduty.com/v2/enqueue"}}
  slack: {slack: {url_file: /run/secrets/slack, channel: "#payments"}}
  slack-bot: {slack: {bot_token_file: /run/secrets/slack-bot, channel: "#payments"}}
  teams: {msteams: {url_file: /run/secrets/teams}}
  telegram: {telegram: {bot_token_file: /run/secrets/telegram, chat: -1001234567}}
"##;

fn roster() -> Roster {
    let (documents, mut findings) = burnwatch::yaml::read(SourceId(0), WORKSPACE);
    let file = Record::of(&documents[0].root).unwrap();
    let roster = Roster::of(&file, &mut findings);
    assert!(findings.is_empty(), "{findings:?}");
    roster
}

fn readable(roster: &Roster, version: Version) -> Vec<(&Name, &Receiver)> {
    let all = roster.receivers.iter();
    all.filter(|(_, receiver)| lacks(&receiver.pager, version).is_none())
        .collect()
}

/// One receiver for each severity, with every member that `version` can read.
fn receivers(version: Version) -> Output {
    let roster = roster();
    let members = readable(&roster, version);
    let each = roster.severities.iter().map(|(name, severity)| {
        let name = format!("burnwatch/payments/{name}");
        receiver(&name, &members, severity, version)
    });
    Output::List(each.collect())
}

/// A whole configuration with these receivers, of which the first gets everything.
fn config(receivers: Output) -> String {
    let Output::List(all) = &receivers else {
        panic!("a list of receivers")
    };
    let Output::Map(first) = &all[0] else {
        panic!("a receiver")
    };
    let global = Output::map([
        ("smtp_smarthost", Output::text("mail.example.com:25")),
        ("smtp_from", Output::text("alertmanager@example.com")),
    ]);
    print(&Output::map([
        ("global", global),
        ("route", Output::map([("receiver", first[0].1.clone())])),
        ("receivers", receivers),
        ("templates", Output::texts(["burnwatch.tmpl"])),
    ]))
}

#[test]
fn the_oldest_version_takes_every_kind_that_it_can_read() {
    let text = config(receivers(OLDEST));
    golden("tests/routes/golden/receivers-0.25.yaml", &text);
    let said = check_config(&text).expect_success("amtool check-config");
    assert!(said.contains("1 templates"), "{said}");
    assert!(said.contains("4 receivers"), "{said}");
}

#[test]
fn the_newest_forms_are_written_as_the_sources_of_alertmanager_have_them() {
    let text = config(receivers(NEWEST));
    golden("tests/routes/golden/receivers-newest.yaml", &text);
}

#[test]
fn what_a_version_is_said_to_lack_the_oldest_refuses() {
    let roster = roster();
    let mut lacking = 0;
    for (name, receiver_of) in &roster.receivers {
        let version = match lacks(&receiver_of.pager, OLDEST) {
            Some(lack) => lack.since.expect("a version of Alertmanager has it"),
            None => OLDEST,
        };
        let members = [(name, receiver_of)];
        let severity = &roster.severities["page"];
        let one = receiver("r", &members, severity, version);
        let outcome = check_config(&config(Output::List(vec![one])));
        // It is read, and what Slack refuses then counts as delivered.
        let fails_later = matches!(receiver_of.pager, Pager::SlackBot { .. });
        assert_eq!(
            outcome.success,
            version == OLDEST || fails_later,
            "{name}: {}{}",
            outcome.stdout,
            outcome.stderr
        );
        lacking += usize::from(!outcome.success);
    }
    assert_eq!(lacking, 4);
}

#[test]
fn receivers_name_the_definitions_that_a_file_of_templates_must_have() {
    let text = config(receivers(NEWEST));
    let mut named: Vec<&str> = text
        .split("template ")
        .skip(1)
        .map(|rest| rest.trim_start_matches(['\\', '"']))
        .map(|rest| rest.split(['\\', '"']).next().unwrap())
        .collect();
    named.sort();
    named.dedup();
    assert_eq!(named, DEFINITIONS);
}

#[test]
fn secrets_are_named_by_their_file_on_alertmanagers_host() {
    let text = config(receivers(NEWEST));
    assert!(text.contains("routing_key_file: \"/etc/alertmanager/pagerduty\"\n"));
    assert!(!text.contains("/run/secrets/pagerduty\""));
    for line in text.lines().filter(|line| line.contains("/run/secrets/")) {
        assert!(line.contains("_file: \"/run/secrets/"), "{line}");
    }
}

#[test]
fn urgency_follows_who_is_woken_and_the_priority() {
    let roster = roster();
    let mut found = Vec::new();
    for (name, severity) in &roster.severities {
        let members = readable(&roster, OLDEST)
            .into_iter()
            .filter(|(_, r)| matches!(r.pager, Pager::PagerDuty { .. } | Pager::Opsgenie { .. }));
        let text = print(&receiver(
            "r",
            &members.collect::<Vec<_>>(),
            severity,
            OLDEST,
        ));
        let value = |key: &str| {
            let line = text.lines().find(|line| line.trim().starts_with(key));
            line.unwrap().trim()[key.len()..].to_string()
        };
        found.push(format!(
            "{name} {} {}",
            value("severity: "),
            value("priority: ")
        ));
    }
    let expected = [
        "note info P4",
        "page critical P1",
        "ticket warning P4",
        "urgent error P3",
    ];
    assert_eq!(found, expected);
}
