//! Telegram, a bot. Texts are plain: until 0.28 Alertmanager escapes for HTML and does not say so to Telegram.

use crate::yaml::print::Output;

use super::{Fields, message};

pub(super) fn section(file: Output, chat: i64, url: Option<&str>) -> (&'static str, Fields) {
    let mut fields = vec![("bot_token_file", file)];
    fields.extend(url.map(|url| ("api_url", Output::text(url))));
    fields.extend([
        ("chat_id", Output::plain(chat)),
        ("message", message("burnwatch.message")),
        ("parse_mode", Output::text("")),
    ]);
    ("telegram_configs", fields)
}
