//! A receiver: where messages go.

use serde::{Deserialize, Serialize};

use crate::base::{Span, Spanned};
use crate::diagnostics::code::{SP003, SP007, SP008};
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
    /// Slack, a bot.
    SlackBot {
        /// The file with the bot's token.
        bot_token_file: String,
        /// The channel.
        channel: String,
        /// Where its Web API is, where not the usual one.
        api_url: Option<String>,
    },
    /// E-mail.
    Email(Email),
    /// Any HTTP endpoint.
    Webhook {
        /// Where it is.
        endpoint: Endpoint,
        /// The template of what is sent, a path of the workspace; Alertmanager's JSON without one.
        body: Option<Spanned<String>>,
    },
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
        /// Where its API is, where not the usual one.
        api_url: Option<String>,
    },
    /// Another Alertmanager.
    Alertmanager {
        /// Where it is.
        endpoint: Endpoint,
        /// How to log in there.
        login: Login,
    },
}

/// How to log in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Login {
    /// Not at all.
    None,
    /// With a user and the password in a file.
    Basic {
        /// The user.
        username: String,
        /// The file with the password.
        password_file: String,
    },
    /// With the token in a file.
    Bearer {
        /// The file with the token.
        token_file: String,
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

/// Where an HTTP endpoint is.
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
        let pager = pager(record, findings)?;
        let url = record.record(pager.kind()).and_then(|of| {
            ["url", "api_url"]
                .into_iter()
                .find_map(|field| of.text(field))
                .map(|url| Spanned::new(url.value.to_string(), url.span))
        });
        if let Some(url) = url.filter(|url| has_user(&url.value)) {
            findings.push(
                Finding::new(SP007, url.span, "a URL with a user in it is a secret")
                    .label("generated files get committed")
                    .help(match pager {
                        Pager::Webhook { .. } | Pager::Alertmanager { .. } => {
                            "write it into a file and name that in `url_file`"
                        }
                        _ => "leave the user out",
                    }),
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
            Pager::Slack { .. } | Pager::SlackBot { .. } => "slack",
            Pager::Email(_) => "email",
            Pager::Webhook { .. } => "webhook",
            Pager::MsTeams { .. } => "msteams",
            Pager::Discord { .. } => "discord",
            Pager::Telegram { .. } => "telegram",
            Pager::Alertmanager { .. } => "alertmanager",
        }
    }

    /// The file with its secret, on the host that sends; of Alertmanager that with its URL.
    pub fn secret_file(&self) -> Option<&str> {
        match self {
            Pager::PagerDuty {
                routing_key_file: file,
                ..
            }
            | Pager::Opsgenie {
                api_key_file: file, ..
            }
            | Pager::Slack { url_file: file, .. }
            | Pager::SlackBot {
                bot_token_file: file,
                ..
            }
            | Pager::MsTeams { url_file: file }
            | Pager::Discord { url_file: file }
            | Pager::Telegram {
                bot_token_file: file,
                ..
            } => Some(file),
            Pager::Email(email) => email.auth_password_file.as_deref(),
            Pager::Webhook { endpoint, .. } | Pager::Alertmanager { endpoint, .. } => {
                endpoint.file()
            }
        }
    }

    /// The file with what it logs in with beside [`Pager::secret_file`]: of Alertmanager the password or token.
    pub fn login_file(&self) -> Option<&str> {
        match self {
            Pager::Alertmanager { login, .. } => match login {
                Login::None => None,
                Login::Basic {
                    password_file: file,
                    ..
                }
                | Login::Bearer { token_file: file } => Some(file),
            },
            _ => None,
        }
    }
}

impl Login {
    /// What a mapping with `basic_auth` and `bearer_token_file` says; nothing, with a finding, where it says both.
    pub(in crate::model) fn of(of: &Record<'_>, findings: &mut Findings) -> Option<Login> {
        let token_file = text(of, "bearer_token_file");
        let Some(basic) = of.record("basic_auth") else {
            return Some(match token_file {
                Some(token_file) => Login::Bearer { token_file },
                None => Login::None,
            });
        };
        if let Some(span) = of.key_span("bearer_token_file") {
            findings.push(
                Finding::new(SP008, span, "`bearer_token_file` beside `basic_auth`")
                    .label("one request has one login")
                    .help("remove one of them"),
            );
            return None;
        }
        let username = basic.text("username")?;
        if username.value.contains(':') {
            findings.push(
                Finding::new(SP007, username.span, "a user with a colon cannot be sent")
                    .label("a colon ends the user (RFC 7617)"),
            );
            return None;
        }
        Some(Login::Basic {
            username: username.value.to_string(),
            password_file: text(&basic, "password_file")?,
        })
    }
}

impl Endpoint {
    fn of(record: &Record<'_>) -> Option<Endpoint> {
        let url = record
            .text("url")
            .map(|url| Endpoint::Url(Spanned::new(url.value.to_string(), url.span)));
        text(record, "url_file").map(Endpoint::File).or(url)
    }

    /// The file, where it is in one.
    pub fn file(&self) -> Option<&str> {
        match self {
            Endpoint::File(file) => Some(file),
            Endpoint::Url(_) => None,
        }
    }
}

fn pager(record: &Record<'_>, findings: &mut Findings) -> Option<Pager> {
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
        return slack(&of, findings);
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
        return Some(Pager::Webhook {
            endpoint: Endpoint::of(&of)?,
            body: of
                .text("body")
                .map(|body| Spanned::new(body.value.to_string(), body.span)),
        });
    }
    if let Some(of) = record.record("msteams") {
        return text(&of, "url_file").map(|url_file| Pager::MsTeams { url_file });
    }
    if let Some(of) = record.record("discord") {
        return text(&of, "url_file").map(|url_file| Pager::Discord { url_file });
    }
    if let Some(of) = record.record("telegram") {
        return Some(Pager::Telegram {
            bot_token_file: text(&of, "bot_token_file")?,
            chat: of.text("chat")?.value.parse().ok()?,
            api_url: text(&of, "api_url"),
        });
    }
    let of = record.record("alertmanager")?;
    Some(Pager::Alertmanager {
        endpoint: Endpoint::of(&of)?,
        login: Login::of(&of, findings)?,
    })
}

fn slack(of: &Record<'_>, findings: &mut Findings) -> Option<Pager> {
    let api_url = of.key_span("api_url");
    let Some(bot_token_file) = text(of, "bot_token_file") else {
        if let Some(span) = api_url {
            findings.push(
                Finding::new(SP008, span, "a webhook of Slack has no `api_url`")
                    .label("the URL of a webhook is a secret")
                    .help("write it into the file that `url_file` names, and remove `api_url`"),
            );
            return None;
        }
        return Some(Pager::Slack {
            url_file: text(of, "url_file")?,
            channel: text(of, "channel"),
        });
    };
    let Some(channel) = text(of, "channel") else {
        let place = of.key_span("bot_token_file").unwrap_or(of.span());
        findings.push(
            Finding::new(SP003, place, "a bot of Slack needs a `channel`")
                .label("a bot has no channel of its own")
                .help("add `channel`, such as `channel: \"#payments\"`"),
        );
        return None;
    };
    Some(Pager::SlackBot {
        bot_token_file,
        channel,
        api_url: text(of, "api_url"),
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
