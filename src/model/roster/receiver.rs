//! A receiver: where messages go.

use serde::{Deserialize, Serialize};

use crate::base::{Span, Spanned};
use crate::diagnostics::code::SP007;
use crate::diagnostics::{Finding, Findings};
use crate::spec::Record;

/// A receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receiver {
    /// Where it is defined.
    pub span: Span,
    /// What takes its messages.
    pub pager: Pager,
    /// The path of its secret's file on Alertmanager's host, where it is another than on the daemon's.
    pub alertmanager_file: Option<String>,
}

/// What takes messages. Files are of the host that reads them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pager {
    /// PagerDuty, Events API v2.
    PagerDuty {
        /// The file with the routing key.
        routing_key_file: String,
        /// Where its API is, where not the usual one.
        url: Option<String>,
    },
    /// Opsgenie, or what took its place.
    Opsgenie {
        /// The file with the API key.
        api_key_file: String,
        /// Where its API is, where not the usual one.
        url: Option<String>,
    },
    /// Slack, an incoming webhook.
    Slack {
        /// The file with the webhook's URL.
        url_file: String,
        /// The channel.
        channel: Option<String>,
    },
    /// E-mail.
    Email(Email),
    /// Any HTTP endpoint.
    Webhook(Endpoint),
    /// Microsoft Teams, a workflow.
    MsTeams {
        /// The file with the workflow's URL.
        url_file: String,
    },
    /// Discord, a webhook.
    Discord {
        /// The file with the webhook's URL.
        url_file: String,
    },
    /// Telegram, a bot.
    Telegram {
        /// The file with the bot's token.
        bot_token_file: String,
        /// The number of the chat.
        chat: i64,
    },
}

/// How mail is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Email {
    /// To whom.
    pub to: String,
    /// From whom, unless the mail server's own settings say so.
    pub from: Option<String>,
    /// Host and port of the mail server.
    pub smarthost: Option<String>,
    /// The user there.
    pub auth_username: Option<String>,
    /// The file with the user's password.
    pub auth_password_file: Option<String>,
    /// Whether it must be TLS, where that is said.
    pub require_tls: Option<bool>,
}

/// Where a webhook is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Endpoint {
    /// In a file, since it is a secret.
    File(String),
    /// Here: there is no secret in it.
    Url(Spanned<String>),
}

impl Receiver {
    /// What the workspace says of one.
    pub(super) fn of(span: Span, record: &Record<'_>, findings: &mut Findings) -> Option<Receiver> {
        let pager = pager(record)?;
        if let Pager::Webhook(Endpoint::Url(url)) = &pager
            && has_user(&url.value)
        {
            findings.push(
                Finding::new(SP007, url.span, "a URL with a user in it is a secret")
                    .label("generated files get committed")
                    .help("write it into a file and name that in `url_file`"),
            );
            return None;
        }
        Some(Receiver {
            span,
            pager,
            alertmanager_file: text(record, "alertmanager_file"),
        })
    }
}

impl Pager {
    /// What the workspace calls it.
    pub fn kind(&self) -> &'static str {
        match self {
            Pager::PagerDuty { .. } => "pagerduty",
            Pager::Opsgenie { .. } => "opsgenie",
            Pager::Slack { .. } => "slack",
            Pager::Email(_) => "email",
            Pager::Webhook(_) => "webhook",
            Pager::MsTeams { .. } => "msteams",
            Pager::Discord { .. } => "discord",
            Pager::Telegram { .. } => "telegram",
        }
    }
}

fn pager(record: &Record<'_>) -> Option<Pager> {
    if let Some(of) = record.record("pagerduty") {
        return Some(Pager::PagerDuty {
            routing_key_file: text(&of, "routing_key_file")?,
            url: text(&of, "url"),
        });
    }
    if let Some(of) = record.record("opsgenie") {
        return Some(Pager::Opsgenie {
            api_key_file: text(&of, "api_key_file")?,
            url: text(&of, "url"),
        });
    }
    if let Some(of) = record.record("slack") {
        return Some(Pager::Slack {
            url_file: text(&of, "url_file")?,
            channel: text(&of, "channel"),
        });
    }
    if let Some(of) = record.record("email") {
        return Some(Pager::Email(Email {
            to: text(&of, "to")?,
            from: text(&of, "from"),
            smarthost: text(&of, "smarthost"),
            auth_username: text(&of, "auth_username"),
            auth_password_file: text(&of, "auth_password_file"),
            require_tls: of.text("require_tls").map(|text| text.value == "true"),
        }));
    }
    if let Some(of) = record.record("webhook") {
        let file = text(&of, "url_file").map(Endpoint::File);
        let url = of
            .text("url")
            .map(|url| Endpoint::Url(Spanned::new(url.value.to_string(), url.span)));
        return file.or(url).map(Pager::Webhook);
    }
    if let Some(of) = record.record("msteams") {
        return text(&of, "url_file").map(|url_file| Pager::MsTeams { url_file });
    }
    if let Some(of) = record.record("discord") {
        return text(&of, "url_file").map(|url_file| Pager::Discord { url_file });
    }
    let of = record.record("telegram")?;
    Some(Pager::Telegram {
        bot_token_file: text(&of, "bot_token_file")?,
        chat: of.text("chat")?.value.parse().ok()?,
    })
}

/// Whether somebody logs in with a URL.
fn has_user(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#'])
        .next()
        .is_some_and(|host| host.contains('@'))
}

fn text(record: &Record<'_>, field: &str) -> Option<String> {
    record.text(field).map(|text| text.value.to_string())
}
