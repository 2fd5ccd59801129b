//! Slack, an incoming webhook or a bot.
//!
//! Slack reads `<...>` in every text as a link or a mention, so the definitions for it escape whatever comes from labels and
//! annotations. Formatting by `*` and `_` is off: names contain them.

use crate::model::roster::{Severity, Wakes};
use crate::yaml::print::Output;

use super::{Fields, literal, map, message};

/// Where the Web API is.
const API_URL: &str = "https://slack.com/api";

pub(super) fn section(
    file: Output,
    channel: Option<&str>,
    severity: &Severity,
) -> (&'static str, Fields) {
    let mut fields = vec![("api_url_file", file)];
    fields.extend(channel.map(|channel| ("channel", literal(channel))));
    fields.extend(texts(severity));
    ("slack_configs", fields)
}

/// A bot: Alertmanager writes with its token to the API, a message for every change.
pub(super) fn bot(
    file: Output,
    channel: &str,
    url: Option<&str>,
    severity: &Severity,
) -> (&'static str, Fields) {
    let base = url.unwrap_or(API_URL).trim_end_matches('/');
    let login = map(&[("type", Output::text("Bearer")), ("credentials_file", file)]);
    let mut fields = vec![
        ("api_url", Output::Text(format!("{base}/chat.postMessage"))),
        ("http_config", map(&[("authorization", login)])),
        ("channel", literal(channel)),
    ];
    fields.extend(texts(severity));
    ("slack_configs", fields)
}

fn texts(severity: &Severity) -> Fields {
    let burning = match severity.wakes {
        Wakes::Anytime => "danger",
        Wakes::Never => "warning",
    };
    let color =
        format!("{{{{ if eq .Status \"firing\" }}}}{burning}{{{{ else }}}}good{{{{ end }}}}");
    vec![
        ("username", Output::text("burnwatch")),
        ("color", Output::text(color)),
        ("title", message("burnwatch.slack.title")),
        ("title_link", message("burnwatch.link")),
        ("text", message("burnwatch.slack.text")),
        ("fallback", message("burnwatch.slack.fallback")),
        ("footer", Output::text("")),
        ("link_names", Output::plain(false)),
        // Where formatting is on; without it, Alertmanager turns it on in the text.
        ("mrkdwn_in", Output::texts(["pretext"])),
    ]
}
