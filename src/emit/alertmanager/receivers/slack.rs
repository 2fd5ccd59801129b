//! Slack, an incoming webhook.
//!
//! Slack reads `<...>` in every text as a link or a mention, so the definitions for it escape whatever comes from labels and
//! annotations. Formatting by `*` and `_` is off: names contain them.

use crate::model::roster::{Severity, Wakes};
use crate::yaml::print::Output;

use super::{Fields, literal, message};

pub(super) fn section(
    file: Output,
    channel: Option<&str>,
    severity: &Severity,
) -> (&'static str, Fields) {
    let burning = match severity.wakes {
        Wakes::Anytime => "danger",
        Wakes::Never => "warning",
    };
    let color =
        format!("{{{{ if eq .Status \"firing\" }}}}{burning}{{{{ else }}}}good{{{{ end }}}}");
    let mut fields = vec![("api_url_file", file)];
    fields.extend(channel.map(|channel| ("channel", literal(channel))));
    fields.extend([
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
    ]);
    ("slack_configs", fields)
}
