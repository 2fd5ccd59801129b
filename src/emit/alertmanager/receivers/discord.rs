//! Discord, a webhook. Texts are those of an embed, in which nobody is mentioned.

use crate::yaml::print::Output;

use super::{Fields, message};

pub(super) fn section(file: Output) -> (&'static str, Fields) {
    let fields = vec![
        ("webhook_url_file", file),
        ("title", message("burnwatch.markdown.title")),
        ("message", message("burnwatch.markdown.text")),
    ];
    ("discord_configs", fields)
}
