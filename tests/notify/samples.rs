//! Receivers of every kind, and messages of every kind.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use burnwatch::base::{Duration, Name, Secret, SourceId};
use burnwatch::model::Roster;
use burnwatch::model::roster;
use burnwatch::notify::{
    About, Address, Key, Links, Member, Message, News, Pager, Purpose, Reason, Repeat, Reply,
    Request, Response, Size, Urgency, pagers,
};
use burnwatch::spec::Record;
use burnwatch::template::Template;

/// What every secret is made of; nothing else has it.
pub const CANARY: &str = "CANARY0";
/// That of the link that acknowledges.
pub const SIGNED: &str = "CANARY-SIGNED";

const RECEIVERS: &str = r##"
receivers:
  alertmanager: {alertmanager: {url: "https://alertmanager.example.com/", basic_auth: {username: slo, password_file: /run/secrets/password}}}
  alertmanager-secret: {alertmanager: {url_file: /run/secrets/alertmanager, bearer_token_file: /run/secrets/token}}
  discord: {discord: {url_file: /run/secrets/discord}}
  email:
    email: {to: "payments@example.com, leads@example.com", from: "SLOs <slo@example.com>", smarthost: "mail.example.com:587",
      auth_username: slo, auth_password_file: /run/secrets/mail}
  msteams: {msteams: {url_file: /run/secrets/teams}}
  opsgenie: {opsgenie: {api_key_file: /run/secrets/opsgenie}}
  opsgenie-jsm: {opsgenie: {api_key_file: /run/secrets/jsm, url: "https://api.atlassian.com/jsm/ops/integration/"}}
  pagerduty: {pagerduty: {routing_key_file: /run/secrets/pagerduty}}
  slack: {slack: {url_file: /run/secrets/slack, channel: "#payments"}}
  slack_bot: {slack: {bot_token_file: /run/secrets/bot, channel: "#payments"}}
  telegram: {telegram: {bot_token_file: /run/secrets/telegram, chat: -1001234567}}
  webhook: {webhook: {url: "https://tracker.example.com/alerts"}}
  webhook-own: {webhook: {url_file: /run/secrets/hook, body: templates/hook.json.hbs}}
"##;

/// A body of the user's own, with every kind of value.
pub const BODY: &str = "{\"title\": {{json.title}}, \"labels\": {{json.labels}}, \"runbook\": {{json.runbook}}{{#if is_test}}, \"test\": true{{/if}}, \
                        \"members\": [{{#each members}}{{#unless @first}}, {{/unless}}{{json.episode}}{{/each}}]}\n";

/// A receiver with all that it needs.
pub struct Receiver {
    pub name: Name,
    pub pager: roster::Pager,
    pub secret: Option<Secret>,
    pub login: Option<Secret>,
    pub body: Option<Template>,
}

impl Receiver {
    pub fn is(&self) -> &'static dyn Pager {
        pagers::of(&self.pager)
    }

    pub fn address<'a>(&'a self, handle: Option<&'a str>) -> Address<'a> {
        Address {
            pager: &self.pager,
            receiver: &self.name,
            secret: self.secret.as_ref(),
            login: self.login.as_ref(),
            body: self.body.as_ref(),
            handle,
            sender: "pager-1",
        }
    }

    pub fn try_render(&self, message: &Message, size: Size) -> Result<Option<Request>, Reason> {
        self.is().render(message, &self.address(None), size)
    }

    pub fn render(&self, message: &Message, size: Size) -> Option<Request> {
        self.try_render(message, size)
            .unwrap_or_else(|reason| panic!("{}: {reason:?}", self.name))
    }
}

/// A receiver of each kind and form, in the order of their names.
pub fn receivers() -> Vec<Receiver> {
    let (documents, mut findings) = burnwatch::yaml::read(SourceId(0), RECEIVERS);
    let file = Record::of(&documents[0].root).unwrap();
    let roster = Roster::of(&file, &mut findings);
    assert!(findings.is_empty(), "{findings:?}");
    let receiver = |(name, receiver): (Name, roster::Receiver)| {
        let secret = match receiver.pager.kind() {
            "slack" if !matches!(receiver.pager, roster::Pager::SlackBot { .. }) => true,
            "msteams" | "discord" | "webhook" | "alertmanager" => true,
            _ => false,
        };
        let secret = match secret {
            true => format!("https://hooks.example.com/{CANARY}"),
            false => CANARY.to_string(),
        };
        let is_own = name.as_str() == "webhook-own";
        Receiver {
            secret: receiver.pager.secret_file().map(|_| Secret::new(secret)),
            login: receiver.pager.login_file().map(|_| Secret::new(CANARY)),
            body: is_own.then(|| Template::parse(BODY).unwrap()),
            name,
            pager: receiver.pager,
        }
    };
    roster.receivers.into_iter().map(receiver).collect()
}

/// The receiver of this name.
pub fn receiver(name: &str) -> Receiver {
    let mut all = receivers().into_iter();
    all.find(|receiver| receiver.name.as_str() == name).unwrap()
}

/// A page.
pub fn message(news: News) -> Message {
    let is_over = matches!(news, News::Resolved { .. } | News::Missed);
    let text = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        let pairs = pairs.iter();
        pairs
            .map(|(name, value)| (name.to_string(), value.to_string()))
            .collect()
    };
    let labels: BTreeMap<String, String> = text(&[
        ("alertname", "SLOErrorBudgetBurn"),
        ("owner", "payments"),
        ("product", "shop"),
        ("route", "/pay"),
        ("severity", "page"),
        ("slo", "checkout/latency"),
        ("slo_name", "latency"),
        ("slo_service", "checkout"),
    ])
    .into_iter()
    .collect();
    Message {
        key: Key::of(["shop", "checkout/latency", "/pay", "page"]),
        episode: "e42".to_string(),
        sequence: if is_over { 3 } else { 1 },
        news,
        about: About::Slo {
            service: "checkout".to_string(),
            name: "latency".to_string(),
            group: text(&[("route", "/pay")]),
        },
        severity: "page".parse().unwrap(),
        urgency: Urgency::Critical,
        title: "checkout/latency /pay is burning 21.4 times its error budget".to_string(),
        text: "Over 1h the error budget burns 21.4 times as fast as the objective allows.\n62.1% of the 30d budget is left."
            .to_string(),
        facts: text(&[("Tier", "page-1h"), ("Burn rate over 1h", "21.4"), ("Budget left", "62.1%")]),
        labels,
        links: Links {
            runbook: Some("https://runbooks.example.com/checkout/latency.html#page-1h".to_string()),
            dashboard: Some("https://grafana.example.com/d/slo?var-slo=checkout%2Flatency&orgId=1".to_string()),
            acknowledge: Some(format!("https://pager-1.example.com/ack/e42?signature={SIGNED}")),
        },
        opened_ms: OPENED_MS,
        resolved_ms: is_over.then_some(OPENED_MS + 2_592_000),
        sent_ms: OPENED_MS + 2_600_000,
        repeat: Repeat::First,
        purpose: Purpose::Real,
        because: None,
        members: Vec::new(),
    }
}

/// 2026-12-01T03:12:44.123Z.
const OPENED_MS: i64 = 1_796_094_764_123;

/// Over, and why.
pub fn resolved() -> News {
    News::Resolved {
        why: "the burn rate is below every threshold".to_string(),
    }
}

/// So many episodes at once: one of seven wakes somebody, the first is over.
pub fn storm(members: usize) -> Message {
    let member = |at: usize| Member {
        episode: format!("e{at}"),
        urgency: match at % 7 {
            3 => Urgency::Critical,
            _ => Urgency::Warning,
        },
        title: format!("service-{at}/availability is burning its error budget"),
        is_over: at == 0,
        runbook: Some(format!("https://runbooks.example.com/{at}")),
    };
    Message {
        title: format!("{members} SLOs are burning their error budgets"),
        facts: Vec::new(),
        members: (0..members).map(member).collect(),
        ..message(News::Opened)
    }
}

/// Every kind of message with its name.
pub fn messages() -> Vec<(&'static str, Message)> {
    vec![
        ("opened", message(News::Opened)),
        (
            "changed",
            Message {
                sequence: 2,
                because: Some("nobody acknowledged it within 15 min".to_string()),
                ..message(News::Changed)
            },
        ),
        ("resolved", message(resolved())),
        ("missed", message(News::Missed)),
        (
            "repeat",
            Message {
                repeat: Repeat::Possible,
                ..message(News::Opened)
            },
        ),
        (
            "test",
            Message {
                purpose: Purpose::Test,
                ..message(News::Opened)
            },
        ),
        ("storm", storm(5)),
        (
            "self",
            Message {
                about: About::Burnwatch {
                    part: "prometheus".to_string(),
                },
                title: "burnwatch cannot reach Prometheus".to_string(),
                labels: BTreeMap::new(),
                ..message(News::Opened)
            },
        ),
    ]
}

/// An answer.
pub fn answer(status: u16, body: &str) -> Reply {
    Reply::Http(Response {
        status,
        retry_after: Some(PAUSE),
        body: body.to_string(),
    })
}

/// The pause that answers ask for.
pub const PAUSE: Duration = Duration::from_ms(7_000);

/// What the service says when it takes a message.
pub fn welcome(kind: &str) -> &'static str {
    match kind {
        "slack" => "ok",
        "slack_bot" => {
            r##"{"ok":true,"channel":"C024BE91L","ts":"1503435956.000247","message":{}}"##
        }
        "telegram" => r#"{"ok":true,"result":{"message_id":123}}"#,
        "discord" => r#"{"id":"1234567890"}"#,
        "pagerduty" => r#"{"status":"success","dedup_key":"x"}"#,
        "opsgenie" => r#"{"result":"Request will be processed","requestId":"x"}"#,
        _ => "",
    }
}

/// Compares a file with what it should be, or writes it anew.
pub fn golden(path: &str, expected: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, expected).unwrap();
    }
    let found = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        found == expected,
        "{path} is out of date: run the tests with UPDATE=1 and look at the difference"
    );
}
