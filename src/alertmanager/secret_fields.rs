//! The fields in which a secret stands in the text, and the fields that name a file instead.
//!
//! The facts are those of Alertmanager's sources from 0.15 to 0.34, and of the HTTP settings it shares with Prometheus.

/// A field that holds a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecretField {
    /// The last keys of its path; `*` is any one key, and lists have none.
    pub path: &'static [&'static str],
    /// The field beside it that names a file with the secret.
    pub file_form: Option<&'static str>,
    /// The first version that has the file form; without one it is as old as the field, or there is none.
    pub since: Option<&'static str>,
}

const fn since(
    path: &'static [&'static str],
    file_form: &'static str,
    version: &'static str,
) -> SecretField {
    SecretField {
        path,
        file_form: Some(file_form),
        since: Some(version),
    }
}

const fn always(path: &'static [&'static str], file_form: &'static str) -> SecretField {
    SecretField {
        path,
        file_form: Some(file_form),
        since: None,
    }
}

const fn never(path: &'static [&'static str]) -> SecretField {
    SecretField {
        path,
        file_form: None,
        since: None,
    }
}

/// Fields whose value is a secret.
pub const SECRET_FIELDS: &[SecretField] = &[
    since(&["global", "slack_api_url"], "slack_api_url_file", "0.22"),
    since(
        &["global", "slack_app_token"],
        "slack_app_token_file",
        "0.30",
    ),
    since(
        &["global", "smtp_auth_password"],
        "smtp_auth_password_file",
        "0.25",
    ),
    since(
        &["global", "smtp_auth_secret"],
        "smtp_auth_secret_file",
        "0.31",
    ),
    since(
        &["global", "opsgenie_api_key"],
        "opsgenie_api_key_file",
        "0.24",
    ),
    since(
        &["global", "victorops_api_key"],
        "victorops_api_key_file",
        "0.25",
    ),
    since(
        &["global", "wechat_api_secret"],
        "wechat_api_secret_file",
        "0.31",
    ),
    since(
        &["global", "telegram_bot_token"],
        "telegram_bot_token_file",
        "0.31",
    ),
    since(
        &["global", "mattermost_webhook_url"],
        "mattermost_webhook_url_file",
        "0.32",
    ),
    always(&["global", "rocketchat_token"], "rocketchat_token_file"),
    always(
        &["global", "rocketchat_token_id"],
        "rocketchat_token_id_file",
    ),
    never(&["global", "hipchat_auth_token"]),
    since(&["slack_configs", "api_url"], "api_url_file", "0.22"),
    always(&["slack_configs", "app_token"], "app_token_file"),
    since(
        &["email_configs", "auth_password"],
        "auth_password_file",
        "0.25",
    ),
    since(
        &["email_configs", "auth_secret"],
        "auth_secret_file",
        "0.31",
    ),
    since(
        &["pagerduty_configs", "routing_key"],
        "routing_key_file",
        "0.25",
    ),
    since(
        &["pagerduty_configs", "service_key"],
        "service_key_file",
        "0.25",
    ),
    since(&["opsgenie_configs", "api_key"], "api_key_file", "0.24"),
    // The field is there since 0.22, and read since 0.25.
    since(&["victorops_configs", "api_key"], "api_key_file", "0.25"),
    since(&["pushover_configs", "token"], "token_file", "0.26"),
    since(&["pushover_configs", "user_key"], "user_key_file", "0.26"),
    since(&["telegram_configs", "bot_token"], "bot_token_file", "0.26"),
    since(
        &["discord_configs", "webhook_url"],
        "webhook_url_file",
        "0.27",
    ),
    since(
        &["msteams_configs", "webhook_url"],
        "webhook_url_file",
        "0.27",
    ),
    always(&["msteamsv2_configs", "webhook_url"], "webhook_url_file"),
    always(&["mattermost_configs", "webhook_url"], "webhook_url_file"),
    since(&["wechat_configs", "api_secret"], "api_secret_file", "0.31"),
    always(&["rocketchat_configs", "token"], "token_file"),
    always(&["rocketchat_configs", "token_id"], "token_id_file"),
    always(
        &["incidentio_configs", "alert_source_token"],
        "alert_source_token_file",
    ),
    never(&["hipchat_configs", "auth_token"]),
    // The profile or the role of the machine takes the place of keys.
    never(&["sigv4", "secret_key"]),
    never(&["webhook_outputs", "url"]),
    always(&["basic_auth", "password"], "password_file"),
    always(&["authorization", "credentials"], "credentials_file"),
    always(&["http_config", "bearer_token"], "bearer_token_file"),
    always(&["oauth2", "client_secret"], "client_secret_file"),
    always(
        &["oauth2", "client_certificate_key"],
        "client_certificate_key_file",
    ),
    always(&["tls_config", "key"], "key_file"),
    always(&["smtp_tls_config", "key"], "key_file"),
    always(&["http_headers", "*", "secrets"], "files"),
    always(&["tracing", "headers", "*", "secrets"], "files"),
    never(&["proxy_connect_header", "*"]),
];

/// Fields whose value is a URL, which is a secret when a user or a password stands in it. Of any other URL no file form is known.
pub const URL_FIELDS: &[SecretField] = &[
    since(&["webhook_configs", "url"], "url_file", "0.26"),
    always(&["incidentio_configs", "url"], "url_file"),
];

/// The field of a table that a path of keys ends with.
pub(super) fn field_of(table: &'static [SecretField], path: &[&str]) -> Option<SecretField> {
    let fits = |field: &&SecretField| {
        let tail = path.len().checked_sub(field.path.len());
        tail.is_some_and(|tail| {
            let keys = field.path.iter().zip(&path[tail..]);
            keys.rev()
                .all(|(expected, key)| *expected == "*" || expected == key)
        })
    };
    table.iter().find(fits).copied()
}
