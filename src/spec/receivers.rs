//! The shapes of receivers, where alerts go, and of Alertmanager, which brings them there.

use super::daemon::BASIC_AUTH;
use super::scalar::{BOOL, DECIMAL, HOST_PATH, NAME, PATH, TEXT, URL};
use super::shape::{Field, Object, Shape, defaulted, optional, required};
use crate::choice;

choice!(
    /// Who routes alerts.
    ROUTES, "who routes alerts", ["merged", "own"]
);

/// A file with a secret.
const fn secret(name: &'static str, doc: &'static str) -> Field {
    required(name, Shape::Scalar(&HOST_PATH), doc)
}

static PAGERDUTY: Object = Object {
    name: "a PagerDuty receiver",
    fields: &[
        secret("routing_key_file", "A file with the routing key."),
        optional(
            "url",
            Shape::Scalar(&URL),
            "Where its Events API is, where not the usual one.",
        ),
    ],
    one_of: &[],
};
static OPSGENIE: Object = Object {
    name: "an Opsgenie receiver",
    fields: &[
        secret("api_key_file", "A file with the API key."),
        optional(
            "url",
            Shape::Scalar(&URL),
            "Where its API is, where not the usual one.",
        ),
    ],
    one_of: &[],
};
static SLACK: Object = Object {
    name: "a Slack receiver",
    fields: &[
        optional(
            "url_file",
            Shape::Scalar(&HOST_PATH),
            "A file with the URL of an incoming webhook.",
        ),
        optional(
            "bot_token_file",
            Shape::Scalar(&HOST_PATH),
            "A file with the token of a bot, which changes its message when something changes. It needs `chat:write`, and to be in the channel.",
        ),
        optional(
            "channel",
            Shape::Scalar(&TEXT),
            "The channel. A bot must have one; a webhook has its own.",
        ),
        optional(
            "api_url",
            Shape::Scalar(&URL),
            "Where the Web API is that a bot uses, where not the usual one.",
        ),
    ],
    one_of: &[&["url_file", "bot_token_file"]],
};
static EMAIL: Object = Object {
    name: "an e-mail receiver",
    fields: &[
        required("to", Shape::Scalar(&TEXT), "The address."),
        optional(
            "from",
            Shape::Scalar(&TEXT),
            "The sender; Alertmanager's own `smtp_from` unless given.",
        ),
        optional(
            "smarthost",
            Shape::Scalar(&TEXT),
            "Host and port of the mail server; Alertmanager's own `smtp_smarthost` unless given.",
        ),
        optional(
            "auth_username",
            Shape::Scalar(&TEXT),
            "The user at the mail server.",
        ),
        optional(
            "auth_password_file",
            Shape::Scalar(&HOST_PATH),
            "A file with that user's password.",
        ),
        optional(
            "require_tls",
            Shape::Scalar(&BOOL),
            "Whether mail is sent over TLS only; yes unless given.",
        ),
    ],
    one_of: &[],
};
static WEBHOOK: Object = Object {
    name: "a webhook receiver",
    fields: &[
        optional(
            "url_file",
            Shape::Scalar(&HOST_PATH),
            "A file with the URL, where that is a secret.",
        ),
        optional(
            "url",
            Shape::Scalar(&URL),
            "The URL, where there is no secret in it.",
        ),
        optional(
            "body",
            Shape::Scalar(&PATH),
            "A template of what is sent, in place of Alertmanager's JSON. The daemon alone can fill it in.",
        ),
    ],
    one_of: &[&["url_file", "url"]],
};
static TO_ALERTMANAGER: Object = Object {
    name: "an Alertmanager receiver",
    fields: &[
        optional(
            "url",
            Shape::Scalar(&URL),
            "Where it is, without `/api/v2`; in it there is no secret.",
        ),
        optional(
            "url_file",
            Shape::Scalar(&HOST_PATH),
            "A file with that URL, where it is a secret.",
        ),
        optional(
            "basic_auth",
            Shape::Object(&BASIC_AUTH),
            "A user and a password.",
        ),
        optional(
            "bearer_token_file",
            Shape::Scalar(&HOST_PATH),
            "A file with a token.",
        ),
    ],
    one_of: &[&["url_file", "url"]],
};
static MSTEAMS: Object = Object {
    name: "a Microsoft Teams receiver",
    fields: &[secret("url_file", "A file with the webhook's URL.")],
    one_of: &[],
};
static DISCORD: Object = Object {
    name: "a Discord receiver",
    fields: &[secret("url_file", "A file with the webhook's URL.")],
    one_of: &[],
};
static TELEGRAM: Object = Object {
    name: "a Telegram receiver",
    fields: &[
        secret("bot_token_file", "A file with the bot's token."),
        required(
            "chat",
            Shape::Scalar(&DECIMAL),
            "The number of the chat; those of groups are negative.",
        ),
        optional(
            "api_url",
            Shape::Scalar(&URL),
            "Where the Bot API is, where not the usual one.",
        ),
    ],
    one_of: &[],
};

/// A receiver.
pub static RECEIVER: Object = Object {
    name: "a receiver",
    fields: &[
        optional("pagerduty", Shape::Object(&PAGERDUTY), "PagerDuty."),
        optional("opsgenie", Shape::Object(&OPSGENIE), "Opsgenie."),
        optional("slack", Shape::Object(&SLACK), "Slack."),
        optional("email", Shape::Object(&EMAIL), "E-mail."),
        optional("webhook", Shape::Object(&WEBHOOK), "Any HTTP endpoint."),
        optional("msteams", Shape::Object(&MSTEAMS), "Microsoft Teams."),
        optional("discord", Shape::Object(&DISCORD), "Discord."),
        optional("telegram", Shape::Object(&TELEGRAM), "Telegram."),
        optional(
            "alertmanager",
            Shape::Object(&TO_ALERTMANAGER),
            "An Alertmanager, which the daemon tells as Prometheus would.",
        ),
        optional(
            "alertmanager_file",
            Shape::Scalar(&HOST_PATH),
            "The path of the secret's file on Alertmanager's host, where it is another than on the daemon's.",
        ),
    ],
    one_of: &[&[
        "pagerduty",
        "opsgenie",
        "slack",
        "email",
        "webhook",
        "msteams",
        "discord",
        "telegram",
        "alertmanager",
    ]],
};

/// The Alertmanager settings.
pub static ALERTMANAGER: Object = Object {
    name: "the Alertmanager settings",
    fields: &[
        defaulted(
            "version",
            Shape::Scalar(&TEXT),
            "0.25",
            "The version that will read the file: what it cannot read is a finding. At least 0.25.",
        ),
        optional(
            "base",
            Shape::Scalar(&PATH),
            "The user's own configuration; ours is merged in, and all of it stays.",
        ),
        optional(
            "default_receiver",
            Shape::Scalar(&NAME),
            "The receiver of what no route takes. With a `base` its root route has one already.",
        ),
        defaulted(
            "routes",
            Shape::Scalar(&ROUTES),
            "merged",
            "`own` where the base has routes for our alerts itself: nothing is generated, and that each alert arrives is proven all the same.",
        ),
    ],
    one_of: &[],
};
