//! Telegram, a bot. Texts are plain: until 0.28 Alertmanager escapes for HTML and does not say so to Telegram.

use crate::yaml::print::Output;

use super::{Fields, message};

pub(super) fn section(file: Output, chat: i64) -> (&'static str, Fields) {
    let fields = vec![
        ("bot_token_file", file),
        ("chat_id", Output::plain(chat)),
        ("message", message("burnwatch.message")),
        ("parse_mode", Output::text("")),
    ];
    ("telegram_configs", fields)
}
